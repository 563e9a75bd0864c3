/** Names for new files, and the files themselves. */
import { readFileSync, readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { slugify, writeNewMigration } from "../../src/migrate/new-file.ts";
import { temporaryProject } from "../support/cli.ts";

test.each([
  ["add-user-profiles", "add-user-profiles"],
  ["add user profiles", "add-user-profiles"],
  ["  Add   User_Profiles!  ", "add-user_profiles"],
  ["Größe ändern", "große-andern"],
  ["Crème brûlée № 2", "creme-brulee-no-2"],
  ["таблица треков", "таблица-треков"],
  ["表を作る", "表を作る"],
  ["a/b\\c..d", "a-b-c-d"],
  ["../../etc/passwd", "etc-passwd"],
  ["tab\tand\nline", "tab-and-line"],
  ["--dry-run", "dry-run"],
  ["emoji 🎵 here", "emoji-here"],
])("%j becomes %j", (words, slug) => {
  expect(slugify(words)).toBe(slug);
});

test.each(["", "   ", "---", "🎵", "..", "/"])("%j names nothing and is refused", (words) => {
  expect(() => slugify(words)).toThrow(expect.objectContaining({ code: "migrate.bad-name", exitCode: 2 }));
});

test("a new file bears the words, its down file too, and neither is ever written over", async () => {
  await using project = await temporaryProject();
  const dir = project.path("migrations");
  const made = writeNewMigration(dir, ["2024-01-01-001"], "add\nuser  profiles", true);
  expect(made).toMatchObject({ name: "add-user-profiles", downPath: expect.stringMatching(/\.down\.sql$/) });
  expect(readFileSync(made.path, "utf8")).toBe("-- add user profiles\n\n");
  expect(readFileSync(made.downPath ?? "", "utf8")).toBe(`-- Takes back ${made.id}: add user profiles\n\n`);
  // The same ids again, as two people would do it at once.
  expect(() => writeNewMigration(dir, ["2024-01-01-001"], "add user profiles", false)).toThrow(
    expect.objectContaining({ code: "migrate.file-exists" }),
  );
  expect(readdirSync(dir)).toHaveLength(2);
});
