/** The locks that steps of a conversion want, before anything else of their transaction runs. Pure. */
import type { WantedLock } from "../../locks/short-transaction.ts";
import { quoteName } from "../like.ts";
import type { Spec } from "./model.ts";

export function exclusive(relation: { schema: string; name: string }): WantedLock {
  return { table: quoteName(relation), mode: "ACCESS EXCLUSIVE" };
}

export function viewLocks({ parts }: Spec): WantedLock[] {
  return parts.views.map(exclusive);
}

export function referenced({ parts }: Spec, mode: WantedLock["mode"]): WantedLock[] {
  const tables = parts.foreignKeys.map(({ schema, table: name }) => quoteName({ schema, name }));
  return [...new Set(tables)].toSorted().map((table) => ({ table, mode }));
}
