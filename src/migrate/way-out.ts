import type { Problem } from "./model.ts";

/** What a person can do about a problem of the files or the history. */
export function wayOut({ kind, id }: Problem): string {
  switch (kind) {
    case "changed":
      return `Put the file back as it was applied (git checkout) and write a new migration; or accept the edit by name: veza-db migrate repair ${id}`;
    case "missing":
      return `Bring the file back (git checkout), or write it out again from the history: veza-db migrate repair ${id} --restore-file`;
    case "late":
      return "Rename the file to a later id (veza-db migrate new shows the next one), or apply it all the same: veza-db migrate --out-of-order";
    case "partial":
      return `Go on with it: veza-db migrate; or when it was finished by hand: veza-db migrate resolve ${id} --applied`;
    case "duplicate":
      return "Rename the newer file to a number that is free; veza-db migrate new <name> shows the next one.";
  }
}
