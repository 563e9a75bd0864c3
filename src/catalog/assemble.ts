import { compareText } from "../kernel/compare.ts";
import type { Row } from "../postgres/connect.ts";
import { placeOf } from "./class-ids.ts";
import type { Place } from "./class-ids.ts";
import { addGrants } from "./grants.ts";
import { resolveDependencies } from "./dependencies.ts";
import { kinds } from "./model.ts";
import type { Catalog, CatalogObject, Kind } from "./model.ts";
import { shortName } from "./names.ts";
import type { AnnotationQuery, CatalogWishes, SessionRow } from "./read.ts";
import { connectionFact, draftOf, textOf } from "./rows.ts";
import type { Draft } from "./rows.ts";

/** What the queries give, taken as their answers come, in their order: the rows of objects are let go at once. */
export class Gathering {
  readonly drafts: Drafts = new Map();
  /** True where options were hidden from the role. */
  hasHidden = false;
  readonly #notes = new Map<AnnotationQuery, readonly Row[]>();
  #unplaced = 0;

  takeObjects(rows: readonly Row[]): void {
    for (const row of rows) {
      const draft = draftOf(row);
      const id = Number(row["_id"] ?? --this.#unplaced);
      this.drafts.set(placeOf(draft.kind, id, Number(row["_sub"] ?? 0)), draft);
      if (row["_hidden"] === true) this.hasHidden = true;
    }
  }

  takeNotes(name: AnnotationQuery, rows: readonly Row[]): void {
    this.#notes.set(name, rows);
  }

  notes(name: AnnotationQuery): readonly Row[] {
    return this.#notes.get(name) ?? [];
  }
}

/** Puts together what the queries gave. */
export function assemble(gathering: Gathering, wishes: CatalogWishes, major: number): Catalog {
  const rows = (name: AnnotationQuery): readonly Row[] => gathering.notes(name);
  const { drafts } = gathering;
  const session = sessionOf(rows("session"));
  addDatabase(drafts, session);
  link(drafts);
  const hasSubscriptions = [...drafts.values()].some(({ kind }) => kind === "subscription");
  const members = new Set(rows("members").map((row) => `${String(row["class"])}:${String(row["id"])}:0`));
  leaveOut(drafts, (place) => members.has(place), wishes);
  annotate(drafts, rows);
  // After the comments: of what belongs to an extension only what was granted is told.
  addGrants(drafts, rows("grants"));
  const migrators = new Set(wishes.migrators ?? [session.owner]);
  const objects = [...drafts.values()].map((draft) => finish(draft, migrators));
  objects.sort(byKindAndName);
  return {
    server: { major, version: session.version, database: session.database },
    objects: new Map(objects.map((object) => [object.id, object])),
    requires: resolveDependencies(drafts, rows("dependencies"), idOf),
    unmodelled: rows("unmodelled").map((row) => ({ kind: String(row["kind"]), name: String(row["name"]) })),
    unread: [
      ...(hasSubscriptions && !session.isSuperuser
        ? ["where subscriptions connect to (only a superuser may read it)"]
        : []),
      ...(gathering.hasHidden
        ? ["options of other roles' user mappings (only a superuser may read them)"]
        : []),
    ],
  };
}

export type Drafts = Map<Place, Draft>;

export function idOf({ kind, name }: Pick<Draft, "kind" | "name">): string {
  return `${kind} ${name}`;
}

function sessionOf([row]: readonly Row[]): SessionRow {
  if (row === undefined) throw new Error("the session has no facts");
  return {
    database: String(row["database"]),
    owner: String(row["owner"]),
    id: Number(row["id"]),
    version: Number(row["version"]),
    isSuperuser: row["isSuperuser"] === true,
    user: String(row["user"]),
  };
}

function addDatabase(drafts: Drafts, session: SessionRow): void {
  drafts.set(placeOf("database", session.id, 0), {
    kind: "database",
    // The database's name is no part of its schema: a copy under another name is the same.
    name: "(this one)",
    path: [],
    of: undefined,
    owner: undefined,
    facts: {},
    definition: undefined,
    written: {},
    own: { id: session.id, index: 0, relation: 0, partOf: undefined },
  });
}

/** Says of columns, constraints, triggers and the like to which table or type they belong. */
function link(drafts: Drafts): void {
  const relations = new Map<string, string>();
  const types = new Map<string, string>();
  const isRelation = new Set<Kind>(["table", "foreign table", "view", "materialized view"]);
  for (const draft of drafts.values()) {
    if (isRelation.has(draft.kind)) relations.set(draft.path.join("\0"), idOf(draft));
    if (draft.kind === "composite type" || draft.kind === "domain")
      types.set(draft.path.join("\0"), idOf(draft));
  }
  for (const draft of drafts.values()) {
    const [schema = "", parent = ""] = draft.path;
    if (draft.kind === "index") {
      draft.of = relations.get(`${schema}\0${draft.facts["table"] ?? ""}`);
    } else if (draft.own.partOf !== undefined) {
      draft.of = (draft.own.partOf === "type" ? types : relations).get(`${schema}\0${parent}`);
    } else if (draft.kind === "sequence") {
      const column = draft.facts["identity of"];
      if (column !== undefined) draft.of = `table ${column.slice(0, lastDot(column))}`;
    }
  }
}

/** The last dot that stands outside of quotes: where a column's name begins. */
export function lastDot(name: string): number {
  if (!name.endsWith('"')) return name.lastIndexOf(".");
  const column = /\."(?:[^"]|"")+"$/.exec(name);
  return column?.index ?? -1;
}

