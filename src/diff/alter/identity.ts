/** A column that becomes an identity, or is none any more. */
import type { Catalog, CatalogObject } from "../../catalog/model.ts";
import { renderTrimmings } from "../../schema/render/object.ts";
import { ownName } from "../../schema/render/reference.ts";
import { createSequence, identityOptions } from "../../schema/render/sequence.ts";
import { quoteLiteral } from "../../sql/quote.ts";
import type { Piece, Statement } from "../model.ts";
import { say } from "../say.ts";
import { nameAside } from "../swap.ts";
import { boundsOf, runsOut } from "./bounds.ts";
import { goOnAfterRows, sequenceOf } from "./counter.ts";

function asideName(sequence: CatalogObject): string {
  return nameAside(sequence.path.at(-1) ?? "", "__veza_old");
}

/** The new counter goes on where the old one stands, or at the nearest of its own values. */
function carryOn(sequence: CatalogObject, old: CatalogObject, oldName = old.name): Statement {
  const [had, has] = [boundsOf(old), boundsOf(sequence)];
  const isInside = had.min >= has.min && had.max <= has.max;
  // Before its first value it has given none.
  const isCalled = has.isUp ? `last_value >= ${has.min}` : `last_value <= ${has.max}`;
  const [value, called] = isInside
    ? ["last_value", "is_called"]
    : [`LEAST(GREATEST(last_value, ${has.min}), ${has.max})`, `is_called AND ${isCalled}`];
  return say(
    `SELECT pg_catalog.setval(${quoteLiteral(sequence.name)}, ${value}, ${called}) FROM ${oldName}`,
    {
      hazards: runsOut(old, sequence) ? ["RUNS_OUT"] : [],
    },
  );
}

export function addIdentity(piece: Piece, on: string, from: Catalog, to: Catalog): Statement[] {
  const { before, after } = piece;
  if (before === undefined || after === undefined) return [];
  const sequence = sequenceOf(after, "identity of", to);
  const add = `${on} ADD GENERATED ${(after.facts["identity"] ?? "").toUpperCase()} AS IDENTITY${sequence === undefined ? "" : ` (${identityOptions(sequence)})`}`;
  const old = sequenceOf(before, "owned by", from);
  const trimmings = sequence === undefined ? [] : renderTrimmings(sequence).map((sql) => say(sql));
  if (old === undefined || sequence === undefined)
    return [say(add), ...goOnAfterRows(piece, from, to), ...trimmings];
  if (old.id !== sequence.id) return [say(add), carryOn(sequence, old), ...trimmings];
  const schema = sequence.name.slice(0, sequence.name.length - ownName(sequence).length);
  const name = asideName(old);
  return [
    say(`ALTER SEQUENCE ${old.name} RENAME TO ${name}`),
    say(add),
    carryOn(sequence, old, schema + name),
    say(`DROP SEQUENCE ${schema}${name}`),
    ...trimmings,
  ];
}

export function dropIdentity({ before, after }: Piece, on: string, from: Catalog, to: Catalog): Statement[] {
  if (before === undefined || after === undefined) return [];
  const old = sequenceOf(before, "identity of", from);
  const sequence = old === undefined ? undefined : to.objects.get(old.id);
  const drop = say(`${on} DROP IDENTITY`);
  if (old === undefined) return [drop];
  // Another column's by now: that one begins anew.
  if (sequence?.facts["identity of"] !== undefined) return [drop];
  if (sequence === undefined) {
    const other = sequenceOf(after, "owned by", to);
    return other === undefined || from.objects.has(other.id) ? [drop] : [carryOn(other, old), drop];
  }
  // A sequence of the same name stays behind: the identity's own is dropped with it.
  const schema = sequence.name.slice(0, sequence.name.length - ownName(sequence).length);
  const name = asideName(old);
  const owned = sequence.facts["owned by"];
  return [
    say(`ALTER SEQUENCE ${old.name} RENAME TO ${name}`),
    say(createSequence(sequence)),
    carryOn(sequence, old, schema + name),
    drop,
    ...(owned === undefined ? [] : [say(`ALTER SEQUENCE ${sequence.name} OWNED BY ${owned}`)]),
    ...renderTrimmings(sequence).map((sql) => say(sql)),
  ];
}
