import type { Finding } from "../model.ts";

/** What every report needs. */
export interface Reported {
  readonly server: string;
  readonly changes: readonly Finding[];
}

export function sentence({ kind, name, detail }: Finding): string {
  return `${kind} ${name} ${detail.includes(" → ") ? `differs: ${detail}` : detail}`;
}
