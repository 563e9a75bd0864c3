import type { CatalogObject } from "../../catalog/model.ts";
import type { Statement } from "../model.ts";

export type Changed = ReadonlySet<string>;

/** What sets the changed properties of an object that stays. */
export type Alter = (before: CatalogObject, after: CatalogObject, changed: Changed) => Statement[];
