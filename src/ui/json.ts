import type { VezaError } from "../kernel/error.ts";

/** The one document that a command prints under `--json`. */
export function renderJson(
  commandPath: readonly string[],
  data: unknown,
  warnings: readonly string[],
): string {
  return `${JSON.stringify({ schema: `veza-db/${commandPath.join(".")}@1`, data, warnings }, undefined, 2)}\n`;
}

/** The one document that a failure prints on stderr under `--json`. */
export function renderJsonError(
  error: VezaError,
  warnings: readonly string[],
  exitCode: number = error.exitCode,
): string {
  const { code, message, detail, hint, state, facts } = error;
  const document = {
    schema: "veza-db/error@1",
    error: { code, message, detail, hint, exitCode, stateText: state, ...facts },
  };
  return `${JSON.stringify(warnings.length === 0 ? document : { ...document, warnings }, undefined, 2)}\n`;
}
