import type { EmbeddedOptions } from "../dev/model.ts";
import type { Settings } from "../settings/model.ts";

interface Surroundings {
  readonly settings: Settings;
  readonly report: { line(content: string): void };
  readonly signal: AbortSignal;
}

/** The embedded server that a command's settings describe. */
export function embeddedServer({ settings, report, signal }: Surroundings): EmbeddedOptions {
  const { stateDir, pgVersion, pgBin } = settings.values;
  return { stateDir, pgVersion, binDir: pgBin, signal, report: (line) => report.line(line) };
}
