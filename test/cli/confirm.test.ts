/** Who is asked what before a change, and what counts as leave. */
import { Readable } from "node:stream";
import { describe, expect, test } from "vitest";
import { confirm } from "../../src/cli/confirm.ts";
import type { Asker, Question } from "../../src/cli/confirm.ts";
import { VezaError } from "../../src/kernel/error.ts";

const change: Question = {
  kind: "change",
  action: "Apply 2 migrations",
  place: "ana@db:5432/shop",
  database: "shop",
  plan: ["2024-01-01-001-one.sql", "2024-01-02-002-two.sql"],
};
const destruction: Question = { ...change, kind: "destroy", action: "Take back 1 migration" };

interface Scene extends Partial<Omit<Asker, "stdin" | "stderr">> {
  readonly typed?: string;
}

async function ask(
  question: Question,
  { typed, ...parts }: Scene = {},
): Promise<{ said: string; error: VezaError | undefined }> {
  let said = "";
  const asker: Asker = {
    stdin: Readable.from(typed === undefined ? [] : [typed]),
    stderr: { write: (content) => (said += content) },
    isInteractive: typed !== undefined,
    isYes: false,
    isEmbedded: false,
    signal: new AbortController().signal,
    ...parts,
  };
  try {
    await confirm(question, asker);
    return { said, error: undefined };
  } catch (error) {
    if (error instanceof VezaError) return { said, error };
    throw error;
  }
}

describe("a change on a terminal", () => {
  test.each(["y\n", "Y\n", "yes\n", " YES \r\n"])("goes on after %j", async (typed) => {
    expect((await ask(change, { typed })).error).toBeUndefined();
  });

  test.each(["n\n", "\n", "no\n", "yess\n", "shop\n", ""])("is refused after %j", async (typed) => {
    expect((await ask(change, { typed })).error).toMatchObject({
      code: "cli.not-confirmed",
      exitCode: 4,
      state: "Nothing was changed.",
    });
  });

  test("shows plan, server and database before it asks", async () => {
    const { said } = await ask(change, { typed: "y\n" });
    for (const line of change.plan) expect(said).toContain(line);
    expect(said).toMatch(/Apply 2 migrations on ana@db:5432\/shop\? \[y\/N\] $/);
  });

  test("is not asked for under --yes", async () => {
    expect(await ask(change, { typed: "n\n", isYes: true })).toEqual({ said: "", error: undefined });
  });
});

describe("a change without a terminal", () => {
  test("is refused, naming the flag", async () => {
    const { error } = await ask(change);
    expect(error).toMatchObject({ exitCode: 4 });
    expect(error?.hint).toContain("--yes");
  });

  test("just runs where cron or CI asked for it", async () => {
    expect(await ask({ ...change, runsUnattended: true })).toEqual({ said: "", error: undefined });
  });

  test("runs under --yes", async () => {
    expect((await ask(change, { isYes: true })).error).toBeUndefined();
  });
});

describe("a destruction", () => {
  test("wants the database's name typed", async () => {
    expect((await ask(destruction, { typed: "shop\n" })).error).toBeUndefined();
    for (const typed of ["y\n", "yes\n", "Shop\n", "shop2\n", "\n"])
      expect((await ask(destruction, { typed })).error).toMatchObject({ exitCode: 4 });
  });

  test("is not allowed by --yes alone, with or without a terminal", async () => {
    expect((await ask(destruction, { isYes: true })).error?.hint).toContain("--confirm shop");
    const odd = await ask({ ...destruction, database: "my shop" }, { isYes: true });
    expect(odd.error?.hint).toContain("--confirm 'my shop'");
    expect((await ask(destruction, { isYes: true, typed: "y\n" })).error).toMatchObject({ exitCode: 4 });
  });

  test("is not allowed by cron either", async () => {
    expect((await ask({ ...destruction, runsUnattended: true })).error).toMatchObject({ exitCode: 4 });
  });

  test("is allowed by --confirm with the right name, and refused with another", async () => {
    expect((await ask({ ...destruction, confirmed: "shop" })).error).toBeUndefined();
    const wrong = await ask({ ...destruction, confirmed: "shop_test" });
    expect(wrong.error?.detail).toContain('"shop_test"');
    expect(wrong.error?.hint).toContain("--confirm shop");
  });
});

test("nothing is asked of the embedded server", async () => {
  expect(await ask(change, { isEmbedded: true })).toEqual({ said: "", error: undefined });
  expect(await ask(destruction, { isEmbedded: true })).toEqual({ said: "", error: undefined });
});

test("a signal at the question ends the wait", async () => {
  const stopped = new AbortController();
  let said = "";
  const waiting = confirm(change, {
    stdin: new Readable({ read: () => {} }),
    stderr: { write: (content) => (said += content) },
    isInteractive: true,
    isYes: false,
    isEmbedded: false,
    signal: stopped.signal,
  });
  stopped.abort("SIGINT");
  await expect(waiting).rejects.toThrow();
  expect(said).toMatch(/\[y\/N\] \n$/);
});

test("what is said next begins on a line of its own, whether an answer came or not", async () => {
  expect((await ask(change, { typed: "" })).said).toMatch(/\[y\/N\] \n$/);
  expect((await ask(change, { typed: "n\n" })).said).toMatch(/\[y\/N\] $/);
});

test("a file's name cannot draw on the terminal", async () => {
  const { said } = await ask(
    { ...change, plan: ["\u001b[2J\u202e.sql"], place: "ana@\u0007db" },
    { typed: "y\n" },
  );
  expect(said).not.toMatch(/[\u001b\u202e\u0007]/);
});
