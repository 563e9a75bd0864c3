import type { VezaError } from "../kernel/error.ts";
import { suggest } from "../kernel/suggest.ts";
import { classify } from "../sql/classify.ts";
import { refusalAt } from "../sql/refuse.ts";
import { splitStatements } from "../sql/split.ts";
import type { Statement } from "../sql/split.ts";
import { readHeader } from "./header.ts";
import type { NumberedStatement, Piece, Query, QueryParameter } from "./model.ts";
import { findPlaceholders } from "./placeholders.ts";
import { valueTypeOf } from "./value-types.ts";

/**
 * Reads the text of a query file: a header and one statement, which have to agree. Everything that is wrong is a
 * `usage` error with file, line and column.
 */
export function readQueryText(name: string, file: string, text: string): Query {
  const header = readHeader(text, file);
  for (const parameter of header.parameters) refuseBadFallback(parameter, text, file);
  const statement = onlyStatement(text, file);
  return {
    name,
    file,
    ...header,
    text,
    statement: numberParameters(statement, header.parameters, text, file),
  };
}

function onlyStatement(text: string, file: string): Statement {
  const [first, second] = splitStatements(text, file);
  if (first === undefined) {
    throw refusalAt(text, text.length, file, {
      code: "query.no-statement",
      message: () => `There is no statement in ${file}`,
      hint: "Write one statement below the header.",
    });
  }
  if (second !== undefined) {
    throw refusalAt(text, second.offset, file, {
      code: "query.two-statements",
      message: (place) => `A second statement begins at ${place}`,
      hint: "A query is one statement: put the other into a file of its own, or join both with WITH.",
    });
  }
  const { transactionControl } = classify(first.sql);
  if (transactionControl !== undefined) {
    throw refusalAt(text, first.offset, file, {
      code: "query.transaction-control",
      message: (place) => `${transactionControl} at ${place} would end the transaction that a query runs in`,
      hint: "Take it out: veza-db begins the transaction, and rolls it back unless --write is given.",
    });
  }
  return first;
}

/** Replaces `:name` by `($1::type)`: the declared type is the one that the server takes it for. */
function numberParameters(
  { sql, offset }: Statement,
  parameters: readonly QueryParameter[],
  text: string,
  file: string,
): NumberedStatement {
  const found = findPlaceholders({ sql, text, offset, source: file });
  const pieces: Piece[] = [];
  let sent = "";
  let end = 0;
  const add = (part: string, fileStart: number, parameter?: string): void => {
    if (part === "") return;
    pieces.push({ sentStart: sent.length, sentEnd: sent.length + part.length, fileStart, parameter });
    sent += part;
  };
  for (const { name, start, end: after } of found) {
    const index = parameters.findIndex((parameter) => parameter.name === name);
    const declared = parameters[index];
    if (declared === undefined) throw undeclared(name, parameters, text, offset + start, file);
    add(sql.slice(end, start), offset + end);
    add(`($${index + 1}::${declared.type})`, offset + start, name);
    end = after;
  }
  add(sql.slice(end), offset + end);
  const unused = parameters.find(({ name }) => !found.some((placeholder) => placeholder.name === name));
  if (unused !== undefined) throw unusedParameter(unused, text, file);
  return { sql: sent, pieces };
}

function undeclared(
  name: string,
  parameters: readonly QueryParameter[],
  text: string,
  offset: number,
  file: string,
): VezaError {
  const near = suggest(
    name,
    parameters.map((parameter) => parameter.name),
    1,
  )[0];
  const isSlice = /\[[^\]]*$/.test(text.slice(Math.max(0, offset - 80), offset));
  const declare = `Declare it in the header: -- param: ${name} <type>  <what it is>`;
  return refusalAt(text, offset, file, {
    code: "query.undeclared-parameter",
    message: (place) => `The parameter :${name} at ${place} is not declared in the header`,
    hint:
      near !== undefined
        ? `Did you mean :${near}?`
        : isSlice
          ? `In an array's slice write [a : ${name}].`
          : declare,
  });
}

function unusedParameter({ name, line }: QueryParameter, text: string, file: string): VezaError {
  return refusalAt(text, offsetOfLine(text, line), file, {
    code: "query.unused-parameter",
    message: (place) => `The parameter ${name}, declared at ${place}, does not stand in the statement`,
    hint: `Use :${name} in the statement, or take the line out.`,
  });
}

/** Where a line (from 1) begins. */
export function offsetOfLine(text: string, line: number): number {
  let offset = 0;
  for (let at = 1; at < line; at++) {
    const end = /\r\n|\n|\r/g;
    end.lastIndex = offset;
    const found = end.exec(text);
    if (found === null) return offset;
    offset = found.index + found[0].length;
  }
  return offset;
}

function refuseBadFallback(parameter: QueryParameter, text: string, file: string): void {
  const { name, type, fallback, line } = parameter;
  if (typeof fallback !== "string") return;
  const judge = valueTypeOf(type, parameter);
  if (judge.parse(fallback) !== undefined) return;
  throw refusalAt(text, offsetOfLine(text, line), file, {
    code: "query.bad-header",
    message: (place) => `The default of ${name} at ${place} is no value of it: ${fallback}`,
    hint: `It takes ${judge.expects}.`,
  });
}
