/** How SQL calls an object in COMMENT ON, ALTER … OWNER TO and SECURITY LABEL. */
import type { CatalogObject, Kind } from "../../catalog/model.ts";
import { dottedName, shortName } from "../../catalog/names.ts";

const below: ReadonlySet<Kind> = new Set<Kind>(["constraint", "trigger", "rule", "policy"]);

const words: Partial<Record<Kind, string>> = {
  enum: "TYPE",
  "composite type": "TYPE",
  range: "TYPE",
  "base type": "TYPE",
  attribute: "COLUMN",
};

/** `TABLE public.users`, `TRIGGER t ON public.users`, `FUNCTION public.f(integer)`. */
export function referenceTo(object: CatalogObject): string {
  return `${wordFor(object.kind)} ${nameIn(object)}`;
}

export function wordFor(kind: Kind): string {
  return words[kind] ?? kind.toUpperCase();
}

function nameIn({ kind, name, path, of, facts }: CatalogObject): string {
  if (below.has(kind)) {
    const table = dottedName(path.slice(0, -1));
    return `${shortName(path.at(-1) ?? "")} ON ${of?.startsWith("domain ") === true ? "DOMAIN " : ""}${table}`;
  }
  if (kind === "aggregate")
    return `${dottedName(path)}(${facts["arguments"] === "" || facts["arguments"] === undefined ? "*" : facts["arguments"]})`;
  if (kind === "operator") return name.replace("(", " (");
  return name;
}

/** `public.users` of `public.users.email`. */
export function tableNameOf(object: CatalogObject): string {
  return dottedName(object.path.slice(0, -1));
}

export function ownName(object: CatalogObject): string {
  return shortName(object.path.at(-1) ?? "");
}
