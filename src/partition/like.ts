/** The SQL of a table that is to be as another one is: what LIKE copies, and what it does not. Pure. */
import { Lexer, token } from "../sql/scan.ts";
import { quoteIdentifier, quoteLiteral, quoteQualified } from "../sql/quote.ts";
import type { QuotedSql } from "../sql/quote.ts";
import type { Relation } from "./model.ts";
import type { Grant, RowPolicy, Traits } from "./read-traits.ts";

export function quoteName({ schema, name }: Relation): QuotedSql {
  return quoteQualified(schema, name);
}

/** What LIKE is asked for: the columns as they are and no index, which attaching brings. */
const likeOptions =
  "INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING GENERATED INCLUDING STORAGE INCLUDING COMPRESSION INCLUDING COMMENTS";

/** `CREATE TABLE … (LIKE …)` with the storage of its model. */
export function createLike(
  made: Relation,
  traits: Traits,
  extra: readonly string[] = [],
  alsoLike = "",
): string {
  const { accessMethod, options, tablespace } = traits;
  const elements = [`LIKE ${quoteName(traits)} ${likeOptions} ${alsoLike}`.trimEnd(), ...extra];
  return [
    `CREATE TABLE ${quoteName(made)} (${elements.join(", ")})`,
    ...(accessMethod === null ? [] : [`USING ${quoteIdentifier(accessMethod)}`]),
    ...(options.length === 0 ? [] : [`WITH (${options.map(option).join(", ")})`]),
    ...(tablespace === null ? [] : [`TABLESPACE ${quoteIdentifier(tablespace)}`]),
  ].join(" ");
}

/** `fillfactor=80`, `toast.autovacuum_enabled=false`: the name as it is, the value as a string. */
function option(text: string): string {
  const at = text.indexOf("=");
  const name = text.slice(0, at).split(".").map(quoteIdentifier).join(".");
  return `${name} = ${quoteLiteral(text.slice(at + 1))}`;
}

/** Everything that LIKE leaves behind: owner, privileges, row security, replica identity, comment, statistics targets. */
export function carryTraits(made: Relation, traits: Traits): string[] {
  const table = quoteName(made);
  return [
    ...privilegeSql(table, traits),
    ...rowSecuritySql(made, traits),
    ...(traits.replicaIdentity === "f" ? [`ALTER TABLE ${table} REPLICA IDENTITY FULL`] : []),
    ...(traits.replicaIdentity === "n" ? [`ALTER TABLE ${table} REPLICA IDENTITY NOTHING`] : []),
    ...(traits.comment === null ? [] : [`COMMENT ON TABLE ${table} IS ${quoteLiteral(traits.comment)}`]),
    ...traits.columnStatistics.flatMap(({ column, target, options }) => [
      ...(target === null || target < 0
        ? []
        : [`ALTER TABLE ${table} ALTER COLUMN ${quoteIdentifier(column)} SET STATISTICS ${target}`]),
      ...(options === null
        ? []
        : [
            `ALTER TABLE ${table} ALTER COLUMN ${quoteIdentifier(column)} SET (${options.map(option).join(", ")})`,
          ]),
    ]),
    // Last: what comes before is done as the role that made it.
    ...(traits.isOthers ? [`ALTER TABLE ${table} OWNER TO ${quoteIdentifier(traits.owner)}`] : []),
  ];
}

/** Those of the model, once what `byDefault` names is taken away. */
export function privilegeSql(
  table: string,
  {
    owner,
    grants,
    hasGrants,
    columnGrants,
    byDefault,
  }: Pick<Traits, "owner" | "grants" | "hasGrants" | "columnGrants" | "byDefault">,
): string[] {
  return [
    ...(byDefault.length === 0
      ? []
      : [`REVOKE ALL ON TABLE ${table} FROM ${[...new Set(byDefault)].map(roleSql).join(", ")} CASCADE`]),
    ...(hasGrants
      ? grants.filter(({ grantee }) => grantee !== owner).map((grant) => grantSql(table, grant))
      : []),
    ...columnGrants
      .filter(({ grantee }) => grantee !== owner)
      .map((grant) => grantSql(table, grant, grant.column)),
  ];
}

function grantSql(table: string, { grantee, isGrantable, privileges }: Grant, column?: string): string {
  const of = column === undefined ? "" : ` (${quoteIdentifier(column)})`;
  const what = privileges.map((privilege) => `${privilege}${of}`).join(", ");
  return `GRANT ${what} ON TABLE ${table} TO ${roleSql(grantee)}${isGrantable ? " WITH GRANT OPTION" : ""}`;
}

function roleSql(role: string | null): string {
  return role === null ? "PUBLIC" : quoteIdentifier(role);
}

function rowSecuritySql(made: Relation, traits: Traits): string[] {
  const table = quoteName(made);
  return [
    ...(traits.rowSecurity ? [`ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY`] : []),
    ...(traits.forcesRowSecurity ? [`ALTER TABLE ${table} FORCE ROW LEVEL SECURITY`] : []),
    ...traits.policies.map((policy) => policySql(table, policy, traits.name, made.name)),
  ];
}

/** A policy of one table for another. */
export function policySql(table: string, policy: RowPolicy, from: string, to: string): string {
  const { name, command, isPermissive, roles, using, check } = policy;
  return [
    `CREATE POLICY ${quoteIdentifier(name)} ON ${table} AS ${isPermissive ? "PERMISSIVE" : "RESTRICTIVE"}`,
    `FOR ${command} TO ${roles.map(roleSql).join(", ")}`,
    ...(using === null ? [] : [`USING (${aimAt(using, from, to)})`]),
    ...(check === null ? [] : [`WITH CHECK (${aimAt(check, from, to)})`]),
  ].join(" ");
}

/** An expression with `from.column` turned into `to.column`: within subqueries the catalog names the table itself. */
export function aimAt(expression: string, from: string, to: string): string {
  const lexer = new Lexer(expression);
  let [written, last] = ["", 0];
  let previous = "";
  for (let kind = lexer.next(); kind !== token.end; kind = lexer.next()) {
    const word = expression.slice(lexer.start, lexer.end);
    const isName = (kind === token.word || kind === token.quoted) && bare(word) === from;
    if (isName && expression[lexer.end] === "." && previous !== ".") {
      written += expression.slice(last, lexer.start) + quoteIdentifier(to);
      last = lexer.end;
    }
    previous = word;
  }
  return written + expression.slice(last);
}

function bare(word: string): string {
  return word.startsWith('"') ? word.slice(1, -1).replaceAll('""', '"') : word;
}
