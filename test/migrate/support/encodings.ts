/** Databases that are not in UTF-8. */
import { randomBytes } from "node:crypto";
import { inject } from "vitest";
import { databaseName } from "../../support/database-names.ts";
import { onServer, urlOf } from "../../support/database.ts";

/** Creates a database in an encoding, on a server of any version and locale provider. */
export async function createDatabaseIn(name: string, encoding: string): Promise<void> {
  await onServer(async (admin) => {
    const [server] = await admin<{ knows: boolean }[]>`
      SELECT current_setting('server_version_num')::int >= 150000 AS knows`;
    // A cluster whose provider is builtin would look for C.UTF-8, which goes with UTF-8 alone.
    const provider = server?.knows === true ? "LOCALE_PROVIDER libc" : "";
    await admin.unsafe(
      `CREATE DATABASE ${name} TEMPLATE template0 ENCODING '${encoding}' LC_COLLATE 'C' LC_CTYPE 'C' ${provider}`,
    );
  });
}

export async function databaseIn(encoding: string): Promise<AsyncDisposable & { readonly url: string }> {
  const name = databaseName(inject("run").id, randomBytes(6).toString("hex"));
  await createDatabaseIn(name, encoding);
  return {
    url: urlOf(name),
    [Symbol.asyncDispose]: async () => {
      await onServer((admin) => admin.unsafe(`DROP DATABASE ${name} WITH (FORCE)`));
    },
  };
}
