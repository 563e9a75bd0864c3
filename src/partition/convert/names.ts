/** The names that a conversion gives, all from the table's. Pure. */
import { fitDistinct, fitName } from "../../sql/fit-name.ts";
import type { Relation } from "../model.ts";
import type { Spec } from "./model.ts";
import type { Sync } from "./sync-sql.ts";

type Of = Pick<Spec, "schema" | "name">;

/** The old table, once it is a partition of the new one. */
export const legacyName = (name: string): string => fitName(name, "_legacy");
/** What an index of the old table is called while the new table's has its name. */
export const legacyIndex = (name: string): string => fitDistinct(name, "_legacy");
export const stagingName = (name: string): string => fitName(name, "_veza_slices");
export const straysName = (name: string): string => fitName(name, "_veza_strays");
/** The unique index of the key that partitions need, made before the cut-over. */
export const keyIndexName = (name: string): string => fitName(name, "_veza_key");
/** What a table is called on its way out. */
export const goneName = (name: string): string => fitName(name, "_veza_gone");
export const movedName = (name: string): string => fitName(name, "_moved");
/** Holds a slice to its bounds until it is attached, so that attaching looks at no row. */
export const boundCheck = "veza_bound";
export const forwardTrigger = "zzz_veza_sync";
export const backTrigger = "zzz_veza_back";

export function tableOf({ schema, name }: Of): Relation {
  return { schema, name };
}

/** From where the rows are to their copy. */
export function forwardSync(spec: Spec): Sync {
  return {
    source: { schema: spec.schema, name: spec.source },
    copy: { schema: spec.schema, name: spec.staging },
    columns: spec.parts.columns,
    key: spec.key,
    functionName: forwardFunction(spec.name),
    triggerName: forwardTrigger,
    failures: spec.failures,
  };
}

/** From the new table to the old one, so that a rollback loses nothing. */
export function backSync(spec: Spec): Sync {
  return {
    source: tableOf(spec),
    copy: { schema: spec.schema, name: spec.source },
    columns: spec.parts.columns,
    key: spec.key,
    functionName: backFunction(spec.name),
    triggerName: backTrigger,
    failures: spec.failures,
  };
}

export function forwardFunction(name: string): string {
  return fitDistinct(name, "_veza_sync");
}

export function backFunction(name: string): string {
  return fitDistinct(name, "_veza_back");
}
