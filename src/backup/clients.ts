/** PostgreSQL's client programs on this machine: which there are, which one serves, and which have known holes. */
import { access, constants } from "node:fs/promises";
import { join } from "node:path";
import { programFolders } from "../dev/machine.ts";
import { VezaError } from "../kernel/error.ts";
import { runProgram } from "../programs/run.ts";

export type ClientName = "pg_dump" | "pg_restore" | "pg_dumpall" | "psql";

export interface Client {
  readonly path: string;
  /** e.g. `15.18` */
  readonly version: string;
  readonly major: number;
  readonly minor: number;
}

export interface ClientWish {
  readonly name: ClientName;
  /** An older one cannot do it. */
  readonly atLeast: number;
  /** The only folder to look in, where the settings name one. */
  readonly folder: string | undefined;
  /** What needs it: `the server runs PostgreSQL 18.1`. */
  readonly because: string;
}

/** The program of the wished major, or of the nearest newer one. Exit 3 where there is none. */
export async function findClient(wish: ClientWish): Promise<Client> {
  const folders = wish.folder === undefined ? await programFolders() : [wish.folder];
  const found: Client[] = [];
  for (const folder of folders) {
    const client = await readClient(join(folder, wish.name));
    // Packagers' own folders come first: the one that is just right ends the search, before any wrapper in the PATH runs.
    if (client?.major === wish.atLeast) return client;
    if (client !== undefined) found.push(client);
  }
  const [best] = found
    .filter(({ major }) => major >= wish.atLeast)
    .toSorted((a, b) => a.major - b.major || b.minor - a.minor);
  if (best !== undefined) return best;
  const newest = found.toSorted((a, b) => b.major - a.major || b.minor - a.minor)[0];
  throw new VezaError({
    code: newest === undefined ? "program.missing" : "program.too-old",
    ending: "environment",
    message:
      newest === undefined
        ? `${wish.name} is not on this machine.`
        : `${newest.path} is version ${newest.version}, too old: ${wish.because}.`,
    detail: wish.folder === undefined ? undefined : `Looked in ${wish.folder} (backup.programs).`,
    hint: `apt-get install postgresql-client-${wish.atLeast}, or set backup.programs to the folder of newer programs`,
    state: "Nothing was changed.",
    facts: { program: wish.name, ...(newest === undefined ? {} : { version: newest.version }) },
  });
}

async function readClient(path: string): Promise<Client | undefined> {
  try {
    await access(path, constants.X_OK);
    const { exitCode, stdout } = await runProgram(path, { args: ["--version"], timeoutMs: 20_000 });
    const match = /\(PostgreSQL\)\s+((\d+)(?:\.(\d+))?\S*)/.exec(stdout);
    if (exitCode !== 0 || match === null) return undefined;
    return { path, version: match[1] ?? "", major: Number(match[2]), minor: Number(match[3] ?? 0) };
  } catch {
    return undefined; // not there, or made for another machine
  }
}

/** The first release of each major without the holes by which a crafted dump runs code where it is restored. */
const mended: Readonly<Record<number, number>> = { 14: 25, 15: 20, 16: 16, 17: 12, 18: 7 };

/** The release that has the known holes mended, e.g. `15.20`; undefined when this one has. */
export function safeRelease({ major, minor }: Client): string | undefined {
  const wanted = mended[major];
  if (wanted === undefined) return major > 18 ? undefined : "18.7";
  return minor >= wanted ? undefined : `${major}.${wanted}`;
}
