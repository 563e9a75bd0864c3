import type { Row } from "../postgres/connect.ts";
import type { Drafts } from "./assemble.ts";
import type { Place } from "./class-ids.ts";
import { shortName } from "./names.ts";
import { textOf } from "./rows.ts";
import type { Draft } from "./rows.ts";

/** How many privileges there are for a type of object; a holder of all of them is said to hold ALL. */
const whole: Readonly<Record<string, (privileges: ReadonlySet<string>) => boolean>> = {
  r: has("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"),
  s: has("USAGE", "SELECT", "UPDATE"),
  c: has("SELECT", "INSERT", "UPDATE", "REFERENCES"),
  f: has("EXECUTE"),
  T: has("USAGE"),
  n: has("USAGE", "CREATE"),
  l: has("USAGE"),
  F: has("USAGE"),
  S: has("USAGE"),
  d: has("CREATE", "TEMPORARY", "CONNECT"),
};

function has(...all: string[]): (privileges: ReadonlySet<string>) => boolean {
  return (privileges) => all.every((privilege) => privileges.has(privilege));
}

interface Holder {
  readonly place: Place;
  readonly type: string;
  readonly grantee: string;
  /** What the server calls it, where it came with the server. */
  readonly name: string | undefined;
  /** The extension that it belongs to. */
  readonly extension: string | undefined;
  /** Of a column: who owns its table. */
  readonly owner: string | undefined;
  readonly actual: string;
  readonly usual: string;
}

/**
 * Privileges as facts, `grants to alice` = `SELECT, UPDATE*` (a star is WITH GRANT OPTION). What a holder has by itself is
 * no fact; where it was withdrawn, the fact says `nothing`.
 */
export function addGrants(drafts: Drafts, rows: readonly Row[]): void {
  const holders = new Map<string, Holder>();
  const hasMaintain = rows.some(
    (row) => row["type"] === "r" && String(row["privileges"]).includes("MAINTAIN"),
  );
  for (const row of rows) {
    const place: Place = `${Number(row["class"])}:${Number(row["id"])}:${Number(row["sub"])}`;
    const grantee = String(row["grantee"]);
    const key = `${place} ${grantee}`;
    const found = holders.get(key) ?? {
      place,
      type: String(row["type"]),
      grantee,
      name: textOf(row, "name"),
      extension: textOf(row, "extension"),
      owner: textOf(row, "owner"),
      actual: "",
      usual: "",
    };
    const privileges = String(row["privileges"]);
    holders.set(
      key,
      row["isDefault"] === true ? { ...found, usual: privileges } : { ...found, actual: privileges },
    );
  }
  for (const { place, type, grantee, name, extension, owner, actual, usual } of holders.values()) {
    if (actual === usual) continue;
    const draft = drafts.get(place) ?? systemObject(drafts, place, name, extension);
    if (draft === undefined) continue;
    const { kind } = draft;
    // Columns have no owner of their own to be told.
    if (owner !== undefined && grantee === "(owner)") draft.written["owner"] = owner;
    const isDefaults = kind === "default privileges";
    draft.facts[`grants to ${grantee}`] =
      actual === "" ? "nothing" : abbreviated(actual, type, hasMaintain && !isDefaults);
  }
}

/** ALL, where it is all: so that a table reads the same before MAINTAIN was invented and after. */
function abbreviated(privileges: string, type: string, hasMaintain: boolean): string {
  const list = privileges.split(", ");
  const bare = new Set(list.map((privilege) => privilege.replace("*", "")));
  const starred = list.filter((privilege) => privilege.endsWith("*")).length;
  const isWhole = whole[type]?.(bare) === true && (!hasMaintain || type !== "r" || bare.has("MAINTAIN"));
  if (!isWhole || (starred !== 0 && starred !== list.length)) return privileges;
  return starred === 0 ? "ALL" : "ALL*";
}

/** The table of a column that every table has. */
function tableOf(drafts: Drafts, place: Place): string | undefined {
  const table = drafts.get(place.replace(/:-\d+$/, ":0"));
  return table === undefined ? undefined : `${table.kind} ${table.name}`;
}

/** Something that came with the server or with an extension, on which somebody granted. */
function systemObject(
  drafts: Drafts,
  place: Place,
  name: string | undefined,
  extension: string | undefined,
): Draft | undefined {
  if (name === undefined) return undefined;
  const draft: Draft = {
    kind: "system object",
    name,
    path: [],
    of: extension === undefined ? tableOf(drafts, place) : `extension ${shortName(extension)}`,
    owner: undefined,
    facts: {},
    definition: undefined,
    written: {},
    own: { id: 0, index: 0, relation: 0, partOf: undefined },
  };
  drafts.set(place, draft);
  return draft;
}
