/** Opens the two sides of a comparison: databases are read, everything else is made in scratch databases. */
import type { TableName } from "../catalog/read.ts";
import { openDatabase, openMade } from "../diff/open-side.ts";
import type { OpenSide } from "../diff/open-side.ts";
import { ScratchYard } from "../diff/scratch.ts";
import type { Side } from "../diff/sides.ts";
import type { Ports } from "../drift/desired.ts";
import { readLiveSession } from "../drift/read-session.ts";
import { readMigrationText } from "../migrate/read-files.ts";
import type { Db } from "../postgres/connect.ts";
import { resolveTarget } from "../postgres/resolve-target.ts";
import { requireSupported } from "../postgres/supported.ts";
import { describeTarget } from "../postgres/target.ts";
import type { Target } from "../postgres/target.ts";
import type { Context } from "./command.ts";
import { embeddedServer } from "./embedded.ts";
import { openFolder } from "./migrations.ts";

export interface OpenSides extends AsyncDisposable {
  readonly from: OpenSide;
  readonly to: OpenSide;
  /** Where further scratch databases are made. */
  readonly yard: ScratchYard;
}

export interface SideWishes {
  readonly from: Side;
  readonly to: Side;
  readonly without: readonly TableName[];
  readonly shadowUrl: string | undefined;
}

export async function openSides(
  context: Context,
  ports: Ports,
  { from, to, without, shadowUrl }: SideWishes,
): Promise<OpenSides> {
  const stack = new Opened();
  try {
    const [fromDb, toDb] = [await openUrl(from, context, stack), await openUrl(to, context, stack)];
    const beside = fromDb ?? toDb ?? (await openNamed(context, stack, shadowUrl));
    const yard = new ScratchYard(
      {
        shadow:
          shadowUrl === undefined
            ? undefined
            : resolveTarget(shadowUrl, "--shadow-url", context.settings.env).target,
        beside: beside?.target,
        major: beside?.facts.major ?? context.settings.values.pgVersion,
        roles: beside === undefined ? [] : (await readLiveSession(beside)).roles,
      },
      ports,
    );
    const open = async (side: Side, db: Db | undefined, like?: OpenSide): Promise<OpenSide> => {
      const wishes = { without, like: like?.catalog };
      if (db !== undefined) return openDatabase(db, describeTarget(db.target), wishes);
      const migrations = side.kind === "migrations" ? readFolder(context) : [];
      return stack.use(await openMade(madeSide(side), migrations, yard, ports, wishes));
    };
    const first = await open(from, fromDb);
    const second = await open(to, toDb, first);
    return { from: first, to: second, yard, [Symbol.asyncDispose]: () => stack[Symbol.asyncDispose]() };
  } catch (error) {
    await stack[Symbol.asyncDispose]();
    throw error;
  }
}

/** Closes what was opened, the last first. */
class Opened implements AsyncDisposable {
  readonly #open: AsyncDisposable[] = [];

  use<T extends AsyncDisposable>(resource: T): T {
    this.#open.push(resource);
    return resource;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const resource of this.#open.toReversed()) await resource[Symbol.asyncDispose]();
  }
}

async function openUrl(side: Side, context: Context, stack: Opened): Promise<Db | undefined> {
  if (side.kind !== "url" && side.kind !== "embedded") return undefined;
  const target =
    side.kind === "url"
      ? resolveTarget(side.url, "the call", context.settings.env).target
      : await embeddedTarget(context);
  const { connect } = await import("../postgres/connect.ts");
  const db = await connect(target, {
    applicationName: "veza-db diff",
    connectTimeoutMs: context.settings.values.connectTimeout,
    signal: context.signal,
  });
  return stack.use(await requireSupported(db));
}

/** Where no side is a database, the one that the call names is where scratch databases are made; of the environment none is taken. */
async function openNamed(
  context: Context,
  stack: Opened,
  shadowUrl: string | undefined,
): Promise<Db | undefined> {
  const isNamed = context.settings.origins.url.kind === "flag" && shadowUrl === undefined;
  return isNamed ? stack.use(await requireSupported(await context.connect())) : undefined;
}

async function embeddedTarget(context: Context): Promise<Target> {
  const { ensureServer } = await import("../dev/server.ts");
  const server = await ensureServer(embeddedServer(context));
  return resolveTarget(server.url, "the embedded server", {}).target;
}

function madeSide(side: Side): Exclude<Side, { kind: "url" | "embedded" }> {
  if (side.kind === "url" || side.kind === "embedded") throw new Error("a database is read, not made");
  return side;
}

function readFolder(context: Context): { id: string; name: string; text: string }[] {
  return openFolder(context).files.map((file) => ({
    id: file.id,
    name: file.name,
    text: readMigrationText(file),
  }));
}
