/** Generators by themselves: small worlds, made without a server. */
import { describe, expect, test } from "vitest";
import { encodeRow } from "../../src/seed/encode.ts";
import { planSeed } from "../../src/seed/plan.ts";
import { readSeedFolder } from "../../src/seed/read-files.ts";
import { timeText } from "../../src/seed/value-text.ts";
import { makeWorld } from "../../src/seed/world.ts";
import { temporaryProject } from "../support/cli.ts";

type Rows = readonly Readonly<Record<string, string>>[];

const asOf = Date.UTC(2026, 0, 1);

/** The rows of each table as COPY's text, by column. */
async function makeRows(files: Readonly<Record<string, object>>): Promise<Record<string, Rows>> {
  const named = Object.entries(files).map(([table, file]) => [
    `${table}.json`,
    JSON.stringify({ table, rows: 100, ...file }),
  ]);
  await using project = await temporaryProject(Object.fromEntries(named));
  const plan = planSeed(readSeedFolder(project.folder, project.folder).files, {
    seed: 1,
    scale: 1,
    asOf,
    only: [],
  });
  const world = makeWorld(plan.files, {
    seed: 1,
    scale: 1,
    asOf,
    loaded: new Set(Object.keys(files)),
    bases: new Map(),
  });
  return Object.fromEntries(
    [...world.values()].map((table) => {
      const columns = table.columnNames.flatMap((name) => table.column(name) ?? []);
      const rows: Record<string, string>[] = [];
      for (let row = 0; row < table.rows; row++) {
        if (!table.hasRow(row)) continue;
        const values = encodeRow(columns, row).replace(/\n$/, "").split("\t");
        rows.push(Object.fromEntries(table.columnNames.map((name, index) => [name, values[index] ?? ""])));
      }
      return [table.name, rows];
    }),
  );
}

const id = { sequence: {} };

test("an earlier row is of the same group and strictly earlier, also where times are tied", async () => {
  const { posts = [] } = await makeRows({
    rooms: { rows: 3, columns: { id } },
    posts: {
      rows: 2000,
      columns: {
        id,
        room: { ref: { table: "rooms" } },
        at: { spread: { months: 1, ties: 0.7 } },
        before: { earlier: { same: "room", share: 0.8 } },
        said: { copy: { from: "before", column: "at" } },
      },
    },
  });
  const answers = posts.filter(({ before }) => before !== "\\N");
  expect(answers.length).toBeGreaterThan(500);
  for (const post of answers) {
    const other = posts[Number(post["before"]) - 1];
    expect(other?.["room"]).toBe(post["room"]);
    expect(other?.["at"]).toBe(post["said"]);
    expect((other?.["at"] ?? "") < (post["at"] ?? "")).toBe(true);
  }
  expect(posts.filter(({ before, said }) => (before === "\\N") !== (said === "\\N"))).toEqual([]);
  const far = answers.filter((post) => Number(post["id"]) - Number(post["before"]) > 12);
  expect(far.length).toBeGreaterThan(20); // not only ever the last one
});

test("a unique reference takes no row twice, and not always the same ones", async () => {
  const { profiles = [] } = await makeRows({
    people: { rows: 1000, columns: { id } },
    profiles: { rows: 900, columns: { person: { ref: { table: "people", unique: true } } } },
  });
  const people = profiles.map(({ person }) => Number(person));
  expect(new Set(people).size).toBe(900);
  const left = Array.from({ length: 1000 }, (_, at) => at + 1).filter((at) => !people.includes(at));
  expect(new Set(left.map((at) => at % 10)).size).toBe(10);
});

test("keyedBy: one value for all rows that refer to the same one", async () => {
  const { tracks = [] } = await makeRows({
    artists: { rows: 20, columns: { id } },
    tracks: {
      rows: 500,
      columns: {
        artist: { ref: { table: "artists" } },
        name: { person: "full", keyedBy: "artist" },
        own: { hex: 8 },
      },
    },
  });
  const names = new Map(tracks.map(({ artist, name }) => [artist, name]));
  expect(tracks.every(({ artist, name }) => names.get(artist) === name)).toBe(true);
  expect(new Set(names.values()).size).toBeGreaterThan(15);
  expect(new Set(tracks.map(({ own }) => own)).size).toBe(500);
});

test("nulls: their share of the rows, and the others as they were", async () => {
  const { a: some = [] } = await makeRows({ a: { rows: 5000, columns: { x: { hex: 8, nulls: 0.3 } } } });
  const { a: all = [] } = await makeRows({ a: { rows: 5000, columns: { x: { hex: 8 } } } });
  const nulls = some.filter(({ x }) => x === "\\N").length;
  expect(nulls).toBeGreaterThan(1350);
  expect(nulls).toBeLessThan(1650);
  expect(some.every(({ x }, row) => x === "\\N" || x === all[row]?.["x"])).toBe(true);
});

