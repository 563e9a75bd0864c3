import type { Family } from "../../kernel/exposition.ts";
import type { Db } from "../../postgres/connect.ts";

/** Told of a part of a reading that goes wrong while the rest goes well; undefined: it is well (again). */
export type TellPart = (subject: string, problem: string | undefined) => void;

/** What veza-db knows itself: from files, whether the server is there or not, or from the database. */
export type OwnReading =
  | { readonly kind: "files"; readonly name: string; readonly read: () => Promise<readonly Family[]> }
  | {
      readonly kind: "database";
      readonly name: string;
      readonly read: (db: Db, tell: TellPart) => Promise<readonly Family[]>;
    };
