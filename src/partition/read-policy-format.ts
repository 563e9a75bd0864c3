import { z } from "zod";
import { daysOf, isZone } from "./calendar.ts";
import { intervals } from "./model.ts";
import type { Span } from "./model.ts";

/** The format of a policy: what zod checks, and what schemas/partition.schema.json is made from. */

const units = "day|week|month|quarter|year";
const spanText = new RegExp(`^(\\d{1,5}) (${units})s?$`);

/** `24 months`, `7 days`, `1 year`. */
export function parseSpan(text: string): Span | undefined {
  const [, count, name] = spanText.exec(text.trim()) ?? [];
  const unit = intervals.find((interval) => interval === name);
  return unit === undefined ? undefined : { count: Number(count), unit };
}

const span = z
  .string()
  .regex(spanText, 'a number and a unit: "7 days", "2 weeks", "24 months", "8 quarters", "3 years"');
const word = z.string().min(1);
const table = word.describe(
  "the table's name as it is, capitals too; with its schema ahead: app.events. A name that holds a dot stands in double quotes",
);

export const rangeFile = z
  .strictObject({
    $schema: z.string().optional(),
    table,
    column: word.describe("the column that the table is partitioned by: timestamptz or date"),
    interval: z.enum(intervals).describe("how long a partition is; weeks begin on Monday"),
    premake: z.int().min(1).max(1000).default(6).describe("partitions to be there beyond the current one"),
    retain: span.optional().describe("partitions that ended longer ago are detached; without it none are"),
    archive: word
      .optional()
      .describe("the folder for dumps of detached partitions; without it, retain drops nothing"),
    grace: span.default("7 days").describe("how long a detached partition stays before retain drops it"),
    timezone: z
      .string()
      .refine(isZone, "the name of a time zone, such as UTC or Europe/Paris")
      .default("UTC")
      .describe("the zone whose midnights the bounds are; kept here, so that no session's zone moves them"),
    default: z.boolean().default(false).describe("make a default partition, for rows that belong nowhere"),
  })
  .superRefine(({ interval, premake, retain }, context) => {
    const kept = retain === undefined ? undefined : parseSpan(retain);
    if (kept !== undefined && daysOf(kept) < daysOf({ count: premake, unit: interval }) * 0.999) {
      context.addIssue({
        code: "custom",
        path: ["retain"],
        message: `"${retain ?? ""}" is shorter than what premake makes ahead; at least "${premake} ${interval}s" is allowed`,
      });
    }
  });

export const purgeFile = z.strictObject({
  $schema: z.string().optional(),
  table,
  column: word.describe("the column that says when a row expires: timestamptz, timestamp or date"),
  purge: span.describe('how long after that time a row stays; "0 days": not at all'),
  batch: z.int().min(1).max(100_000).default(5000).describe("rows deleted in one transaction"),
});
