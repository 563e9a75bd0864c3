/** Databases that are not in UTF-8. */
import { randomBytes } from "node:crypto";
import { inject } from "vitest";
import { databaseName } from "../../support/database-names.ts";
import { onServer, urlOf } from "../../support/database.ts";

export async function databaseIn(encoding: string): Promise<AsyncDisposable & { readonly url: string }> {
  const name = databaseName(inject("run").id, randomBytes(6).toString("hex"));
  await onServer((admin) =>
    admin.unsafe(
      `CREATE DATABASE ${name} TEMPLATE template0 ENCODING '${encoding}' LC_COLLATE 'C' LC_CTYPE 'C'`,
    ),
  );
  return {
    url: urlOf(name),
    [Symbol.asyncDispose]: async () => {
      await onServer((admin) => admin.unsafe(`DROP DATABASE ${name} WITH (FORCE)`));
    },
  };
}
