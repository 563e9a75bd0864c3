/** What stands on the server under a prefix. */
import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { onServer } from "../../support/database.ts";

export interface Standing {
  readonly name: string;
  readonly oid: number;
  readonly kind: "template" | "spare" | "used";
}

/** A prefix of its own for a test, so that tests do not sweep each other's databases. */
export function freshPrefix(): string {
  return `lib_${randomBytes(4).toString("hex")}`;
}

export async function databasesOf(prefix: string): Promise<Standing[]> {
  const rows = await onServer(
    (admin) => admin<{ name: string; oid: number }[]>`
      SELECT datname AS name, oid::int AS oid FROM pg_database WHERE starts_with(datname::text, ${prefix}) ORDER BY oid`,
  );
  return rows.map(({ name, oid }) => ({ name, oid, kind: kindOf(name) }));
}

export async function countOf(prefix: string, kind: Standing["kind"]): Promise<number> {
  return (await databasesOf(prefix)).filter((standing) => standing.kind === kind).length;
}

/** Sessions of that name: a statement goes on in the server when its process has ended. */
export async function sessionsOf(application: string): Promise<number> {
  const [row] = await onServer(
    (admin) => admin<{ sessions: number }[]>`
      SELECT count(*)::int AS sessions FROM pg_stat_activity WHERE application_name = ${application}`,
  );
  return row?.sessions ?? 0;
}

/** Waits until something is so. */
export async function eventually(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 90_000;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`not so after 90 s: ${what}`);
    await sleep(50);
  }
}

/** Drops all that stands under a prefix, when the test is over. */
export function cleared(prefix: string): AsyncDisposable {
  return {
    [Symbol.asyncDispose]: async () => {
      await onServer(async (admin) => {
        for (const { name, kind } of await databasesOf(prefix)) {
          if (kind === "template") await admin`ALTER DATABASE ${admin(name)} WITH IS_TEMPLATE false`;
          await admin`DROP DATABASE IF EXISTS ${admin(name)} WITH (FORCE)`;
        }
      });
    },
  };
}

function kindOf(name: string): Standing["kind"] {
  if (name.includes("_template_")) return "template";
  return name.includes("_spare_") ? "spare" : "used";
}
