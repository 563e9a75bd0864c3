/** What a conversion says when it ends before its end: how things stand, and the command that goes on. */
import { VezaError } from "../../kernel/error.ts";
import { queryFailure } from "../../postgres/failure.ts";
import { writtenName } from "../table-name.ts";
import type { Work } from "../work.ts";
import type { Conversion, Spec } from "./model.ts";
import { tableChanged } from "./shape.ts";
import { copyStopped } from "./way-back.ts";

/** The command that goes on with it. */
function goOn(spec: Spec, { again }: Work): string {
  return spec.kind === "drain" ? again : `${again} ${writtenName(spec)} --resume`;
}

/** The command that gives it up. */
export function giveUp(spec: Spec): string {
  return `veza-db partition ${spec.kind === "undo" ? "undo" : "convert"} ${writtenName(spec)} --abort`;
}

export function interrupted({ phase, spec }: Conversion, work: Work): VezaError {
  return new VezaError({
    code: "cli.interrupted",
    ending: "interrupted",
    message: `Stopped in the phase ${phase}.`,
    hint: `${goOn(spec, work)}; or ${giveUp(spec)}`,
    state: `${spec.schema}.${spec.name} can be used as ever; what is done is kept.`,
  });
}

/** A failure of a phase, for people; `doing` is what was being done. */
export function explain(error: unknown, { phase, spec }: Conversion, doing: string, work: Work): VezaError {
  const [on, up] = [goOn(spec, work), giveUp(spec)];
  const known =
    tableChanged(error, spec, `Take that back, then: ${on}. Or ${up}, make the change, and begin again.`) ??
    copyStopped(error, spec, `${up}, and begin again`) ??
    (error instanceof VezaError ? error : queryFailure(error, doing));
  const isOurs = known.code === "partition.table-changed" || known.code === "partition.copy-stopped";
  return known.with({
    ending: isOurs || known.ending === "environment" ? known.ending : "failed",
    hint: known.code === "connection.query-failed" ? `When that is mended: ${on}; or ${up}` : known.hint,
    state: `The conversion stands before its phase ${phase}; ${spec.schema}.${spec.name} can be used as ever. ${isOurs ? up : `Run ${on} to go on, or ${up}`} ${isOurs ? "gives it up." : "to give it up."}`,
    facts: { ...known.facts, phase },
  });
}
