import type { Catalog } from "../../../src/catalog/model.ts";
import { readCatalog } from "../../../src/catalog/read.ts";
import type { CatalogWishes } from "../../../src/catalog/read.ts";
import { connect } from "../../../src/postgres/connect.ts";
import { resolveTarget } from "../../../src/postgres/resolve-target.ts";

/** Reads a test database as the tool does. */
export async function readSchema(
  url: string,
  wishes: CatalogWishes = { withDependencies: true },
): Promise<Catalog> {
  const { target } = resolveTarget(url, "the test", {});
  await using db = await connect(target, { applicationName: "veza-db test", connectTimeoutMs: 10_000 });
  return await readCatalog(db, wishes);
}
