/** One table, the first column to the left, numbers to the right. */
export function printTable(title, header, rows) {
  const cells = [header, ...rows].map((row) =>
    row.map((cell) => (typeof cell === "number" ? show(cell) : (cell ?? "-"))),
  );
  const widths = header.map((_, column) => Math.max(...cells.map((row) => row[column].length)));
  console.log(`\n${title}`);
  for (const row of cells) {
    const line = row.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]),
    );
    console.log(`  ${line.join("  ").trimEnd()}`);
  }
}

function show(number) {
  if (!Number.isFinite(number)) return "-";
  if (number >= 100) return number.toFixed(0);
  return number >= 10 ? number.toFixed(1) : number.toFixed(2);
}

/** What a figure was measured on. */
export function circumstances(server, cpus) {
  return `Node ${process.versions.node}, PostgreSQL ${server.version}, ${cpus} cores`;
}
