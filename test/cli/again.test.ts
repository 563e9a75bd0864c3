/** What a hint tells people to type next reaches the same database, and never holds a password. */
import { expect, test } from "vitest";
import { again } from "../../src/cli/again.ts";
import { resolveSettings } from "../../src/settings/resolve.ts";

async function nextOf(flags: Readonly<Record<string, string>>, isEmbedded = false): Promise<string> {
  const settings = await resolveSettings({
    flags,
    env: {},
    cwd: "/nowhere",
    configPath: undefined,
    envPath: undefined,
  });
  return again({ isEmbedded, settings }, "migrate", "status");
}

test.each([
  [{}, "veza-db migrate status"],
  [{ url: "postgresql://app@db:5432/app" }, "veza-db migrate status --url postgresql://app@db:5432/app"],
  [{ url: "postgresql://app:secret@db/app" }, "veza-db migrate status --url <dsn>"],
  [{ url: "host=db dbname=app" }, "veza-db migrate status --url 'host=db dbname=app'"],
  [{ url: "host=db password=secret" }, "veza-db migrate status --url <dsn>"],
  [
    { url: "postgresql://db/app?sslmode=require" },
    "veza-db migrate status --url 'postgresql://db/app?sslmode=require'",
  ],
  [{ directUrl: "postgresql://db/app" }, "veza-db migrate status --direct-url postgresql://db/app"],
] as const)("%j", async (flags, expected) => {
  expect(await nextOf(flags)).toBe(expected);
});

test("the embedded server is named by its flag", async () => {
  expect(await nextOf({}, true)).toBe("veza-db migrate status --embedded");
});
