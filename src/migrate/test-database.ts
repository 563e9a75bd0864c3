import { availableParallelism } from "node:os";
import { withDatabase } from "../postgres/database-url.ts";
import { libraryTarget } from "./library-connection.ts";
import { stayAwake } from "./test-database/awake.ts";
import { requirePrefix } from "./test-database/names.ts";
import { readTemplateSource } from "./test-database/source.ts";
import { yardFor } from "./test-database/yard.ts";

export interface TestDatabaseOptions {
  /**
   * A server where databases may be created; the database that it names is only connected to. Without it: VEZA_DB_URL,
   * DATABASE_URL, then libpq's PG* variables.
   */
  readonly url?: string | undefined;
  /** The folder of the migrations; `migrations` under the current folder unless told otherwise. */
  readonly dir?: string | undefined;
  /** The beginning of the names of the databases made; `veza_db_test` unless told otherwise. */
  readonly prefix?: string | undefined;
  /** The history table, where the application's is not `public.migrations`. */
  readonly schema?: string | undefined;
  readonly table?: string | undefined;
  /** How many copies are kept ready on the server, for this run and the next one; unless told otherwise one a core, 4 to 16. */
  readonly spares?: number | undefined;
}

export interface TestDatabase extends AsyncDisposable {
  readonly name: string;
  /** The url that was given, with this database in it. */
  readonly url: string;
  /** Drops it, with whoever is still connected, and waits until it is gone. */
  drop(): Promise<void>;
  /** Gives it up: it is dropped behind the back of the next test, which does not wait for that. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** Copies kept ready: one for each worker that may start at once. */
const defaultSpares = Math.min(16, Math.max(4, availableParallelism()));

/**
 * A migrated database of its own for a test, in a few milliseconds. The migrations run once, into a template whose name
 * holds their hash; copies of it are made in the background, and getting one is renaming it. A change to any migration
 * makes a new template.
 *
 *     await using database = await createTestDatabase();
 */
export async function createTestDatabase(options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const { prefix = "veza_db_test", spares = defaultSpares } = options;
  requirePrefix(prefix);
  // The connections by themselves would let the process end in the middle.
  using _awake = stayAwake();
  const place = libraryTarget(options.url);
  const source = readTemplateSource(options);
  const yard = yardFor(place, prefix);
  const name = await yard.take(source, spares);
  return {
    name,
    url: withDatabase(place.given, place.target, name),
    drop: () => yard.drop(name),
    [Symbol.asyncDispose]: async () => yard.giveUp(name),
  };
}
