import { z } from "zod";
import { purgeFile, rangeFile } from "./read-policy-format.ts";

type Schema = Readonly<Record<string, unknown>>;

/** The JSON schema of a policy, made from what checks it: schemas/partition.schema.json. */
export function policySchema(): Schema {
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "A policy of veza-db partition (partitions/*.json)",
    description:
      "How a range-partitioned table is looked after, or which rows of a plain table expire. See docs/partitions.md.",
    anyOf: [schemaOf(rangeFile), schemaOf(purgeFile)],
  };
}

function schemaOf(schema: z.ZodType): Schema {
  const made: Record<string, unknown> = z.toJSONSchema(schema, {
    target: "draft-7",
    io: "input",
    unrepresentable: "any",
  });
  delete made["$schema"];
  return made;
}
