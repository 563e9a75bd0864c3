/** What a table that stays gets: a column, a constraint, an attribute. */
import type { Catalog, CatalogObject } from "../catalog/model.ts";
import { constraintClause, constraintExtras, constraintIndex } from "../schema/render/constraint.ts";
import type { Surroundings } from "../schema/render/model.ts";
import { renderTrimmings } from "../schema/render/object.ts";
import { ownName, tableNameOf } from "../schema/render/reference.ts";
import { renderAddColumn } from "../schema/render/table.ts";
import { hasFew } from "./alter/bounds.ts";
import { counterOf } from "./alter/counter.ts";
import { parentColumns, staysBelow, typeAttribute } from "./column-parents.ts";
import { isViewPart } from "./columns.ts";
import type { Piece, Statement } from "./model.ts";
import { isMade } from "./pieces.ts";
import type { Pieces } from "./pieces.ts";
import { say } from "./say.ts";

export function createPart(
  piece: Piece,
  pieces: Pieces,
  to: Catalog,
  around: Surroundings,
  from: Catalog,
): Statement[] {
  const { after } = piece;
  if (after === undefined) return [];
  const trimmings = renderTrimmings(after).map((sql) => say(sql, { lock: undefined }));
  const word: string = after.kind;
  switch (word) {
    case "column":
      return [...addColumn(after, pieces, to, around, from), ...trimmings];
    case "attribute": {
      const collation = after.facts["collation"] === undefined ? "" : ` COLLATE ${after.facts["collation"]}`;
      return [
        say(
          `ALTER TYPE ${tableNameOf(after)} ADD ATTRIBUTE ${ownName(after)} ${after.facts["type"] ?? ""}${collation} CASCADE`,
        ),
        ...trimmings,
      ];
    }
    case "constraint":
      return [...addConstraint(after, pieces, to, from), ...trimmings];
    case "not null constraint":
      return addNotNull(after);
    default:
      return trimmings;
  }
}

