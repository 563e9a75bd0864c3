/** A column in three steps: it lets go, it changes, it takes hold again. */
import type { Catalog, CatalogObject } from "../../catalog/model.ts";
import { ownName, tableNameOf } from "../../schema/render/reference.ts";
import { tableWord } from "../drop.ts";
import { isRetyped } from "../retyped.ts";
import { keptParentColumns, typeAttribute } from "../column-parents.ts";
import { isViewPart } from "../columns.ts";
import type { Piece, Statement } from "../model.ts";
import type { Pieces } from "../pieces.ts";
import { say } from "../say.ts";
import { nameAside } from "../swap.ts";
import { alterOptions, foreignChanges } from "./trimmings.ts";
import { castFor, countsSeconds } from "./cast.ts";
import { goOnAfterRows } from "./counter.ts";
import { addIdentity, dropIdentity } from "./identity.ts";

export interface ColumnSteps {
  /** Before whatever it stood on goes: the default. */
  readonly release: readonly Statement[];
  readonly main: readonly Statement[];
  /** When what it will stand on is there: the default again. */
  readonly settle: readonly Statement[];
}

export function planColumn(piece: Piece, pieces: Pieces, from: Catalog, to: Catalog): ColumnSteps {
  const { before, after, changed, needs } = piece;
  if (before === undefined || after === undefined) return { release: [], main: [], settle: [] };
  const table = tableNameOf(after);
  const own = ownName(after);
  const word = isViewPart(after) && after.of?.startsWith("view ") === true ? "TABLE" : tableWord(after);
  const on = `ALTER ${word} ONLY ${table} ALTER COLUMN ${own}`.replace(
    /^(ALTER MATERIALIZED VIEW) ONLY/,
    "$1",
  );
  const everywhere = `ALTER ${word} ${table} ALTER COLUMN ${own}`;
  const [was, is] = [before.facts, after.facts];
  const retyped = isRetyped(piece);
  const gainsIdentity = was["identity"] === undefined && is["identity"] !== undefined;
  const letsGo =
    was["default"] !== undefined && (retyped || needs.has("redefault") || is["default"] === undefined);
  const takesHold = is["default"] !== undefined && (letsGo || changed.has("default"));
  const isPlainNow = was["generated"] !== undefined && is["generated"] === undefined;
  return {
    release: letsGo ? [say(`${on} DROP DEFAULT`)] : [],
    main: [
      ...(isPlainNow ? [say(`${everywhere} DROP EXPRESSION`)] : []),
      ...(changed.has("generated") && is["generated"] !== undefined
        ? [say(`${everywhere} SET EXPRESSION AS (${is["generated"]})`, rewriting)]
        : []),
      ...(was["identity"] !== undefined && is["identity"] === undefined
        ? dropIdentity(piece, everywhere, from, to)
        : []),
      ...(retyped && !followsParent(piece, pieces, from, to) && typeAttribute(after, from, to) === undefined
        ? retype(piece, everywhere, from, to)
        : []),
      ...alterNotNull(piece, everywhere, from, to, pieces),
      ...(gainsIdentity ? addIdentity(piece, everywhere, from, to) : []),
      ...(was["identity"] !== undefined && is["identity"] !== undefined && changed.has("identity")
        ? [say(`${everywhere} SET GENERATED ${is["identity"].toUpperCase()}`)]
        : []),
      ...(changed.has("storage")
        ? [say(`${on} SET STORAGE ${is["storage"]?.toUpperCase() ?? usualStorage(after, from.server.major)}`)]
        : []),
      ...(changed.has("compression") ? [say(`${on} SET COMPRESSION ${is["compression"] ?? "default"}`)] : []),
      ...(changed.has("statistics") ? [say(`${on} SET STATISTICS ${is["statistics"] ?? "-1"}`)] : []),
      ...alterOptions(on, was, is, changed).map((sql) => say(sql)),
      ...alterForeign(before, after, changed, on),
    ],
    settle: takesHold ? [say(`${on} SET DEFAULT ${is["default"]}`), ...goOnAfterRows(piece, from, to)] : [],
  };
}

const rewriting = { rewrites: true, hazards: ["REWRITES_TABLE"] } as const;

function alterForeign(
  before: CatalogObject,
  after: CatalogObject,
  changed: ReadonlySet<string>,
  on: string,
): Statement[] {
  const options = foreignChanges(before.facts, after.facts, changed);
  return options === "" ? [] : [say(on + options)];
}

/** A parent's new type goes down to its children. */
function followsParent({ after }: Piece, pieces: Pieces, from: Catalog, to: Catalog): boolean {
  if (after === undefined) return false;
  return keptParentColumns(after, from, to).some((id) => {
    const parent = pieces.get(id);
    return parent !== undefined && isRetyped(parent);
  });
}

