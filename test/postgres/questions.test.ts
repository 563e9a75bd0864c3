/** Many questions of one session, asked at once. */
import { connect } from "../../src/postgres/connect.ts";
import { resolveTarget } from "../../src/postgres/resolve-target.ts";
import { expect, test } from "../support/database.ts";

test("fifty questions at once are answered in order, and Node sees no leak of listeners", async ({
  database,
}) => {
  const warnings: Error[] = [];
  const note = (warning: Error): void => void warnings.push(warning);
  process.on("warning", note);
  try {
    const { target } = resolveTarget(database.url, "a test", {});
    const { signal } = new AbortController();
    await using db = await connect(target, {
      applicationName: "veza-db test",
      connectTimeoutMs: 10_000,
      signal,
    });
    const asked = Array.from({ length: 50 }, async (_, n) => db.query<{ n: number }>(`SELECT ${n} AS n`));
    const answers = (await Promise.all(asked)).map(([row]) => row?.n);
    expect(answers).toEqual(Array.from({ length: 50 }, (_, n) => n));
    expect(warnings).toEqual([]);
  } finally {
    process.off("warning", note);
  }
});
