/** Several processes that take test databases from one server, and what they leave there. */
import { fileURLToPath } from "node:url";
import { inject } from "vitest";
import { runNode, temporaryProject } from "../support/cli.ts";
import type { CliResult } from "../support/cli.ts";
import { expect, test } from "../support/database.ts";
import { cleared, countOf, databasesOf, eventually, freshPrefix, sessionsOf } from "./support/databases.ts";

const worker = fileURLToPath(new URL("./support/worker.js", import.meta.url));
const notes = "CREATE TABLE notes (id int GENERATED ALWAYS AS IDENTITY, body text NOT NULL);";

interface Wishes {
  readonly dir: string;
  readonly prefix: string;
  readonly count: number;
  readonly end: "dispose" | "leave" | "kill";
  readonly spares?: number;
  readonly pauseMs?: number;
}

function runWorker(wishes: Wishes): Promise<CliResult> {
  return runNode([worker, JSON.stringify({ url: inject("server").url, spares: 2, ...wishes })]);
}

test("workers that start at once share one template and never a database", async () => {
  const prefix = freshPrefix();
  await using _clearing = cleared(prefix);
  await using project = await temporaryProject({ "2024-01-01-001-notes.sql": notes });
  const wishes = { dir: project.folder, prefix, count: 4, end: "dispose" } as const;
  const results = await Promise.all([1, 2, 3].map(() => runWorker(wishes)));
  expect(results.map(({ code, stderr }) => ({ code, stderr }))).toEqual(
    results.map(() => ({ code: 0, stderr: "" })),
  );
  const taken = results.flatMap(({ stdout }): unknown[] => JSON.parse(stdout));
  expect(new Set(taken.map((one) => JSON.stringify(one))).size).toBe(12);
  // Fresh: nobody had written into it before.
  expect(taken).toEqual(taken.map(() => expect.objectContaining({ notes: 0 })));
  expect(await countOf(prefix, "template")).toBe(1);
}, 180_000);

test("a process ends by itself, with databases not given back; the next run sweeps them", async () => {
  const prefix = freshPrefix();
  await using _clearing = cleared(prefix);
  await using project = await temporaryProject({ "2024-01-01-001-notes.sql": notes });
  const wishes = { dir: project.folder, prefix, count: 2 } as const;
  const left = await runWorker({ ...wishes, end: "leave" });
  expect(left).toMatchObject({ code: 0, stderr: "" });
  expect(await countOf(prefix, "used")).toBe(2);
  const killed = await runWorker({ ...wishes, end: "kill" });
  expect(killed.code).toBe(137);
  await eventually("a later run has swept them", async () => {
    await runWorker({ ...wishes, end: "dispose", pauseMs: 500 });
    return (await countOf(prefix, "used")) === 0;
  });
  expect(await countOf(prefix, "template")).toBe(1);
}, 180_000);

test("spares stay for the next run, which takes them", async () => {
  const prefix = freshPrefix();
  await using _clearing = cleared(prefix);
  await using project = await temporaryProject({ "2024-01-01-001-notes.sql": notes });
  const wishes = { dir: project.folder, prefix, count: 1, end: "leave", pauseMs: 1500 } as const;
  await runWorker(wishes);
  await eventually("spares are there", async () => (await countOf(prefix, "spare")) > 0);
  await eventually(
    "what was under way is done",
    async () => (await sessionsOf("veza-db test database")) === 0,
  );
  const spares = (await databasesOf(prefix)).filter(({ kind }) => kind === "spare").map(({ oid }) => oid);
  const next: { name: string }[] = JSON.parse((await runWorker({ ...wishes, spares: 0 })).stdout);
  const taken = (await databasesOf(prefix)).find(({ name }) => name === next[0]?.name);
  expect(spares).toContain(taken?.oid);
}, 180_000);

test("templates and spares of migrations that are no longer so are swept, but not while somebody uses them", async () => {
  const prefix = freshPrefix();
  await using _clearing = cleared(prefix);
  await using old = await temporaryProject({ "2024-01-01-001-notes.sql": notes });
  await using changed = await temporaryProject({ "2024-01-01-001-notes.sql": `${notes} SELECT 1;` });
  const wishes = { prefix, count: 1, end: "dispose" } as const;
  // The old template is in use as long as this one runs, and its spares with it.
  const user = watched(runWorker({ ...wishes, end: "leave", dir: old.folder, pauseMs: 6000 }));
  await eventually("the old template is made", async () => (await countOf(prefix, "used")) === 1);
  await runWorker({ ...wishes, dir: changed.folder });
  const templates = await countOf(prefix, "template");
  // Had it ended meanwhile, on a machine that is slow enough, the sweep was right.
  if (user.isRunning()) expect(templates).toBe(2);
  expect((await user.ended).code).toBe(0);
  await eventually("a later run has swept the old template", async () => {
    await runWorker({ ...wishes, dir: changed.folder, pauseMs: 500 });
    return (await countOf(prefix, "template")) === 1;
  });
}, 180_000);

/** A run, and whether it goes on. */
function watched<T>(run: Promise<T>): { readonly ended: Promise<T>; isRunning(): boolean } {
  let isRunning = true;
  const ended = run.finally(() => (isRunning = false));
  return { ended, isRunning: () => isRunning };
}
