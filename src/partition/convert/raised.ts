/** Conditions of ours that stop a transaction within the server, as what they mean to people. */
import { VezaError } from "../../kernel/error.ts";
import { serverErrorOf } from "../../postgres/failure.ts";

export interface Meaning {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
  /** From the detail, a line each. */
  readonly facts?: (lines: readonly string[]) => Readonly<Record<string, unknown>>;
}

/** A refusal with the detail that the server gave; undefined where the error is another than the condition. */
export function refusalOf(error: unknown, condition: string, meaning: Meaning): VezaError | undefined {
  const server = serverErrorOf(error);
  if (server?.sqlstate !== condition) return undefined;
  const { code, message, hint, facts } = meaning;
  return new VezaError({
    code,
    ending: "refused",
    message,
    detail: server.detail,
    hint,
    ...(facts === undefined ? {} : { facts: facts(server.detail?.split("\n") ?? []) }),
    cause: error,
  });
}
