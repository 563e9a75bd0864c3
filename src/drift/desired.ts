import { VezaError, messageOf } from "../kernel/error.ts";
import type { Catalog } from "../catalog/model.ts";
import { readCatalog } from "../catalog/read.ts";
import type { TableName } from "../catalog/read.ts";
import { shareWith } from "../catalog/share.ts";
import type { Db } from "../postgres/connect.ts";
import { sqlstateOf } from "../postgres/failure.ts";
import type { Target } from "../postgres/target.ts";
import { cacheKey, readCached, writeCached } from "./cache.ts";
import { findReach } from "./cluster-wide.ts";
import type { AppliedMigration, Place } from "./model.ts";
import { copyRoles, makeScratch } from "./scratch.ts";
import type { ScratchDatabase } from "./scratch.ts";

/** What only the composition root can give. */
export interface Ports {
  open(target: Target): Promise<Db>;
  /** Runs the migrations, in this order, as `migrate` would. */
  replay(target: Target, migrations: readonly AppliedMigration[]): Promise<void>;
  /** A server of the tool's own, of this major. */
  /** Undefined: whichever major there is. */
  startEmbedded(major: number | undefined): Promise<Target>;
  warn(message: string): void;
}

export interface DesiredWishes {
  readonly migrations: readonly AppliedMigration[];
  readonly live: {
    readonly target: Target;
    readonly major: number;
    /** As it was read: what the migrations make is held against it. */
    readonly catalog: Catalog;
    readonly searchPath: string;
    readonly roles: readonly string[];
  };
  /** Roles that have applied migrations. */
  readonly migrators: readonly string[];
  readonly without: readonly TableName[];
  /** A server for the scratch database, where one is named. */
  readonly shadow: Target | undefined;
  readonly cacheDir: string | undefined;
}

export interface Desired {
  readonly catalog: Catalog;
  readonly place: Place;
  /** For people: where the migrations were replayed. */
  readonly where: string;
}

/** The schema that the migrations make: from the cache, else replayed into a scratch database and read. */
export async function readDesired(wishes: DesiredWishes, ports: Ports): Promise<Desired> {
  const { migrations, live, migrators, without, cacheDir } = wishes;
  const tables = without.map(({ schema, table }) => `${schema}.${table}`).join(" ");
  const key = cacheKey({
    migrations,
    serverVersion: live.catalog.server.version,
    migrators,
    searchPath: live.searchPath,
    tables,
  });
  const cached = cacheDir === undefined ? undefined : readCached(cacheDir, key, live.catalog);
  if (cached !== undefined)
    return { catalog: cached, place: "cache", where: "an earlier replay of the same migrations" };
  const { scratch, place, where } = await findScratch(wishes, ports);
  await using database = scratch;
  const target = withSearchPath(database.target, live.searchPath);
  try {
    await ports.replay(target, migrations);
  } catch (error) {
    throw explainReplay(error, where);
  }
  await using db = await ports.open(database.target);
  if (Math.trunc(db.facts.major) !== live.major) {
    ports.warn(
      `The scratch server runs PostgreSQL ${db.facts.major}, the live one ${live.major}: some differences may be the servers' own.`,
    );
  }
  const catalog = shareWith(
    live.catalog,
    await readCatalog(db, {
      without,
      migrators: [...migrators, db.target.user],
      withDependencies: true,
    }),
  );
  if (cacheDir !== undefined) {
    try {
      writeCached(cacheDir, key, catalog);
    } catch (error) {
      ports.warn(`What the migrations make could not be kept in ${cacheDir}: ${messageOf(error)}.`);
    }
  }
  return { catalog, place, where };
}

async function findScratch(
  { migrations, live, shadow, migrators }: DesiredWishes,
  { open, startEmbedded }: Ports,
): Promise<{ readonly scratch: ScratchDatabase; readonly place: Place; readonly where: string }> {
  if (shadow !== undefined) {
    const scratch = await makeScratch(shadow, open);
    if (scratch === undefined)
      throw cannotCreate(shadow, "The role of --shadow-url may not create databases there.");
    await prepareRoles(shadow, live.roles, open);
    return { scratch, place: "shadow", where: `a temporary database on ${shadow.host}:${shadow.port}` };
  }
  const reach = findReach(migrations);
  if (reach === undefined) {
    const scratch = await makeScratch(live.target, open);
    if (scratch !== undefined)
      return { scratch, place: "same-server", where: "a temporary database on the same server" };
  }
  const why =
    reach === undefined
      ? "the role may not create databases there"
      : `${reach.id}, line ${reach.line}, would touch what all databases of that server share (${reach.command})`;
  const server = await startEmbedded(live.major);
  const scratch = await makeScratch(server, open);
  if (scratch === undefined) throw cannotCreate(server, "The embedded server let no database be created.");
  await prepareRoles(server, [...live.roles, ...migrators], open, rolesMadeBy(migrations));
  return {
    scratch,
    place: "embedded",
    where: `the embedded server of PostgreSQL ${live.major}, since ${why}`,
  };
}

/** Grants and owners name roles that another server does not have. Those that a migration makes itself are its own business. */
async function prepareRoles(
  server: Target,
  roles: readonly string[],
  open: Ports["open"],
  made: ReadonlySet<string> = new Set(),
): Promise<void> {
  await using db = await open(server);
  await copyRoles(
    db,
    roles.filter((role) => !made.has(role)),
  );
}

function rolesMadeBy(migrations: readonly AppliedMigration[]): Set<string> {
  const made = new Set<string>();
  for (const { text } of migrations) {
    for (const match of text.matchAll(
      /\bcreate\s+(?:role|user|group)\s+(?:"((?:[^"]|"")+)"|([a-z_]\w*))/gi,
    )) {
      made.add(match[1]?.replaceAll('""', '"') ?? match[2]?.toLowerCase() ?? "");
    }
  }
  return made;
}

/** Unqualified names go where they went on the live database. */
function withSearchPath(target: Target, searchPath: string): Target {
  if (searchPath === '"$user", public') return target;
  const escaped = searchPath.replaceAll("\\", "\\\\").replaceAll(" ", "\\ ");
  return {
    ...target,
    options: `${target.options === undefined ? "" : `${target.options} `}-c search_path=${escaped}`,
  };
}

function cannotCreate(target: Target, detail: string): VezaError {
  return new VezaError({
    code: "drift.no-scratch",
    ending: "environment",
    message: `No scratch database could be created on ${target.host}:${target.port}.`,
    detail,
    hint: `ALTER ROLE ${target.user} CREATEDB, or name another server with --shadow-url <dsn>.`,
    state: "The live database was only read.",
  });
}

function explainReplay(error: unknown, where: string): unknown {
  if (!(error instanceof VezaError)) return error;
  const cause = error.cause;
  const missing =
    sqlstateOf(cause) === "0A000" ||
    /extension ".*" is not available/.test(`${error.message} ${error.detail ?? ""}`);
  return new VezaError({
    code: missing ? "drift.extension-missing" : "drift.replay-failed",
    ending: missing ? "environment" : "failed",
    message: `The migrations do not run on the scratch database (${where}).`,
    detail: [error.message, error.detail].filter((line) => line !== undefined).join("\n"),
    hint: missing
      ? "Install the extension there, or name a server that has it with --shadow-url <dsn>."
      : "Name a server where they run with --shadow-url <dsn>.",
    state: "The live database was only read.",
    facts: error.facts,
    cause: error,
  });
}
