/**
 * What a program that we start gets to see of our environment: what any program needs to run at all, and nothing of
 * ours. PG*, DATABASE_URL and the like never reach it unless the caller hands them over by name.
 */
const inherited = [
  "HOME",
  "LANG",
  "LD_LIBRARY_PATH",
  "LOGNAME",
  "PATH",
  "SHELL",
  "TEMP",
  "TERM",
  "TMP",
  "TMPDIR",
  "USER",
] as const;

export function programEnvironment(given: Readonly<Record<string, string>> = {}): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const name of inherited) {
    const value = process.env[name];
    if (value !== undefined) environment[name] = value;
  }
  return { ...environment, ...given };
}

/** The variables of our own environment whose name matches, to hand to a program that needs them (npm and its proxies). */
export function environmentMatching(pattern: RegExp): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (value !== undefined && pattern.test(name)) found[name] = value;
  }
  return found;
}
