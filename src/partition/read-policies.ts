import { readFileSync, readdirSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import type { z } from "zod";
import { VezaError, isSystemError, messageOf, usageError } from "../kernel/error.ts";
import { suggest } from "../kernel/suggest.ts";
import { policyError } from "./failure.ts";
import type { Policy, PurgePolicy, RangePolicy, Span } from "./model.ts";
import { parseTableName } from "./table-name.ts";
import { parseSpan, purgeFile, rangeFile } from "./read-policy-format.ts";

export interface PolicyFolder {
  readonly shownDir: string;
  readonly policies: readonly Policy[];
}

/** Reads every `.json` of the folder. Throws `partition.bad-policy` (usage) that names file, field and what is allowed. */
export function readPolicyFolder(dir: string, projectDir: string): PolicyFolder {
  const inside = relative(projectDir, dir);
  const shownDir = inside === "" || inside.startsWith("..") ? dir : inside;
  const policies = listFiles(dir, shownDir).map((name) =>
    readPolicy(join(dir, name), join(shownDir, name), projectDir),
  );
  policies.forEach((policy, index) => {
    const twin = policies
      .slice(0, index)
      .find(({ schema, name }) => schema === policy.schema && name === policy.name);
    if (twin !== undefined)
      throw policyError(
        policy.file,
        "table",
        `${policy.shownTable} has a policy in ${twin.file} too`,
        "one file a table",
      );
  });
  return { shownDir, policies };
}

function listFiles(dir: string, shownDir: string): string[] {
  try {
    return readdirSync(dir)
      .filter((name) => name.endsWith(".json") && !name.startsWith("."))
      .toSorted();
  } catch (error) {
    if (!isSystemError(error, "ENOENT", "ENOTDIR")) throw unreadable(error, shownDir, `ls -ld ${dir}`);
    throw usageError(
      "partition.folder-missing",
      `The policy folder ${shownDir} ${isSystemError(error, "ENOTDIR") ? "is not a folder" : "does not exist"}.`,
      "Name the folder with --dir <path>, or set partitions.dir in veza-db.config.json.",
      `Looked for ${dir}.`,
    );
  }
}

function readPolicy(path: string, file: string, projectDir: string): Policy {
  const content = parse(readText(path, file), file);
  const isPurge = typeof content === "object" && content !== null && "purge" in content;
  return isPurge
    ? readPurge(checked(purgeFile, content, file), file)
    : readRange(checked(rangeFile, content, file), file, projectDir);
}

function readRange(content: z.output<typeof rangeFile>, file: string, projectDir: string): RangePolicy {
  const { column, interval, premake, retain, archive, grace, timezone } = content;
  return {
    kind: "range",
    file,
    ...tableOf(content.table, file),
    column,
    interval,
    premake,
    retain: retain === undefined ? undefined : spanOf(retain),
    archive: archive === undefined ? undefined : resolve(projectDir, archive),
    grace: spanOf(grace),
    timezone,
    wantsDefault: content.default,
  };
}

function readPurge(content: z.output<typeof purgeFile>, file: string): PurgePolicy {
  const { column, purge, batch } = content;
  return { kind: "purge", file, ...tableOf(content.table, file), column, purge: spanOf(purge), batch };
}

function spanOf(text: string): Span {
  const span = parseSpan(text);
  if (span === undefined) throw new Error(`${text} passed as a span and is none`);
  return span;
}

/** `events`, `app.events`, `"odd.name"`: bare names, nothing folded. */
function tableOf(text: string, file: string): Pick<Policy, "schema" | "name" | "shownTable"> {
  const found = parseTableName(text);
  if (found === undefined)
    throw policyError(file, "table", `${JSON.stringify(text)} is no name`, '"events" or "app.events"');
  const tooLong = [found.schema, found.name].find((word) => Buffer.byteLength(word ?? "") > 63);
  if (tooLong !== undefined)
    throw policyError(file, "table", `${tooLong} is longer than a name can be`, "63 bytes");
  return { ...found, shownTable: text };
}

function checked<T extends z.ZodType>(schema: T, content: unknown, file: string): z.output<T> {
  const parsed = schema.safeParse(content);
  if (parsed.success) return parsed.data;
  throw badFile(file, parsed.error, fieldsOf(content));
}

function fieldsOf(content: unknown): readonly string[] {
  const isPurge = typeof content === "object" && content !== null && "purge" in content;
  return Object.keys(isPurge ? purgeFile.shape : rangeFile.shape).filter((name) => name !== "$schema");
}

function badFile(file: string, { issues }: z.ZodError, fields: readonly string[]): VezaError {
  const told = issues.flatMap(({ path, message, ...issue }) => {
    const field = path.map(String).join(".");
    const unknown = "keys" in issue && Array.isArray(issue.keys) ? issue.keys.map(String) : [];
    if (unknown.length === 0) return [{ field: field === "" ? "the file" : field, message }];
    return unknown.map((name) => {
      const near = suggest(name, fields, 1)[0];
      return {
        field: name,
        message: `unknown field${near === undefined ? "" : ` (did you mean ${near}?)`}; allowed are ${fields.join(", ")}`,
      };
    });
  });
  const [first = { field: "the file", message: "it is not a policy" }] = told;
  const error = policyError(file, first.field, first.message);
  const problems = told.map(({ field, message }) => `${field}: ${message}`);
  return error.with({
    detail: problems.length > 1 ? problems.join("\n") : undefined,
    facts: { ...error.facts, problems },
  });
}

function readText(path: string, file: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw unreadable(error, file, `ls -l ${path}`);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw policyError(file, "the file", "it is not UTF-8");
  }
}

function parse(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw policyError(file, "the file", `it is not JSON: ${messageOf(error)}`);
  }
}

function unreadable(error: unknown, shown: string, hint: string): VezaError {
  return new VezaError({
    code: "partition.unreadable",
    ending: "environment",
    message: `${shown} cannot be read.`,
    detail: messageOf(error),
    hint,
    cause: error,
  });
}
