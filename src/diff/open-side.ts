/** Brings a side to where it can be read: a database is there, everything else is made in a scratch database. */
import type { Catalog } from "../catalog/model.ts";
import { readCatalog } from "../catalog/read.ts";
import type { TableName } from "../catalog/read.ts";
import { shareWith } from "../catalog/share.ts";
import type { Ports } from "../drift/desired.ts";
import type { AppliedMigration } from "../drift/model.ts";
import { readLiveSession } from "../drift/read-session.ts";
import type { Db } from "../postgres/connect.ts";
import type { Target } from "../postgres/target.ts";
import { readTexts } from "./read-texts.ts";
import { runTexts } from "./scratch.ts";
import type { ScratchYard } from "./scratch.ts";
import type { Side } from "./sides.ts";

export interface OpenSide extends AsyncDisposable {
  readonly shown: string;
  readonly target: Target;
  readonly catalog: Catalog;
  /** True for a database that is ours to change. */
  readonly isScratch: boolean;
}

export interface ReadWishes {
  readonly without: readonly TableName[];
  /** The other side, where it has been read: what is the same is not kept twice. */
  readonly like?: Catalog | undefined;
}

/** A database of somebody's: it is only read. */
export async function openDatabase(db: Db, shown: string, wishes: ReadWishes): Promise<OpenSide> {
  return {
    shown,
    target: db.target,
    catalog: await readSide(db, wishes),
    isScratch: false,
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

export async function openMade(
  side: Exclude<Side, { kind: "url" | "embedded" }>,
  migrations: readonly AppliedMigration[],
  yard: ScratchYard,
  ports: Ports,
  wishes: ReadWishes,
): Promise<OpenSide> {
  const texts =
    side.kind === "migrations"
      ? migrations.map(({ id, text }) => ({ source: id, text }))
      : readTexts(side.path, side.kind);
  const { database, where, isOurs } = await yard.make(texts);
  try {
    if (side.kind === "migrations") await ports.replay(database.target, migrations);
    else {
      await using db = await ports.open(database.target);
      await runTexts(db, texts, isOurs);
    }
    await using db = await ports.open(database.target);
    return {
      shown: `${side.shown} (in ${where})`,
      target: database.target,
      catalog: await readSide(db, wishes),
      isScratch: true,
      [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
    };
  } catch (error) {
    await database[Symbol.asyncDispose]();
    throw error;
  }
}

/** What the database's owner and whoever reads own has no owner told: on the other side it is their like. */
export async function readSide(db: Db, { without, like }: ReadWishes): Promise<Catalog> {
  const { owner } = await readLiveSession(db);
  const catalog = await readCatalog(db, {
    without,
    migrators: [owner, db.target.user],
    withDependencies: true,
  });
  return like === undefined ? catalog : shareWith(like, catalog);
}
