/** Databases that have no name of their own yet. Whoever makes one holds a lock with its name; without it, it is swept. */
import { randomBytes } from "node:crypto";
import type { VezaError } from "../../kernel/error.ts";
import { advisoryKeys, claimAdvisoryLock } from "../../locks/advisory.ts";
import type { Db } from "../../postgres/connect.ts";
import { queryFailure, sqlstateOf } from "../../postgres/failure.ts";
import { fillIdentifiers, loadSql } from "../../sql/load.ts";
import { quoteIdentifier } from "../../sql/quote.ts";
import type { DatabaseProperties } from "../model.ts";
import { ask } from "../read-database.ts";
import { dropDatabase } from "./drop-database.ts";
import { creationOptions } from "./properties.ts";

export interface Throwaway extends AsyncDisposable {
  readonly name: string;
  /** From here on it is somebody's: it is not dropped any more. */
  keep(): void;
}

export interface ThrowawayWish {
  /** What cannot be changed afterwards is as it is there. */
  readonly like: DatabaseProperties | undefined;
  /** Where it is to lie; the server's own default unless it is named. */
  readonly tablespace?: string | undefined;
}

/** Makes an empty database. Dropped at the end unless it is kept. */
export async function makeThrowaway(admin: Db, { like, tablespace }: ThrowawayWish): Promise<Throwaway> {
  const name = `veza_restore_${Math.floor(Date.now() / 1000).toString(36)}_${randomBytes(4).toString("hex")}`;
  await tryLock(admin, name);
  const sql = fillIdentifiers(loadSql(import.meta.url, "../sql/create-database.sql"), {
    database: quoteIdentifier(name),
  });
  try {
    await admin.send(
      `${sql} ${like === undefined ? "" : creationOptions(like, admin.facts.major, tablespace)}`,
    );
  } catch (error) {
    throw cannotCreate(error, admin);
  }
  let isKept = false;
  return {
    name,
    keep: () => {
      isKept = true;
    },
    [Symbol.asyncDispose]: async () => {
      if (!isKept && admin.isAlive) await dropDatabase(admin, name, { force: true });
    },
  };
}

/** Drops the throwaway databases of runs that are dead. Gives their names. */
export async function sweepThrowaways(admin: Db): Promise<string[]> {
  const swept: string[] = [];
  for (const { name } of await ask<{ name: string }>(admin, "throwaways")) {
    if (!(await tryLock(admin, name))) continue;
    try {
      await dropDatabase(admin, name, { force: true });
      swept.push(name);
    } catch (error) {
      if (!["42501", "3D000", "55006"].includes(sqlstateOf(error) ?? ""))
        throw queryFailure(error, `dropping ${name}`);
    }
  }
  return swept;
}

/** Held by the session to its end. */
async function tryLock(db: Db, name: string): Promise<boolean> {
  return (await claimAdvisoryLock(db, advisoryKeys("restore", name))) !== undefined;
}

function cannotCreate(error: unknown, { target }: Db): VezaError {
  const failure = queryFailure(error, "creating the database to restore into");
  const hint =
    sqlstateOf(error) === "42501"
      ? `ALTER ROLE ${target.user} CREATEDB, or name another role with --url <dsn>`
      : failure.hint;
  return failure.with({
    code: "restore.cannot-create",
    ending: failure.code === "connection.lost" ? "failed" : "environment",
    hint,
    state: "Nothing was changed.",
  });
}
