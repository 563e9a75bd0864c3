/** Roles for tests about privileges. */
import { onServer, type TestDatabase } from "../../support/database.ts";

export interface TestRole extends AsyncDisposable {
  readonly name: string;
  readonly password: string;
  /** The database's url with this role's login. */
  readonly url: string;
}

/** A role of its own for a test's database; may log in and nothing else. */
export async function createRole(database: TestDatabase, attributes = ""): Promise<TestRole> {
  const name = `r_${database.name.slice(-12)}`;
  const password = "s3cret-für-@ll";
  await onServer((admin) => admin.unsafe(`CREATE ROLE ${name} LOGIN PASSWORD '${password}' ${attributes}`));
  const url = new URL(database.url);
  url.username = name;
  url.password = encodeURIComponent(password);
  return {
    name,
    password,
    url: url.href,
    [Symbol.asyncDispose]: async () => {
      await database.sql.unsafe(`DROP OWNED BY ${name}`);
      await onServer((admin) => admin.unsafe(`DROP ROLE ${name}`));
    },
  };
}