function retype({ after, before, needs }: Piece, on: string, from: Catalog, to: Catalog): Statement[] {
  if (after === undefined || before === undefined) return [];
  const { type = "", collation } = after.facts;
  const cast = castFor(before, after, needs.has("retype"), from, to);
  const collate = collation === undefined ? "" : ` COLLATE ${collation}`;
  const sql = `${on} TYPE ${type}${collate}${cast === undefined ? "" : ` USING ${cast}`}`;
  if (
    !needs.has("retype") &&
    isWidening(before.facts["type"] ?? "", type) &&
    before.facts["collation"] === collation
  )
    return [say(sql)];
  const mayFail = !isSafe(before.facts["type"] ?? "", type);
  return [
    say(sql, {
      rewrites: true,
      scans: true,
      hazards: [
        "REWRITES_TABLE",
        ...(mayFail ? (["DEPENDS_ON_DATA"] as const) : []),
        ...(countsSeconds(before.facts["type"] ?? "", type) ? (["CHANGES_MEANING"] as const) : []),
      ],
    }),
  ];
}

/** What needs no rewrite: more room in the same type. */
function isWidening(was: string, is: string): boolean {
  const [a, b] = [was, is].map((type) =>
    /^(character varying|numeric|text|bit varying)(?:\((\d+)(?:,(\d+))?\))?$/.exec(type),
  );
  if (a === null || b === null || a === undefined || b === undefined) return false;
  if (a[1] === "character varying" && b[1] === "text") return true;
  if (a[1] !== b[1] || a[3] !== b[3]) return b[2] === undefined && a[1] === b[1];
  return b[2] === undefined || (a[2] !== undefined && Number(b[2]) >= Number(a[2]));
}

const wider: Readonly<Record<string, readonly string[]>> = {
  smallint: ["integer", "bigint", "numeric", "text"],
  integer: ["bigint", "numeric", "text"],
  bigint: ["numeric", "text"],
  real: ["double precision"],
  date: ["timestamp without time zone", "text"],
  uuid: ["text"],
};

function isSafe(was: string, is: string): boolean {
  return wider[was]?.includes(is) === true || is === "text";
}

function alterNotNull(piece: Piece, on: string, from: Catalog, to: Catalog, pieces: Pieces): Statement[] {
  const { before, after, changed } = piece;
  if (before === undefined || after === undefined || isViewPart(after)) return [];
  const key = `not null constraint ${after.name}`;
  const [had, has] = [from.objects.get(key), to.objects.get(key)];
  if (has !== undefined && (had === undefined || JSON.stringify(had.facts) !== JSON.stringify(has.facts))) {
    // One with a property of its own (18): it is made by its own statement.
    return before.facts["not null"] === undefined ? [] : [say(`${on} DROP NOT NULL`)];
  }
  const isChanged = changed.has("not null") || (had !== undefined) !== (has !== undefined);
  if (!isChanged || (changed.has("not null") && goesWithParent(piece, pieces, from, to))) return [];
  if (after.facts["not null"] === undefined) return [say(`${on} DROP NOT NULL`)];
  return [
    ...(had?.facts["no inherit"] === undefined ? [] : [say(`${on} DROP NOT NULL`)]),
    say(`${on} SET NOT NULL`, {
      scans: true,
      hazards: ["BLOCKS_READS", "DEPENDS_ON_DATA"],
      ...(on.startsWith("ALTER TABLE ") ? { concurrently: proveNotNull(after, on) } : {}),
    }),
  ];
}

/** By a check that is proven while others write: SET NOT NULL then reads nothing. */
function proveNotNull(column: CatalogObject, on: string): string[] {
  const table = `ALTER TABLE ${tableNameOf(column)}`;
  const check = nameAside(column.path.at(-1) ?? "", "__veza_not_null");
  return [
    `${table} ADD CONSTRAINT ${check} CHECK (${ownName(column)} IS NOT NULL) NOT VALID`,
    `${table} VALIDATE CONSTRAINT ${check}`,
    `${on} SET NOT NULL`,
    `${table} DROP CONSTRAINT ${check}`,
  ];
}

/** NOT NULL goes down to the children; here where their parent's changes in the same way. */
function goesWithParent({ after }: Piece, pieces: Pieces, from: Catalog, to: Catalog): boolean {
  if (after === undefined) return false;
  return keptParentColumns(after, from, to).some((id) => {
    const parent = pieces.get(id);
    return (
      parent?.changed.has("not null") === true && parent.after?.facts["not null"] === after.facts["not null"]
    );
  });
}

/** What the type brings along: only before 16 it must be named. */
function usualStorage({ facts }: CatalogObject, major: number): string {
  if (major >= 16) return "DEFAULT";
  const type = facts["type"] ?? "";
  if (/^(?:numeric|inet|cidr)/.test(type)) return "MAIN";
  return /^(?:smallint|integer|bigint|boolean|real|double precision|date|time|interval|uuid|oid|name$|"char"|money|macaddr|point|box|circle|line|lseg)/.test(
    type,
  ) && !type.endsWith("]")
    ? "PLAIN"
    : "EXTENDED";
}
