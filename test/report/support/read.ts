import { at } from "../../contract/support/call.ts";

/** What stands at a path of the data of a `--json` document. */
export function dataAt(document: unknown, ...path: readonly (string | number)[]): unknown {
  return at(document, "data", ...path);
}
