/** Manifests and verifications from disk. What is not sealed, or not of this form, is none. */
import { readFile } from "node:fs/promises";
import { z } from "zod";
import { isSystemError } from "../kernel/error.ts";
import { levels } from "./model.ts";
import type { Manifest, Verification } from "./model.ts";
import { unseal } from "./seal.ts";

const properties = z.object({
  owner: z.string(),
  encoding: z.string(),
  collate: z.string(),
  ctype: z.string(),
  provider: z.string().nullable(),
  locale: z.string().nullable(),
  icuRules: z.string().nullable(),
  connectionLimit: z.number(),
  isTemplate: z.boolean(),
  tablespace: z.string(),
  comment: z.string().nullable(),
  labels: z.array(z.object({ provider: z.string(), label: z.string() })).optional(),
  privileges: z
    .array(z.object({ grantee: z.string().nullable(), privilege: z.string(), grantable: z.boolean() }))
    .nullable(),
  settings: z.array(z.object({ role: z.string().nullable(), name: z.string(), value: z.string() })),
});

/** A path that stays below its folder. */
const relativePath = z.string().regex(/^(?!\/)(?!.*(?:^|\/)\.\.(?:\/|$))[^\0]+$/);

const manifest = z.object({
  schema: z.literal("veza-db/backup@1"),
  id: z.string(),
  database: z.string(),
  databaseOid: z.string(),
  systemIdentifier: z.string(),
  server: z.object({ version: z.string(), major: z.number(), isStandby: z.boolean() }),
  tool: z.string(),
  programs: z.object({ pgDump: z.string(), pgDumpMajor: z.number() }),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime(),
  durationMs: z.number(),
  format: z.enum(["directory", "custom", "plain"]),
  compression: z.string(),
  snapshot: z.string(),
  contents: z.object({
    schemaOnly: z.boolean(),
    tables: z.array(z.string()),
    excludeTables: z.array(z.string()),
    excludeTableData: z.array(z.string()),
  }),
  tables: z.array(z.object({ schema: z.string(), name: z.string(), rows: z.number() })),
  rows: z.number(),
  largeObjects: z.number().nullable(),
  dataEntries: z.number().nullable(),
  properties,
  extensions: z.array(z.object({ name: z.string(), version: z.string() })),
  roles: z.array(z.string()),
  tablespaces: z.array(z.string()),
  migrations: z.object({ last: z.string().nullable(), applied: z.number() }),
  dump: relativePath,
  rolesFile: relativePath,
  hasRolePasswords: z.boolean(),
  catalogFile: relativePath.nullable(),
  files: z.array(z.object({ path: relativePath, bytes: z.number(), sha256: z.string() })),
  bytes: z.number(),
  previous: z.string().nullable(),
});

const verifications = z.object({
  verifications: z.array(
    z.object({ at: z.iso.datetime(), level: z.enum(levels), ok: z.boolean(), failed: z.array(z.string()) }),
  ),
});

/** The manifest, or why there is none to rely on. */
export async function readManifest(path: string): Promise<Manifest | { readonly problem: string }> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    if (isSystemError(error, "ENOENT", "ENOTDIR")) return { problem: "it has no manifest" };
    if (isSystemError(error, "EACCES", "EIO")) return { problem: "its manifest cannot be read" };
    throw error;
  }
  const content = unseal(bytes);
  if (content === undefined) return { problem: "its manifest is damaged" };
  const parsed = manifest.safeParse(content);
  return parsed.success
    ? parsed.data
    : { problem: "its manifest is of a form that this version does not know" };
}

/** What is known of earlier verifications, oldest first; a file that is damaged tells nothing. */
export async function readVerifications(path: string): Promise<readonly Verification[]> {
  try {
    const parsed = verifications.safeParse(unseal(await readFile(path)));
    return parsed.success ? parsed.data.verifications : [];
  } catch (error) {
    if (isSystemError(error, "ENOENT", "ENOTDIR", "EACCES")) return [];
    throw error;
  }
}