test("pick by weights, integers by skew, booleans by share", async () => {
  const { a: rows = [] } = await makeRows({
    a: {
      rows: 10_000,
      columns: {
        picked: { pick: { from: ["a", "b", "c"], weights: [1, 0, 3] } },
        even: { integer: { min: -2, max: 2 } },
        skewed: { integer: { min: 0, max: 99, skew: 3 } },
        flag: { boolean: 0.2 },
        part: { decimal: { min: 1, max: 2, digits: 3 } },
      },
    },
  });
  const count = (name: string, value: string): number => rows.filter((row) => row[name] === value).length;
  expect(count("picked", "b")).toBe(0);
  expect(count("picked", "c") / 10_000).toBeCloseTo(0.75, 1);
  for (const value of ["-2", "-1", "0", "1", "2"]) expect(count("even", value) / 10_000).toBeCloseTo(0.2, 1);
  expect(count("skewed", "0") / 10_000).toBeGreaterThan(0.19);
  expect(count("skewed", "99") / 10_000).toBeLessThan(0.01);
  expect(count("flag", "t") / 10_000).toBeCloseTo(0.2, 1);
  expect(rows.every(({ part = "" }) => /^[12](\.\d{1,3})?$/.test(part))).toBe(true);
});

describe("a partner", () => {
  test("has joined by then, or is somebody of the outside", async () => {
    const made = await makeRows({
      people: { rows: 200, columns: { id, since: { spread: { months: 20 } } } },
      rooms: {
        rows: 10,
        columns: {
          id,
          founder: { ref: { table: "people", existingAt: "since" } },
          since: { spread: { months: 15 } },
        },
      },
      members: {
        rows: 300,
        pairs: {
          of: { column: "room", table: "rooms", skew: 1.5 },
          with: { column: "person", table: "people" },
          first: "founder",
        },
        columns: {
          place: { index: { from: 1 } },
          joined: {
            first: {
              first: { after: { columns: ["room"], share: 0 } },
              rest: { after: { columns: ["room", "person"] } },
            },
          },
        },
      },
      posts: {
        rows: 3000,
        columns: {
          id,
          at: { spread: { months: 12 } },
          room: { ref: { table: "rooms", existingAt: "at" } },
          person: { partner: { of: "room", table: "members", existingAt: "at", joined: "joined" } },
        },
      },
    });
    const joined = new Map(
      (made["members"] ?? []).map((member) => [
        `${member["room"]} ${member["person"]}`,
        member["joined"] ?? "",
      ]),
    );
    expect(joined.size).toBe(300);
    for (const { at = "", room, person } of made["posts"] ?? []) {
      expect((joined.get(`${room} ${person}`) ?? "never") <= at).toBe(true);
    }
  });
});

test("counts and sums are those of the pairs", async () => {
  const made = await makeRows({
    lists: {
      rows: 30,
      columns: {
        id,
        length: { count: { table: "entries" } },
        seconds: { sum: { table: "entries", column: "seconds" } },
      },
    },
    songs: { rows: 60, columns: { id, seconds: { integer: { min: 1, max: 500 } } } },
    entries: {
      rows: 400,
      pairs: {
        of: { column: "list", table: "lists", skew: 2 },
        with: { column: "song", table: "songs", skew: 1.5 },
      },
      columns: {},
    },
  });
  for (const list of made["lists"] ?? []) {
    const entries = (made["entries"] ?? []).filter((entry) => entry["list"] === list["id"]);
    expect(list["length"]).toBe(String(entries.length));
    const seconds = entries.map((entry) =>
      Number((made["songs"] ?? [])[Number(entry["song"]) - 1]?.["seconds"]),
    );
    expect(list["seconds"]).toBe(String(seconds.reduce((sum, one) => sum + one, 0)));
  }
});

test("usernames and addresses are unique whatever the case, and need no quoting", async () => {
  const { people = [] } = await makeRows({
    people: { rows: 20_000, columns: { id, name: { person: "username" }, mail: { person: "email" } } },
  });
  expect(new Set(people.map(({ name = "" }) => name.toLowerCase())).size).toBe(20_000);
  expect(new Set(people.map(({ mail = "" }) => mail)).size).toBe(20_000);
  expect(people.every(({ name = "" }) => /^[A-Za-z._]+\d+$/.test(name) && name.length <= 50)).toBe(true);
});

test("times are written as PostgreSQL reads them", () => {
  for (const [time, text] of [
    [Date.UTC(2026, 0, 1), "2026-01-01 00:00:00.000+00"],
    [Date.UTC(2024, 1, 29, 23, 59, 59, 7), "2024-02-29 23:59:59.007+00"],
    [Date.UTC(1999, 11, 31, 5, 6, 7, 89), "1999-12-31 05:06:07.089+00"],
    [-1, "1969-12-31 23:59:59.999+00"],
  ] as const) {
    expect(timeText(time)).toBe(text);
  }
});

test("every kind of text can be said, without a hole in it", async () => {
  const { textKinds } = await import("../../src/seed/model.ts");
  const columns = Object.fromEntries(textKinds.map((kind) => [kind, { text: kind }]));
  const { a: rows = [] } = await makeRows({ a: { rows: 3000, columns } });
  for (const kind of textKinds) {
    const texts = rows.map((row) => row[kind] ?? "");
    expect(
      texts.filter((text) => text === "" || /[{}]|undefined|NaN/.test(text)),
      kind,
    ).toEqual([]);
    expect(new Set(texts).size, kind).toBeGreaterThan(10);
  }
});
