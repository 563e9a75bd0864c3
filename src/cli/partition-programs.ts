import { readPrograms } from "../doctor/read-programs.ts";
import { VezaError } from "../kernel/error.ts";
import type { Clients } from "../partition/archive.ts";
import type { RetainStep } from "../partition/retain-plan.ts";

/** True when something is to be dumped. */
export function archiveNeeds(steps: readonly RetainStep[]): boolean {
  return steps.some(({ kind }) => kind === "archive");
}

/** pg_dump and pg_restore of the server's major or a newer one. */
export async function findClients(serverMajor: number): Promise<Clients> {
  const programs = await readPrograms(serverMajor, undefined);
  const find = (name: string): string => {
    const found = programs.find((program) => program.name === name)?.found ?? [];
    const [best] = found.filter(({ major }) => major >= serverMajor).toSorted((a, b) => a.major - b.major);
    if (best !== undefined) return best.path;
    throw new VezaError({
      code: "partition.program-missing",
      ending: "environment",
      message: `${name} ${serverMajor} or newer is not on this machine.`,
      detail: found.map(({ path, version }) => `${path} is version ${version}`).join("\n"),
      hint: `apt-get install postgresql-client-${serverMajor}`,
      state: "Nothing was changed.",
    });
  };
  return { pgDump: find("pg_dump"), pgRestore: find("pg_restore") };
}
