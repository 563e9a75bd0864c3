import type { TableName } from "../catalog/read.ts";

/** The tool's own tables: the history and its log, and what partition keeps. */
export function ownTables({ schema, table }: TableName): TableName[] {
  return [
    { schema, table },
    { schema, table: `${table}_log` },
    { schema, table: "partition_archive" },
    { schema, table: "partition_conversions" },
    { schema, table: "partition_sync_failures" },
  ];
}
