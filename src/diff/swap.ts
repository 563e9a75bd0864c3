/** A type that columns are of, made anew: the old one steps aside under another name and goes when nobody is of it. */
import { lastDot } from "../catalog/assemble.ts";
import type { CatalogObject } from "../catalog/model.ts";
import { shortName } from "../catalog/names.ts";
import { ownName, wordFor } from "../schema/render/reference.ts";
import { fitName } from "../sql/fit-name.ts";
import type { Statement } from "./model.ts";
import { say } from "./say.ts";

const suffix = "__veza_old";

/** A name beside another's, quoted where it must be. */
export function nameAside(name: string, end: string): string {
  return shortName(fitName(name, end));
}

function aside(name: string): string {
  return nameAside(name, suffix);
}

function word({ kind }: CatalogObject): string {
  return kind === "collation" || kind === "domain" ? wordFor(kind) : "TYPE";
}

export function renameAside(type: CatalogObject): Statement[] {
  const multirange = type.facts["multirange type"];
  if (multirange !== undefined) return renameRange(type, multirange);
  return [say(`ALTER ${word(type)} ${type.name} RENAME TO ${aside(type.path.at(-1) ?? "")}`)];
}

/** A range and its multirange, with the functions that make their values: each has the name of its type. */
function renameRange(type: CatalogObject, multirange: string): Statement[] {
  const { subtype = "" } = type.facts;
  const own = type.path.at(-1) ?? "";
  const many = multirange.slice(lastDot(multirange) + 1).replaceAll('"', "");
  const rename = (what: string, name: string): Statement => say(`ALTER ${what} RENAME TO ${aside(name)}`);
  return [
    rename(`FUNCTION ${type.name}(${subtype}, ${subtype})`, own),
    rename(`FUNCTION ${type.name}(${subtype}, ${subtype}, text)`, own),
    rename(`FUNCTION ${multirange}()`, many),
    rename(`FUNCTION ${multirange}(${type.name})`, many),
    rename(`FUNCTION ${multirange}(${type.name}[])`, many),
    rename(`TYPE ${multirange}`, many),
    rename(`TYPE ${type.name}`, own),
  ];
}

export function dropAside(type: CatalogObject): Statement[] {
  const schema = type.name.slice(0, type.name.length - ownName(type).length);
  return [say(`DROP ${word(type)} ${schema}${aside(type.path.at(-1) ?? "")}`)];
}
