import { z } from "zod";
import { suggest } from "../kernel/suggest.ts";
import { leanings, personParts, textKinds } from "./model.ts";
import type { ColumnSpec, GeneratorName, GeneratorOptions, GeneratorSpec } from "./model.ts";
import { skews } from "./skew.ts";

/** The format of a seed file: what zod checks, and what schemas/seed.schema.json is made from. */

const word = z.string().min(1);
const share = z.number().min(0).max(1);
const count = z.int().min(1).max(100_000_000);
const months = z.int().min(1).max(1200);
const skew = z.literal(skews).describe("how unevenly: 1 is even, 2 gives the first of n a share of 1/√n");
const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const nothing = z.strictObject({});

/** A column within another one. Checked by hand: of two dozen kinds of column, only the one that is meant should answer. */
export const column: z.ZodType<ColumnSpec> = z.unknown().transform((value, context) => {
  const { spec, problems } = readColumn(value);
  for (const { path, message } of problems)
    context.issues.push({ code: "custom", path: [...path], message, input: value });
  return spec ?? z.NEVER;
});

export const generators: { readonly [Name in GeneratorName]: z.ZodType<GeneratorOptions[Name]> } = {
  sequence: nothing.describe("1, 2, 3, … beyond what the table holds"),
  value: z.json().describe("the same value in every row"),
  each: z
    .array(scalar)
    .min(1)
    .describe("the values of a list, row by row, from the beginning again when it ends"),
  pick: z
    .union([
      z.array(scalar).min(1),
      z.strictObject({ from: z.array(scalar).min(1), weights: z.array(z.number().min(0)).min(1) }),
    ])
    .describe("one value of a list"),
  integer: z
    .strictObject({ min: z.int(), max: z.int(), skew: skew.optional() })
    .describe("a whole number; with skew, small ones more often"),
  decimal: z
    .strictObject({ min: z.number(), max: z.number(), digits: z.int().min(0).max(20) })
    .describe("a number with so many decimal places"),
  boolean: share.describe("true in this share of the rows"),
  hex: z.int().min(1).max(1024).describe("so many hexadecimal digits"),
  uuid: nothing.describe("a UUID of version 4"),
  ip: nothing.describe("an address of a range that belongs to nobody"),
  template: word.describe("a text with {column} for columns of the row and {hex:8} for hexadecimal digits"),
  person: z.enum(personParts).describe("a part of somebody's name; all parts in a row belong to one person"),
  text: z
    .union([z.enum(textKinds), z.strictObject({ kind: z.enum(textKinds), languageOf: word.optional() })])
    .describe("words of people, in several languages; languageOf: that of the row which a column refers to"),
  json: z
    .record(word, column)
    .describe("a JSON object, its fields made like columns; a field without a value is left out"),
  spread: z
    .strictObject({ months, growth: z.number().min(1).max(100).optional(), ties: share.optional() })
    .describe("a time that rises from row to row, over a history of so many months that ends at --as-of"),
  after: z
    .strictObject({
      columns: z.array(word).min(1),
      lean: z.enum(leanings).optional(),
      share: share.optional(),
      withinDays: z.number().min(0).optional(),
    })
    .describe(
      "a time after the latest of some others: times of the row, or since when the rows that it refers to are there",
    ),
  plus: z.strictObject({ column: word, days: z.number() }).describe("the time in a column plus so many days"),
  ref: z
    .strictObject({
      table: word,
      column: word.optional(),
      skew: skew.optional(),
      ranking: word.optional(),
      existingAt: word.optional(),
      unique: z.boolean().optional(),
    })
    .describe("a row of another table, by its id unless another column is named"),
  partner: z
    .strictObject({
      of: word,
      table: word,
      existingAt: word.optional(),
      joined: word.optional(),
      outsiders: share.optional(),
    })
    .describe("a partner, in a table of pairs, of the row that a column refers to"),
  earlier: z
    .strictObject({ same: word, share })
    .describe("an earlier row of the same table that refers to the same row"),
  copy: z
    .strictObject({ from: word, column: word })
    .describe("a column of the row that another column refers to"),
  index: z
    .strictObject({ from: z.int().optional() })
    .describe("in a table of pairs: which partner of its row, counted from 0"),
  first: z
    .strictObject({ first: column, rest: column })
    .describe("in a table of pairs: one value for the first partner, another for the rest"),
  switch: z
    .strictObject({ on: word, cases: z.record(z.string(), column), else: column.optional() })
    .describe("a value that depends on another column's"),
  count: z.strictObject({ table: word }).describe("how many rows of a table of pairs belong to this row"),
  sum: z
    .strictObject({ table: word, column: word })
    .describe("the sum over its partners, in a table of pairs, of one of their columns"),
  popularity: z
    .strictObject({ of: word, top: z.number().min(0) })
    .describe(
      "a number up to top: the larger, the more popular this row is and the one that a column refers to",
    ),
  atLeast: z
    .strictObject({ column: word, steps: z.array(z.number()).min(1) })
    .describe("one of some round numbers, not below a column's value"),
};

