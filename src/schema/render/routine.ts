import type { CatalogObject } from "../../catalog/model.ts";
import { dottedName } from "../../catalog/names.ts";
import { quoteLiteral } from "../../sql/quote.ts";
import { given } from "./model.ts";

export function renderRoutine(routine: CatalogObject): string[] {
  return [(routine.definition ?? "").trimEnd()];
}

const modes: Readonly<Record<string, string>> = { r: "READ_ONLY", s: "SHAREABLE", w: "READ_WRITE" };

const aggregateProperties: readonly (readonly [property: string, word: string])[] = [
  ["sfunc", "SFUNC"],
  ["stype", "STYPE"],
  ["sspace", "SSPACE"],
  ["finalfunc", "FINALFUNC"],
  ["combinefunc", "COMBINEFUNC"],
  ["serialfunc", "SERIALFUNC"],
  ["deserialfunc", "DESERIALFUNC"],
  ["msfunc", "MSFUNC"],
  ["minvfunc", "MINVFUNC"],
  ["mstype", "MSTYPE"],
  ["msspace", "MSSPACE"],
  ["mfinalfunc", "MFINALFUNC"],
  ["sortop", "SORTOP"],
];

export function renderAggregate({ facts, path }: CatalogObject): string[] {
  const lines = [
    ...aggregateProperties.flatMap(([property, word]) =>
      given(facts, property, (value) => `${word} = ${value}`),
    ),
    ...given(facts, "finalfunc extra", () => "FINALFUNC_EXTRA"),
    ...given(facts, "finalfunc modify", (mode) => `FINALFUNC_MODIFY = ${modes[mode] ?? mode}`),
    ...given(facts, "mfinalfunc extra", () => "MFINALFUNC_EXTRA"),
    ...given(facts, "mfinalfunc modify", (mode) => `MFINALFUNC_MODIFY = ${modes[mode] ?? mode}`),
    ...given(facts, "initcond", (value) => `INITCOND = ${quoteLiteral(value)}`),
    ...given(facts, "minitcond", (value) => `MINITCOND = ${quoteLiteral(value)}`),
    ...given(facts, "parallel", (value) => `PARALLEL = ${value.toUpperCase()}`),
    ...(facts["aggregate kind"] === "hypothetical" ? ["HYPOTHETICAL"] : []),
  ];
  const args = facts["arguments"];
  return [
    `CREATE AGGREGATE ${dottedName(path)}(${args === undefined || args === "" ? "*" : args}) (\n  ${lines.join(",\n  ")}\n)`,
  ];
}
