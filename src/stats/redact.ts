import { maskPasswords } from "../postgres/target.ts";

const passwordLiteral = /(\bpassword\s+)(?:e?'(?:[^'\\]|\\.|'')*(?:'|$)|\$(\w*)\$[\s\S]*?(?:\$\2\$|$))/gi;

/** A query text without passwords: before PostgreSQL 18, and for utility statements on any, literals are kept as they were. */
export function redact(query: string): string {
  return maskPasswords(query.replace(passwordLiteral, "$1'***'"));
}
