/** Which changes of arguments CREATE OR REPLACE takes. */
import { splitList } from "../catalog/expressions.ts";
import type { CatalogObject } from "../catalog/model.ts";

/**
 * CREATE OR REPLACE FUNCTION may name what had no name and add defaults; it may not rename an argument, change a mode or take a
 * default away.
 */
export function isArgumentExtension(before: CatalogObject, after: CatalogObject): boolean {
  if (after.facts["returns"] !== before.facts["returns"]) return false;
  const [had, has] = [argumentsOf(before), argumentsOf(after)];
  return (
    had.length === has.length &&
    had.every((argument, at) => {
      const other = has[at];
      if (other === undefined) return false;
      if (argument.hasDefault && !other.hasDefault) return false;
      if (other.head === argument.head) return true;
      return !mode.test(argument.head) && !mode.test(other.head) && other.head.endsWith(` ${argument.head}`);
    })
  );
}

/** IN is not written. What comes out has its name in the row that the function returns. */
const mode = /^(?:INOUT|OUT|VARIADIC) /;

function argumentsOf({ facts }: CatalogObject): { readonly head: string; readonly hasDefault: boolean }[] {
  const list = facts["arguments"] ?? "";
  if (list === "") return [];
  return splitList(list).map((text) => {
    const at = text.indexOf(" DEFAULT ");
    return { head: at < 0 ? text : text.slice(0, at), hasDefault: at >= 0 };
  });
}
