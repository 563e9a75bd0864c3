import { quoteIdentifier } from "../../sql/quote.ts";
import type { Finding, HistorySchema, ServerState, StatementsExtension } from "../model.ts";

/** Whether anything can be changed here at all. */
export function judgeWritable({ isStandby, isReadOnly, user }: ServerState): Finding {
  const check = "read-only";
  if (isStandby) {
    return {
      check,
      status: "warning",
      message: "The server is a read-only standby.",
      hint: "Name the primary with --url <dsn>",
    };
  }
  if (!isReadOnly) return { check, status: "ok", message: "The session may write." };
  return {
    check,
    status: "warning",
    message: "Sessions may only read: default_transaction_read_only is on.",
    hint: `ALTER ROLE ${quoteIdentifier(user)} RESET default_transaction_read_only;`,
  };
}

export function judgeEncoding({ encoding, database }: ServerState): Finding {
  if (encoding === "UTF8")
    return { check: "encoding", status: "ok", message: "The database's encoding is UTF8." };
  return {
    check: "encoding",
    status: "warning",
    message: `The database's encoding is ${encoding}; what it lacks cannot be stored.`,
    hint: `CREATE DATABASE ${quoteIdentifier(`${database}_utf8`)} TEMPLATE template0 ENCODING 'UTF8'; then move the data there`,
  };
}

/** What the role may do, and the statement that lets it. */
export function judgePrivileges(state: ServerState, schema: HistorySchema): Finding[] {
  return [historySchema(state, schema), schemas(state), databases(state), monitoring(state)];
}

function historySchema({ user, database, mayCreateSchemas }: ServerState, schema: HistorySchema): Finding {
  const check = "history-schema";
  const name = quoteIdentifier(schema.name);
  if (!schema.exists) {
    if (mayCreateSchemas)
      return {
        check,
        status: "ok",
        message: `The schema ${schema.name} is not there yet; migrate will create it.`,
      };
    return {
      check,
      status: "problem",
      message: `The schema ${schema.name} of the history table is not there, and ${user} may not create it.`,
      hint: `CREATE SCHEMA ${name} AUTHORIZATION ${quoteIdentifier(user)}; as the owner of ${database}`,
    };
  }
  if (schema.mayCreate)
    return { check, status: "ok", message: `${user} may create tables in the schema ${schema.name}.` };
  return {
    check,
    status: "problem",
    message: `${user} may not create tables in the schema ${schema.name}, where the history table goes.`,
    hint: `GRANT CREATE ON SCHEMA ${name} TO ${quoteIdentifier(user)};`,
  };
}

function schemas({ user, database, mayCreateSchemas }: ServerState): Finding {
  const check = "create-schema";
  if (mayCreateSchemas) return { check, status: "ok", message: `${user} may create schemas in ${database}.` };
  return {
    check,
    status: "warning",
    message: `${user} may not create schemas or trusted extensions in ${database}.`,
    hint: `GRANT CREATE ON DATABASE ${quoteIdentifier(database)} TO ${quoteIdentifier(user)};`,
  };
}

/** Needed for scratch databases alone, which can also stand on the embedded server: a fact, not a fault. */
function databases({ user, mayCreateDatabases }: ServerState): Finding {
  const message = mayCreateDatabases
    ? `${user} may create scratch databases.`
    : `${user} may not create databases; scratch ones go to the embedded server.`;
  return { check: "create-database", status: "ok", message };
}

function monitoring({ user, isMonitor }: ServerState): Finding {
  if (isMonitor)
    return { check: "monitoring", status: "ok", message: `${user} sees the statistics of every role.` };
  return {
    check: "monitoring",
    status: "warning",
    message: `${user} sees only its own sessions and statements in the statistics.`,
    hint: `GRANT pg_monitor TO ${quoteIdentifier(user)};`,
  };
}

/** pg_stat_statements: the first step that is missing is the one to take. */
export function judgeStatements({ isAvailable, isPreloaded, createdVersion }: StatementsExtension): Finding {
  const check = "pg_stat_statements";
  if (!isAvailable) {
    const message = "pg_stat_statements is not installed on the server.";
    return {
      check,
      status: "warning",
      message,
      hint: "Install the server's contrib package, e.g. apt-get install postgresql-contrib",
    };
  }
  if (!isPreloaded) {
    return {
      check,
      status: "warning",
      message: "pg_stat_statements is not loaded when the server starts, so statements are not counted.",
      hint: "Add pg_stat_statements to shared_preload_libraries and restart the server.",
    };
  }
  if (createdVersion === null) {
    const message = "pg_stat_statements counts, but this database cannot show it.";
    return { check, status: "warning", message, hint: "CREATE EXTENSION pg_stat_statements;" };
  }
  return { check, status: "ok", message: `pg_stat_statements ${createdVersion} counts statements.` };
}