/** Takes out what belongs to an extension or to the tool, with everything below it. */
function leaveOut(
  drafts: Drafts,
  isMember: (place: Place) => boolean,
  { without = [] }: CatalogWishes,
): void {
  const own = new Set(without.map(({ schema, table }) => `table ${shortName(schema)}.${shortName(table)}`));
  const ownTables = new Set([...own].map((id) => id.slice("table ".length)));
  const gone = new Set<string>();
  for (const [place, draft] of drafts) {
    const sub = place.lastIndexOf(":");
    if (isMember(`${place.slice(0, sub)}:0`) || own.has(idOf(draft))) {
      drafts.delete(place);
      gone.add(idOf(draft));
    }
  }
  for (const [place, draft] of drafts) {
    const owner = draft.facts["owned by"] ?? draft.facts["identity of"];
    const isOwnSequence = owner !== undefined && ownTables.has(owner.slice(0, lastDot(owner)));
    if ((draft.of !== undefined && gone.has(draft.of)) || isOwnSequence) drafts.delete(place);
  }
}

function annotate(drafts: Drafts, rows: (name: AnnotationQuery) => readonly Row[]): void {
  const at = (row: Row): Draft | undefined =>
    drafts.get(`${Number(row["class"])}:${Number(row["id"])}:${Number(row["sub"] ?? 0)}`);
  // The comment on a composite type lies at its relation.
  const composites = new Map(
    [...drafts.values()]
      .filter(({ kind }) => kind === "composite type")
      .map((draft) => [draft.own.relation, draft]),
  );
  // And one on the index that a constraint made, at the index.
  const indexes = new Map(
    [...drafts.values()]
      .filter(({ kind, facts }) => kind === "constraint" && facts["type"] !== "foreign key")
      .map((draft) => [draft.own.index, draft]),
  );
  for (const row of rows("comments")) {
    const made = Number(row["class"]) === 1259 ? indexes.get(Number(row["id"])) : undefined;
    if (made !== undefined && Number(row["id"]) !== 0) {
      made.facts["index comment"] = String(row["text"]);
      continue;
    }
    const draft =
      at(row) ??
      (Number(row["sub"]) === 0 && Number(row["class"]) === 1259
        ? composites.get(Number(row["id"]))
        : undefined);
    if (draft !== undefined) draft.facts["comment"] = String(row["text"]);
  }
  for (const row of rows("security-labels")) {
    const draft = at(row);
    if (draft !== undefined) draft.facts[`security label ${String(row["provider"])}`] = String(row["label"]);
  }
  for (const row of rows("extension-dependants")) {
    const draft = at(row);
    if (draft !== undefined) draft.facts["depends on extension"] = String(row["extensions"]);
  }
  for (const row of rows("subscription-connections")) {
    const draft = drafts.get(placeOf("subscription", Number(row["id"]), 0));
    if (draft !== undefined) draft.facts["connection"] = connectionFact(textOf(row, "connection") ?? "");
  }
}

function finish(draft: Draft, migrators: ReadonlySet<string>): CatalogObject {
  const { kind, name, path, of, owner, definition, written } = draft;
  const facts: Record<string, string> = {};
  for (const property of Object.keys(draft.facts).toSorted(byOptionWord))
    facts[property] = draft.facts[property] ?? "";
  // The schema "public" has an owner of its own: that of the server.
  const isPublic = kind === "schema" && name === "public";
  if (owner !== undefined && (isPublic || !migrators.has(owner))) facts["owner"] = shortName(owner);
  const above = written["owner"];
  if (above !== undefined) {
    if (migrators.has(above)) delete written["owner"];
    else written["owner"] = shortName(above);
  }
  return {
    id: idOf(draft),
    kind,
    name,
    path,
    facts,
    ...(of === undefined ? {} : { of }),
    ...(definition === undefined ? {} : { definition }),
    ...(Object.keys(written).length === 0 ? {} : { written }),
  };
}

/** Options stay in the order in which they were set: the server writes them so, and keeps it. */
function byOptionWord(a: string, b: string): number {
  const word = /^(?:(?:toast |index |foreign )?option|setting) /;
  const [of, other] = [word.exec(a)?.[0], word.exec(b)?.[0]];
  return of !== undefined && of === other ? 0 : compareText(a, b);
}

const rank = new Map(kinds.map((kind, index) => [kind, index]));

/** Columns stay in the order in which they were read: that of their table. */
function byKindAndName(a: CatalogObject, b: CatalogObject): number {
  if (a.kind !== b.kind) return (rank.get(a.kind) ?? 0) - (rank.get(b.kind) ?? 0);
  if (isColumn(a.kind)) return compareText(a.of ?? "", b.of ?? "");
  return compareText(a.name, b.name);
}

export function isColumn(kind: Kind): boolean {
  return kind === "column" || kind === "attribute";
}
