import type { CatalogObject } from "../../catalog/model.ts";
import { given } from "./model.ts";

type Limits = readonly [min: bigint, max: bigint];

const bigint: Limits = [-9_223_372_036_854_775_808n, 9_223_372_036_854_775_807n];

/** By types that can be counted in. */
export const limits: Readonly<Record<string, Limits>> & { readonly bigint: Limits } = {
  smallint: [-32_768n, 32_767n],
  integer: [-2_147_483_648n, 2_147_483_647n],
  bigint,
};

/** What a sequence has that it would not have by itself. */
function sequenceOptions({ facts }: CatalogObject): string[] {
  const increment = BigInt(facts["increment"] ?? "1");
  const [lowest, highest] = limits[facts["type"] ?? "bigint"] ?? [0n, 0n];
  const usualMin = increment > 0n ? 1n : lowest;
  const usualMax = increment > 0n ? highest : -1n;
  const min = BigInt(facts["min value"] ?? "1");
  const max = BigInt(facts["max value"] ?? "1");
  const start = BigInt(facts["start"] ?? "1");
  return [
    ...(increment === 1n ? [] : [`INCREMENT BY ${increment}`]),
    ...(min === usualMin ? [] : [`MINVALUE ${min}`]),
    ...(max === usualMax ? [] : [`MAXVALUE ${max}`]),
    ...(start === (increment > 0n ? min : max) ? [] : [`START WITH ${start}`]),
    ...(facts["cache"] === "1" ? [] : [`CACHE ${facts["cache"] ?? "1"}`]),
    ...(facts["cycle"] === undefined ? [] : ["CYCLE"]),
  ];
}

export function identityOptions(sequence: CatalogObject): string {
  return [`SEQUENCE NAME ${sequence.name}`, ...sequenceOptions(sequence)].join(" ");
}

export function renderSequence(sequence: CatalogObject): string[] {
  return sequence.facts["identity of"] === undefined ? [createSequence(sequence)] : [];
}

export function createSequence(sequence: CatalogObject): string {
  const { facts, name } = sequence;
  const persistence = facts["persistence"] === "unlogged" ? "UNLOGGED " : "";
  return [
    `CREATE ${persistence}SEQUENCE ${name}`,
    ...given(facts, "type", (type) => `AS ${type}`),
    ...sequenceOptions(sequence),
  ].join(" ");
}
