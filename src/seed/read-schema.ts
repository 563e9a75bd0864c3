import { z } from "zod";
import { besides, column, derivedFile, generators, tableFile } from "./read-format.ts";

type Schema = Readonly<Record<string, unknown>>;

/** The JSON schema of a seed file, made from what checks it: schemas/seed.schema.json. */
export function seedSchema(): Schema {
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "A seed file of veza-db (seeds/*.json)",
    description:
      "What one table is filled with: rows that are made, or a statement that fills it from the others. See docs/seeds.md.",
    anyOf: [schemaOf(tableFile), schemaOf(derivedFile)],
    definitions: {
      column: {
        description: "one generator, and what may stand beside it",
        anyOf: Object.entries(generators).map(columnSchema),
      },
    },
  };
}

function columnSchema([name, options]: readonly [string, z.ZodType]): Schema {
  const beside = Object.entries(besides).map(([key, schema]) => [key, schemaOf(schema)]);
  return {
    type: "object",
    additionalProperties: false,
    required: [name],
    properties: { [name]: schemaOf(options), ...Object.fromEntries(beside) },
  };
}

function schemaOf(schema: z.ZodType): Schema {
  const made: Record<string, unknown> = z.toJSONSchema(schema, {
    target: "draft-7",
    io: "input",
    unrepresentable: "any",
    override: ({ zodSchema, jsonSchema }) => {
      if (Object.is(zodSchema, column)) jsonSchema.$ref = "#/definitions/column";
    },
  });
  delete made["$schema"];
  return made;
}
