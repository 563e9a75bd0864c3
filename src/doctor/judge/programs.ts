import type { Finding, ProgramFact } from "../model.ts";

/** A client program must not be older than the server; without a server, any will do. */
export function judgeProgram({ name, found }: ProgramFact, serverMajor: number | undefined): Finding {
  const fitting = found.find(({ major }) => major >= (serverMajor ?? 0));
  if (fitting !== undefined)
    return { check: name, status: "ok", message: `${fitting.path} ${fitting.version}` };
  const wanted = serverMajor === undefined ? "" : ` ${serverMajor}`;
  const hint = `Install the client programs of PostgreSQL${wanted}, e.g. apt-get install postgresql-client${wanted.replace(" ", "-")}`;
  const newest = found.toSorted((a, b) => b.major - a.major)[0];
  if (newest === undefined)
    return {
      check: name,
      status: "warning",
      message: `${name} is not on this machine.`,
      hint,
    };
  const message = `${newest.path} is version ${newest.version}, older than the server (${serverMajor ?? ""}).`;
  return { check: name, status: "warning", message, hint };
}
