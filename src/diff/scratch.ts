/** Scratch databases for what is no database yet, and for trying a plan. */
import { findReach } from "../drift/cluster-wide.ts";
import type { Ports } from "../drift/desired.ts";
import { copyRoles, makeScratch } from "../drift/scratch.ts";
import type { ScratchDatabase } from "../drift/scratch.ts";
import { VezaError, messageOf } from "../kernel/error.ts";
import type { Db } from "../postgres/connect.ts";
import { sqlstateOf } from "../postgres/failure.ts";
import type { Target } from "../postgres/target.ts";
import { splitStatements } from "../sql/split.ts";
import type { SqlText } from "./read-texts.ts";

export interface YardWishes {
  /** Where `--shadow-url` says. */
  readonly shadow: Target | undefined;
  /** The server of a side that is a database. */
  readonly beside: Target | undefined;
  /** The major of the embedded server, where it comes to that; undefined: whichever there is. */
  readonly major: number | undefined;
  readonly roles: readonly string[];
}

export interface Place {
  readonly database: ScratchDatabase;
  readonly where: string;
  /** The tool's own server: roles that are missing there may be made. */
  readonly isOurs: boolean;
}

/** Makes databases on the first server that serves: the shadow, the one beside, the tool's own. */
export class ScratchYard {
  readonly #wishes: YardWishes;
  readonly #ports: Ports;
  #embedded: Target | undefined;

  constructor(wishes: YardWishes, ports: Ports) {
    this.#wishes = wishes;
    this.#ports = ports;
  }

  /** `texts`: what will run there; what would reach beyond its database goes to the tool's own server. */
  async make(texts: readonly SqlText[] = []): Promise<Place> {
    const { shadow, beside, major } = this.#wishes;
    const { open } = this.#ports;
    if (shadow !== undefined) {
      const database = await makeScratch(shadow, open, "_diff");
      if (database === undefined) throw cannotCreate(shadow);
      await this.#bringRoles(shadow);
      return { database, where: `a temporary database on ${shadow.host}:${shadow.port}`, isOurs: false };
    }
    const reach = findReach(texts.map(({ source, text }) => ({ id: source, name: source, text })));
    if (beside !== undefined && reach === undefined) {
      const database = await makeScratch(beside, open, "_diff");
      if (database !== undefined)
        return { database, where: "a temporary database on the same server", isOurs: false };
    }
    this.#embedded ??= await this.#ports.startEmbedded(major);
    const database = await makeScratch(this.#embedded, open, "_diff");
    if (database === undefined) throw cannotCreate(this.#embedded);
    await this.#bringRoles(this.#embedded);
    return { database, where: "the embedded server", isOurs: true };
  }

  async #bringRoles(server: Target): Promise<void> {
    const { roles } = this.#wishes;
    if (roles.length === 0) return;
    await using db = await this.#ports.open(server);
    await copyRoles(db, roles);
  }
}

/** Runs texts statement by statement, as psql would. */
export async function runTexts(db: Db, texts: readonly SqlText[], isOurs: boolean): Promise<void> {
  for (const { source, text } of texts) {
    for (const { sql, line } of splitStatements(text, source)) {
      for (let attempt = 0; ; attempt++) {
        try {
          await db.send(sql);
          break;
        } catch (error) {
          const role = missingRole(error);
          if (role === undefined || !isOurs || attempt > 20) throw cannotRun(error, source, line);
          await copyRoles(db, [role]);
        }
      }
    }
  }
}

function missingRole(error: unknown): string | undefined {
  return sqlstateOf(error) === "42704" ? /role "(.+)" does not exist/.exec(messageOf(error))?.[1] : undefined;
}

function cannotRun(error: unknown, source: string, line: number): VezaError {
  const isMissing = /extension ".*" is not available|could not open extension control file/.test(
    messageOf(error),
  );
  return new VezaError({
    code: isMissing ? "drift.extension-missing" : "diff.side-failed",
    ending: isMissing ? "environment" : "failed",
    message: `${source}, line ${line}, does not run on the scratch database.`,
    detail: messageOf(error),
    hint: "Name a server where it runs with --shadow-url <dsn>.",
    state: "Nothing was changed.",
    facts: { file: source, line },
    cause: error,
  });
}

function cannotCreate(target: Target): VezaError {
  return new VezaError({
    code: "drift.no-scratch",
    ending: "environment",
    message: `No scratch database could be created on ${target.host}:${target.port}.`,
    hint: `ALTER ROLE ${target.user} CREATEDB, or name another server with --shadow-url <dsn>.`,
    state: "Nothing was changed.",
  });
}
