import { readFileSync } from "node:fs";
import { z } from "zod";
import { isSystemError, messageOf, usageError } from "../kernel/error.ts";
import type { IgnoreRule } from "./model.ts";

const rule = z.strictObject({
  kind: z.string().min(1).default("*"),
  name: z.string().min(1),
  property: z.string().min(1).optional(),
  reason: z.string().trim().min(1, "a reason must be given"),
  expires: z.iso.date().optional(),
});
const file = z.strictObject({ $schema: z.string().optional(), ignore: z.array(rule) });

/** Reads the rules for what may differ. A file that was not asked for by name may be missing. */
export function readRules(path: string, isNamed: boolean): readonly IgnoreRule[] {
  let content: string;
  try {
    content = readFileSync(path, "utf8");
  } catch (error) {
    if (!isNamed && isSystemError(error, "ENOENT", "ENOTDIR")) return [];
    throw usageError(
      "drift.rules-unreadable",
      `The file of ignore rules ${path} cannot be read.`,
      `ls -l ${path}`,
      messageOf(error),
    );
  }
  const parsed = file.safeParse(parse(content, path));
  if (parsed.success) return parsed.data.ignore;
  const [issue] = parsed.error.issues;
  throw usageError(
    "drift.bad-rules",
    `${path} is not a file of ignore rules.`,
    'Write { "ignore": [{ "kind": "index", "name": "public.tmp_*", "reason": "…", "expires": "2027-01-31" }] }.',
    `${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}`,
  );
}

function parse(content: string, path: string): unknown {
  try {
    return JSON.parse(content);
  } catch (error) {
    throw usageError("drift.bad-rules", `${path} is not JSON.`, undefined, messageOf(error));
  }
}