function addColumn(
  column: CatalogObject,
  pieces: Pieces,
  to: Catalog,
  around: Surroundings,
  from: Catalog,
): Statement[] {
  const table = to.objects.get(column.of ?? "");
  if (table === undefined || isViewPart(column)) return viewColumn(column);
  const [add = "", ...rest] = renderAddColumn(column, table, around);
  const { facts } = column;
  const comesDown =
    facts["inherited"] !== undefined &&
    parentColumns(column, to).some((id) => {
      const parent = pieces.get(id);
      return (
        parent !== undefined &&
        isMade(parent) &&
        staysBelow(column.of ?? "", parent.after?.of ?? "", from, to)
      );
    });
  const attribute = pieces.get(typeAttribute(column, from, to) ?? "");
  const comesWithType = attribute !== undefined && isMade(attribute);
  const sequence = (around.parts.get(table.id) ?? []).find(
    (part) => part.kind === "sequence" && part.facts["identity of"] === column.name,
  );
  const after = [
    ...rest.map((sql) => say(sql)),
    ...(sequence === undefined ? [] : renderTrimmings(sequence).map((sql) => say(sql))),
  ];
  if (comesDown || comesWithType) {
    const on = `ALTER TABLE ONLY ${table.name} ALTER COLUMN ${ownName(column)}`;
    const isPartition = table.facts["partition of"] !== undefined || comesWithType;
    const above = parentColumns(column, to).map((id) => to.objects.get(id)?.facts["default"]);
    const differs = isPartition && !above.includes(facts["default"]) && facts["generated"] === undefined;
    return [
      ...(differs
        ? [
            say(
              facts["default"] === undefined ? `${on} DROP DEFAULT` : `${on} SET DEFAULT ${facts["default"]}`,
            ),
          ]
        : []),
      ...after,
    ];
  }
  const isComputed =
    facts["identity"] !== undefined ||
    (facts["generated"] !== undefined && facts["generated kind"] !== "virtual");
  const isVolatile =
    /\(/.test(facts["default"] ?? "") &&
    !/^(?:now\(\)|CURRENT_\w+|'.*'::.*|\(?-?\d.*)$/s.test(facts["default"] ?? "");
  const wantsRows =
    facts["not null"] !== undefined &&
    facts["default"] === undefined &&
    !isComputed &&
    facts["generated"] === undefined;
  const rewrites = isComputed || isVolatile;
  const counter = counterOf(column, to);
  const hasTooFew = counter !== undefined && hasFew(counter);
  const mayFail = /::|\w\(/.test(facts["generated"] ?? "");
  return [
    say(add, {
      rewrites,
      hazards: [
        ...(rewrites ? (["REWRITES_TABLE"] as const) : []),
        ...(wantsRows || mayFail || hasTooFew ? (["DEPENDS_ON_DATA"] as const) : []),
      ],
    }),
    ...after,
  ];
}

/** A column that CREATE OR REPLACE VIEW adds brings itself along. */
function viewColumn(column: CatalogObject): Statement[] {
  const { facts } = column;
  return facts["default"] === undefined
    ? []
    : [
        say(
          `ALTER TABLE ONLY ${tableNameOf(column)} ALTER COLUMN ${ownName(column)} SET DEFAULT ${facts["default"]}`,
        ),
      ];
}

/** Checks and foreign keys are added unproven, then proven while others write. */
export function addConstraint(part: CatalogObject, pieces: Pieces, to: Catalog, from: Catalog): Statement[] {
  const { facts, of = "" } = part;
  const table = tableNameOf(part);
  const own = ownName(part);
  const clause = constraintClause(part);
  const owner = to.objects.get(of);
  const extras = constraintExtras(part).map((sql) => say(sql));
  if (facts["inherited"] !== undefined && comesFromParent(part, pieces, from, to)) return [];
  const isPartitioned = owner?.facts["partition key"] !== undefined;
  const isProvable =
    (facts["type"] === "check" || (facts["type"] === "foreign key" && !isPartitioned)) &&
    facts["not valid"] === undefined &&
    facts["not enforced"] === undefined;
  const word = of.startsWith("domain ") ? "DOMAIN" : "TABLE";
  // A foreign key that a detached partition kept may bear the name already.
  const wasPartition =
    from.objects.get(of)?.facts["partition of"] !== undefined && owner?.facts["partition of"] === undefined;
  const clear =
    wasPartition && facts["type"] === "foreign key"
      ? [say(`ALTER TABLE ${table} DROP CONSTRAINT IF EXISTS ${own}`)]
      : [];
  if (isProvable) {
    const validate = `ALTER ${word} ${table} VALIDATE CONSTRAINT ${own}`;
    return [
      ...clear,
      say(`ALTER ${word} ${table} ADD CONSTRAINT ${own} ${clause} NOT VALID`),
      say(validate, { scans: true, hazards: ["DEPENDS_ON_DATA"], concurrently: [validate] }),
      ...extras,
    ];
  }
  const isIndex = /^(?:primary key|unique|exclude)$/.test(facts["type"] ?? "");
  const only = isPartitioned && isIndex ? "ONLY " : "";
  const add = `ALTER ${word} ${only}${table} ADD CONSTRAINT ${own} ${clause}`;
  const isFree = facts["not valid"] !== undefined || facts["not enforced"] !== undefined || only !== "";
  return [
    ...clear,
    say(
      add,
      isFree
        ? {}
        : {
            scans: true,
            hazards: isIndex ? ["BLOCKS_READS", "DEPENDS_ON_DATA"] : ["BLOCKS_WRITES", "DEPENDS_ON_DATA"],
            ...byIndex(part, clause, pieces),
          },
    ),
    ...(facts["index attached to"] === undefined
      ? []
      : [say(`ALTER INDEX ${facts["index attached to"]} ATTACH PARTITION ${constraintIndex(part)}`)]),
    ...extras,
  ];
}

/** A new key takes an index that was built while others wrote. */
function byIndex(
  part: CatalogObject,
  clause: string,
  pieces: Pieces,
): { readonly concurrently?: readonly string[] } {
  const key = keyByIndex(part, clause, ownName(part));
  if (key === undefined || pieces.get(part.id)?.before !== undefined) return {};
  return { concurrently: [key.create, `ALTER TABLE ${tableNameOf(part)} ${key.add}`] };
}

/** A key in two: its index, and the key that takes it. Undefined where the server has no such way. */
export function keyByIndex(
  part: CatalogObject,
  clause: string,
  index: string,
): { readonly create: string; readonly add: string } | undefined {
  const found = /^(PRIMARY KEY|UNIQUE)( NULLS NOT DISTINCT)? (\(.*?)( DEFERRABLE.*)?$/s.exec(clause);
  if (found === null || clause.includes(" WITHOUT OVERLAPS")) return undefined;
  const [, word = "", distinct = "", columns = "", deferrable = ""] = found;
  return {
    create: `CREATE UNIQUE INDEX CONCURRENTLY ${index} ON ${tableNameOf(part)} ${columns}${distinct}`,
    add: `ADD CONSTRAINT ${ownName(part)} ${word} USING INDEX ${index}${deferrable}`,
  };
}

function comesFromParent(part: CatalogObject, pieces: Pieces, from: Catalog, to: Catalog): boolean {
  const own = part.name.slice((part.of ?? "").length - (part.of ?? "").indexOf(" ") - 1);
  return [...(to.requires.get(part.of ?? "") ?? [])].some((table) => {
    const above = pieces.get(`constraint ${table.slice(table.indexOf(" ") + 1)}${own}`);
    return above !== undefined && isMade(above) && staysBelow(part.of ?? "", table, from, to);
  });
}

/** A NOT NULL with a property of its own (18). */
function addNotNull(part: CatalogObject): Statement[] {
  const { facts } = part;
  const tail = `${facts["no inherit"] === undefined ? "" : " NO INHERIT"}${facts["not valid"] === undefined ? "" : " NOT VALID"}`;
  return [
    say(`ALTER TABLE ${tableNameOf(part)} ADD NOT NULL ${ownName(part)}${tail}`, {
      scans: facts["not valid"] === undefined,
      hazards: facts["not valid"] === undefined ? ["BLOCKS_READS", "DEPENDS_ON_DATA"] : [],
    }),
  ];
}
