import { appendFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { VezaError, isSystemError, messageOf } from "../kernel/error.ts";
import { makeFolder } from "../kernel/write-whole.ts";
import type { InitPlan, InitResult } from "./model.ts";

/** Writes what the plan says into the folder. A file that came into being meanwhile is kept as it is. */
export function layProject(folder: string, plan: InitPlan): InitResult {
  const created: string[] = [];
  const changed: string[] = [];
  const kept = [...plan.keep];
  for (const { path, content } of plan.create) {
    try {
      makeFolder(dirname(join(folder, path)));
    } catch (error) {
      throw cannotWrite(join(folder, path), error, created);
    }
    try {
      writeFileSync(join(folder, path), content, { flag: "wx" });
      created.push(path);
    } catch (error) {
      if (!isSystemError(error, "EEXIST")) throw cannotWrite(join(folder, path), error, created);
      kept.push(path);
    }
  }
  for (const { path, content } of plan.append) {
    try {
      appendFileSync(join(folder, path), content);
      changed.push(path);
    } catch (error) {
      throw cannotWrite(join(folder, path), error, [...created, ...changed]);
    }
  }
  return { created, changed, kept };
}

function cannotWrite(path: string, cause: unknown, done: readonly string[]): VezaError {
  const written = done.length === 1 ? "1 file was written" : `${done.length} files were written`;
  return new VezaError({
    code: "init.cannot-write",
    ending: "environment",
    message: `${path} cannot be written.`,
    detail: messageOf(cause),
    hint: `ls -ld ${dirname(path)}`,
    state:
      done.length === 0 ? "Nothing was changed." : `${written}; run veza-db init again to write the others.`,
    facts: { created: done },
    cause,
  });
}
