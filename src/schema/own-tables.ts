import type { TableName } from "../catalog/read.ts";

/** The tool's own tables: the history and its log. */
export function ownTables({ schema, table }: TableName): TableName[] {
  return [
    { schema, table },
    { schema, table: `${table}_log` },
  ];
}
