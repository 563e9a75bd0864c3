/** How commands introduce themselves to the server, and how they end when it says nothing or a signal comes. */
import { describe, expect, test } from "vitest";
import { fakeServer } from "../postgres/support/fake-server.ts";
import { call } from "./support/call.ts";
import { groups } from "./support/commands.ts";
import { argsOf, databaseSubjects, project } from "./support/project.ts";

describe.each(databaseSubjects)("veza-db $name", (subject) => {
  const { path } = subject;
  const isDefault = groups.some(
    ({ path: group, group: { fallback } }) =>
      fallback === path.at(-1) && group.join(" ") === path.slice(0, -1).join(" "),
  );

  test("is called by its name in pg_stat_activity", async () => {
    await using server = await fakeServer();
    // The fake server understands nothing; what happens after the login is not looked at.
    await call(
      [
        ...path,
        ...argsOf(subject),
        "--url",
        `postgresql://someone@127.0.0.1:${server.port}/somewhere`,
        "--no-input",
      ],
      { cwd: project() },
    );
    expect(server.startups.length).toBeGreaterThan(0);
    for (const { application_name: name } of server.startups) {
      expect(name?.startsWith("veza-db ")).toBe(true);
      expect(name).toBe(["veza-db", ...path].join(" "));
    }
    if (isDefault) {
      await call([...path.slice(0, -1), "--url", `postgresql://someone@127.0.0.1:${server.port}/somewhere`], {
        cwd: project(),
      });
      expect(server.startups.at(-1)).toMatchObject({
        application_name: ["veza-db", ...path.slice(0, -1)].join(" "),
      });
    }
  });

  test.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ])("stops at %s with %i, though the server says nothing", async (name, code) => {
    await using server = await fakeServer({ startup: "silence" });
    const stopped = new AbortController();
    const running = call(
      [
        ...path,
        ...argsOf(subject),
        "--json",
        "--url",
        `postgresql://someone@127.0.0.1:${server.port}/somewhere`,
      ],
      { cwd: project(), signal: stopped.signal },
    );
    await server.whenConnected();
    stopped.abort(name);
    const { code: ended, stdout, stderr } = await running;
    expect({ ended, stdout }).toEqual({ ended: code, stdout: "" });
    expect(JSON.parse(stderr)).toMatchObject({
      schema: "veza-db/error@1",
      error: { code: "cli.interrupted", exitCode: code },
    });
  });
});
