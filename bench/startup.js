/**
 * How long it takes until the tool does something: beside bare Node, and a `migrate` that finds nothing to do beside
 * the other tools', all against one server. Runs go in turn (A B C A B C …), so that a busy moment of the machine
 * meets them all. Every run has an environment of PATH, HOME and the tool's own variables: NODE_EXTRA_CA_CERTS, e.g.,
 * costs any Node 50 ms.
 *
 *     npm run build && node bench/startup.js [rounds]
 */
import { cpus } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeMigrations, tablesWithIndexes } from "./support/files.js";
import { mean, measure, median } from "./support/measure.js";
import { startServer } from "./support/server.js";
import { circumstances, printTable } from "./support/table.js";
import { installTools, toolEnvironment } from "./support/tools.js";

const rounds = Number(process.argv[2] ?? 30);
const migrations = 20;
const node = process.execPath;
const veza = fileURLToPath(new URL("../bin/veza-db.js", import.meta.url));

const tools = installTools();
const server = await startServer();
try {
  writeMigrations(server.folder, tablesWithIndexes(migrations));
  const runs = [
    { shown: "node -e 0", args: [node, "-e", "0"] },
    { shown: "veza-db --version", args: [node, veza, "--version"] },
    { shown: "veza-db --help", args: [node, veza, "--help"] },
  ].map((run) => ({ ...run, options: { cwd: join(server.folder, "veza-db") } }));
  for (const { name, shown, args, database } of tools) {
    await server.create(database);
    const options = { cwd: join(server.folder, name), env: toolEnvironment(server.url(database)) };
    await measure(args, options);
    runs.push({ shown: `${shown}${name === "veza-db" ? " migrate" : ""}`, args, options });
  }
  const taken = new Map(runs.map((run) => [run, []]));
  for (let round = -1; round < rounds; round++) {
    for (const run of runs) {
      const result = await measure(run.args, run.options);
      // The first round warms the caches of the disk.
      if (round >= 0) taken.get(run).push(result);
    }
  }
  const bare = taken.get(runs[0]);
  const figures = (results) => ({
    median: median(results.map(({ wallMs }) => wallMs)),
    min: Math.min(...results.map(({ wallMs }) => wallMs)),
    cpu: mean(results.map(({ cpuMs }) => cpuMs)),
  });
  const base = figures(bare);
  printTable(
    `start-up and no-op migrate (${migrations} applied), ${rounds} rounds in turn; ${circumstances(server, cpus().length)}; ms`,
    ["", "median", "× node", "least", "× node", "user+sys", "× node"],
    runs.map((run) => {
      const { median: middle, min, cpu } = figures(taken.get(run));
      return [run.shown, middle, middle / base.median, min, min / base.min, cpu, cpu / base.cpu];
    }),
  );
} finally {
  await server.stop();
}
