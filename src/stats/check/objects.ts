import type { Check, CheckObject } from "./model.ts";

/** The check with the objects that its sentence ends with. Pure. */
export function naming(check: Check, objects: readonly CheckObject[]): Check {
  return { ...check, message: `${check.message}${listed(objects)}`, objects };
}

/** The same check, its objects called otherwise. Pure. */
export function renamed(check: Check, rename: (object: CheckObject) => CheckObject): Check {
  const words = check.message.slice(0, check.message.length - listed(check.objects).length);
  return naming({ ...check, message: words }, check.objects.map(rename));
}

function listed(objects: readonly CheckObject[]): string {
  return objects.map(({ schema, name }) => (schema === null ? name : `${schema}.${name}`)).join(", ");
}
