/** Tables, indexes and partitions. */
import { formatBytes } from "../../ui/units.ts";
import { count } from "../../ui/words.ts";
import type { ReportData } from "../model.ts";
import { formatValue } from "./format.ts";
import { section } from "./model.ts";
import type { Section } from "./model.ts";
import { linesOf } from "./lines.ts";

export function tablesSection(data: ReportData): Section {
  const base = { id: "tables", title: "Tables" };
  const { tables, history, server } = data;
  if (tables.state !== "read") return section({ ...base, absent: tables });
  const { rows, allTables, notes } = tables.data;
  const [first] = rows;
  const hasGrown = history.tables.series.some(({ values }) => {
    const known = values.filter((value) => value !== null);
    return (known.at(-1) ?? 0) > (known[0] ?? 0);
  });
  if (first === undefined) return section({ ...base, lede: "The database has no tables.", notes });
  return section({
    ...base,
    lede: `${count(allTables, "table")}${server?.databaseBytes == null ? "" : `, the database takes ${formatBytes(server.databaseBytes)}`}; the largest is ${first.schema}.${first.table} with ${formatBytes(first.totalBytes)}.`,
    plots: [
      {
        kind: "bars",
        title: "The largest tables",
        parts: ["heap", "indexes", "TOAST"],
        items: rows.slice(0, 12).map((row) => ({
          label: `${row.schema}.${row.table}`,
          values: [row.heapBytes, row.indexBytes, row.toastBytes],
          note: `${formatBytes(row.totalBytes)}, ${formatValue(row.rowsEstimate, "count")} rows${row.partitions === null ? "" : `, ${count(row.partitions, "partition")}`}`,
        })),
      },
      ...linesOf(data, "Tables and indexes, all together", "bytes", history.sizes),
      ...linesOf(
        data,
        hasGrown ? "The tables that grew most" : "The largest tables over time; none has grown",
        "bytes",
        history.tables,
      ),
    ],
    tables: [
      {
        caption: "Tables by size",
        columns: [
          { name: "schema", unit: "text" },
          { name: "table", unit: "text" },
          { name: "total", unit: "bytes" },
          { name: "heap", unit: "bytes" },
          { name: "indexes", unit: "bytes" },
          { name: "rows", unit: "count" },
          { name: "dead", unit: "part" },
          { name: "bloat", unit: "bytes" },
          { name: "seq scans", unit: "count" },
          { name: "index scans", unit: "count" },
          { name: "vacuumed", unit: "time" },
          { name: "analysed", unit: "time" },
        ],
        rows: rows.map((row) => ({
          cells: [
            row.schema,
            row.table,
            row.totalBytes,
            row.heapBytes,
            row.indexBytes,
            row.rowsEstimate,
            (row.deadRatio ?? 0) > 0.2 && (row.deadRows ?? 0) > 10_000
              ? { value: row.deadRatio, tone: "warning" as const }
              : row.deadRatio,
            row.bloatBytes,
            row.seqScans,
            row.indexScans,
            row.vacuumedAt,
            row.analyzedAt,
          ],
        })),
      },
    ],
    notes,
  });
}

export function indexesSection(data: ReportData): Section {
  const base = { id: "indexes", title: "Indexes" };
  const { indexes } = data;
  if (indexes.state !== "read") return section({ ...base, absent: indexes });
  const { rows, notes } = indexes.data;
  if (rows.length === 0)
    return section({
      ...base,
      lede: "No index is invalid, unused or a double of another; none is missing behind a foreign key.",
      notes,
    });
  const waste = rows.filter(({ finding }) => finding !== "missing-fk");
  const lacking = rows.length - waste.length;
  return section({
    ...base,
    lede: `${count(waste.length, "index", "indexes")} could go (${formatBytes(waste.reduce((sum, { bytes }) => sum + bytes, 0))}), ${lacking === 0 ? "none is" : lacking === 1 ? "one is" : `${lacking} are`} missing behind a foreign key. "Unused" means: not read since the counters were reset, on this server.`,
    plots: [
      {
        kind: "bars",
        title: "Indexes that could go, by size",
        parts: ["size"],
        items: waste
          .toSorted((a, b) => b.bytes - a.bytes)
          .slice(0, 8)
          .map((row) => ({
            label: `${row.schema}.${row.index}`,
            values: [row.bytes],
            note: `${formatBytes(row.bytes)}, ${row.finding}`,
          })),
      },
    ],
    tables: [
      {
        caption: "Findings, with what mends them",
        columns: [
          { name: "finding", unit: "text" },
          { name: "index", unit: "text" },
          { name: "table", unit: "text" },
          { name: "size", unit: "bytes" },
          { name: "why", unit: "text" },
          { name: "mend", unit: "code" },
        ],
        rows: rows.map((row) => ({
          cells: [row.finding, `${row.schema}.${row.index}`, row.table, row.bytes, row.why, row.fix],
        })),
      },
    ],
    notes,
  });
}

export function partitionsSection(data: ReportData): Section {
  const base = { id: "partitions", title: "Partitions" };
  const { partitions, history } = data;
  if (partitions.state !== "read") return section({ ...base, absent: partitions });
  const { tables, misfits } = partitions.data;
  const misfitNotes = misfits.map(({ why }) => why);
  if (tables.length === 0)
    return section({
      ...base,
      lede: "No policy is for a partitioned table that is there.",
      notes: misfitNotes,
    });
  const runways = tables.flatMap(({ runwayDays }) => (runwayDays === null ? [] : [runwayDays]));
  return section({
    ...base,
    lede: `${count(tables.length, "partitioned table")}${runways.length === 0 ? "" : `; the next to run out has partitions for ${count(Math.min(...runways), "more day")}`}.`,
    plots: [
      {
        kind: "spans",
        title: "Partitions over time",
        now: data.generatedAt,
        rows: tables.slice(0, 40).map(({ table, partitions: parts, runwayDays, problems }) => ({
          label: table,
          note: runwayDays === null ? "open-ended" : `${count(runwayDays, "day")} ahead`,
          tone: problems.length > 0 ? ("warning" as const) : undefined,
          spans: parts
            .slice(-240)
            .flatMap(({ name, from, to, bytes }) =>
              from === null || to === null ? [] : [{ name, from, to, bytes }],
            ),
        })),
      },
      ...linesOf(data, "Days that the partitions will do", "days", history.runways),
    ],
    tables: tables.slice(0, 20).map((status) => ({
      caption: `${status.table} by ${status.column}, every ${status.interval}`,
      columns: [
        { name: "partition", unit: "text" },
        { name: "from", unit: "time" },
        { name: "to", unit: "time" },
        { name: "rows (estimate)", unit: "count" },
        { name: "size", unit: "bytes" },
      ],
      rows: status.partitions.slice(-40).map((part) => ({
        cells: [part.name, part.from, part.to, part.rowsEstimate, part.bytes],
      })),
    })),
    notes: [
      ...misfitNotes,
      ...tables.flatMap(({ table, problems }) =>
        problems.map(
          ({ partition, message, fix }) =>
            `${table}: ${partition === null ? "" : `${partition}: `}${message}. ${fix}`,
        ),
      ),
    ].slice(0, 20),
  });
}