/** What may stand beside the generator of a column. */
export const besides = {
  nulls: share.optional().describe("the share of rows without a value"),
  keyedBy: word
    .optional()
    .describe("a column that refers to a row: all rows that refer to the same one get the same value"),
  kept: z.boolean().optional().describe("kept by triggers: written only while those of withoutTriggers rest"),
};
const besidesShape = z.strictObject(besides);

const side = z.strictObject({ column: word, table: word, skew: skew.optional(), ranking: word.optional() });
const columnName = word.describe(
  "the column; one that begins with a dot is computed for others and not written",
);

export const tableFile = z.strictObject({
  $schema: z.string().optional(),
  table: word.describe("the table, with its schema where that is not in the search path"),
  rows: count.describe("how many rows at --scale 1"),
  scales: z.boolean().optional().describe("false: as many rows at every scale"),
  pairs: z
    .strictObject({
      of: side.describe("the rows that have partners"),
      with: side.describe("the partners"),
      first: word.optional().describe("a column of the of row that refers to its first partner"),
    })
    .optional()
    .describe("a table of pairs, each of them once"),
  columns: z.record(columnName, column),
  withoutTriggers: z
    .array(word)
    .optional()
    .describe("triggers of the table whose work the files do; they rest while rows are loaded"),
  monthsBy: word
    .optional()
    .describe(
      "a function of the database that makes monthly partitions: (table regclass, first month date, months integer)",
    ),
});

export const derivedFile = z.strictObject({
  $schema: z.string().optional(),
  table: word,
  of: word.describe("filled when this table is loaded"),
  sql: word.describe(
    "the file, beside this one, of the statement that fills the table once the others are loaded",
  ),
  kept: z.boolean().optional().describe("kept by triggers: filled only while those of withoutTriggers rest"),
});

export interface Problem {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** Reads a column, and says of what is wrong where it stands. */
function readColumn(value: unknown): { spec?: ColumnSpec; problems: readonly Problem[] } {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return {
      problems: [
        { path: [], message: `expected an object with a generator, such as {"sequence": {}}; ${known}` },
      ],
    };
  }
  const beside: Record<string, unknown> = {};
  const rest: [string, unknown][] = [];
  for (const [key, inner] of Object.entries(value)) {
    if (Object.hasOwn(besides, key)) beside[key] = inner;
    else rest.push([key, inner]);
  }
  const [found, ...more] = rest;
  if (found === undefined || more.length > 0) {
    const message =
      found === undefined
        ? "it has no generator"
        : `it has ${rest.length} generators: ${rest.map(([key]) => key).join(", ")}`;
    return { problems: [{ path: [], message: `${message}; exactly one is allowed: ${known}` }] };
  }
  const generator = readGenerator(...found);
  const parsed = besidesShape.safeParse(beside);
  const problems = [
    ...("problems" in generator ? generator.problems : []),
    ...(parsed.success ? [] : problemsOf(parsed.error)),
  ];
  if ("problems" in generator || !parsed.success) return { problems };
  const { nulls = 0, keyedBy, kept = false } = parsed.data;
  return { spec: { generator, nulls, keyedBy, isKept: kept }, problems };
}

function readGenerator(
  key: string,
  options: unknown,
): GeneratorSpec | { readonly problems: readonly Problem[] } {
  if (isGenerator(key)) return readOptions(key, options);
  const near = suggest(key, [...generatorNames, ...Object.keys(besides)], 1)[0];
  const meant = near === undefined ? "" : ` (did you mean ${near}?)`;
  return {
    problems: [{ path: [], message: `there is no generator ${JSON.stringify(key)}${meant}; ${known}` }],
  };
}

function readOptions<Name extends GeneratorName>(
  name: Name,
  options: unknown,
): (GeneratorSpec & { readonly name: Name }) | { readonly problems: readonly Problem[] } {
  const parsed = generators[name].safeParse(options);
  if (parsed.success) return { name, visit: (visitor) => visitor(name, parsed.data) };
  return {
    problems: problemsOf(parsed.error).map(({ path, message }) => ({ path: [name, ...path], message })),
  };
}

export function problemsOf(error: z.ZodError): Problem[] {
  return error.issues.flatMap(({ path, message, ...issue }) => {
    // Of the ways in which a value may be written, the one that it came nearest to says what is wrong.
    const nearest =
      issue.code === "invalid_union"
        ? issue.errors.toSorted((a, b) => depthOf(b) - depthOf(a)).find((inner) => depthOf(inner) > 0)
        : undefined;
    if (nearest === undefined) return [{ path, message: message.replace(/^Invalid input: /, "") }];
    return nearest.map((inner) => ({
      path: [...path, ...inner.path],
      message: inner.message.replace(/^Invalid input: /, ""),
    }));
  });
}

function depthOf(
  issues: readonly { readonly path: readonly PropertyKey[]; readonly code?: string | undefined }[],
): number {
  return Math.max(...issues.map(({ path, code }) => path.length + (code === "unrecognized_keys" ? 1 : 0)));
}

function isGenerator(key: string): key is GeneratorName {
  return Object.hasOwn(generators, key);
}

const generatorNames = Object.keys(generators);
const known = `generators: ${generatorNames.join(", ")}`;
