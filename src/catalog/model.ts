/** The schema of a database as plain data: objects, and one fact for each property of each. */

/** The kinds of object there are. Columns, constraints and the like are objects of their own, below their table. */
export const kinds = [
  "database",
  "setting",
  "schema",
  "extension",
  "language",
  "access method",
  "collation",
  "conversion",
  "enum",
  "domain",
  "composite type",
  "attribute",
  "range",
  "base type",
  "function",
  "procedure",
  "aggregate",
  "operator",
  "operator family",
  "operator class",
  "cast",
  "transform",
  "text search parser",
  "text search template",
  "text search dictionary",
  "text search configuration",
  "foreign data wrapper",
  "server",
  "user mapping",
  "table",
  "foreign table",
  "column",
  "sequence",
  "constraint",
  "not null constraint",
  "index",
  "view",
  "materialized view",
  "rule",
  "trigger",
  "policy",
  "statistics",
  "event trigger",
  "publication",
  "publication table",
  "publication schema",
  "subscription",
  "default privileges",
  "system object",
] as const;
export type Kind = (typeof kinds)[number];

/** A property's name, as SQL calls it, and its value. A property that is as the server makes it by itself has no fact. */
export type Facts = Readonly<Record<string, string>>;

export interface CatalogObject {
  /** Kind and name: what tells it from every other object of the catalog. */
  readonly id: string;
  readonly kind: Kind;
  /** As people write it: `public.users.email`, `public.sum(integer, integer)`. */
  readonly name: string;
  /** The bare names that the name is made of, where it is made of names: `["public", "users", "email"]`. */
  readonly path: readonly string[];
  /** The id of the table, view or type that it belongs to and goes with. */
  readonly of?: string;
  readonly facts: Facts;
  /** The server's own text of the whole object. Compared only where no fact differs, so that nothing is passed over. */
  readonly definition?: string;
  /**
   * What to write so that the server words it as it does now, by property (`whole`: the definition), where the form that is
   * compared would be worded otherwise.
   */
  readonly written?: Facts;
}

export interface CatalogServer {
  /** e.g. 15 */
  readonly major: number;
  /** As `server_version_num` has it: 150018. */
  readonly version: number;
  readonly database: string;
}

/** Something that is there, but of which the catalog can say nothing more. */
export interface Unmodelled {
  readonly kind: string;
  readonly name: string;
}

export interface Catalog {
  readonly server: CatalogServer;
  /** By id, sorted by kind and name; columns stand in the order of their table. */
  readonly objects: ReadonlyMap<string, CatalogObject>;
  /** Which objects an object needs, by id; empty unless it was asked for. */
  readonly requires: ReadonlyMap<string, ReadonlySet<string>>;
  readonly unmodelled: readonly Unmodelled[];
  /** What the role was not allowed to read. */
  readonly unread: readonly string[];
}
