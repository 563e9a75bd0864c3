/**
 * Texts to split: statements that PostgreSQL parses, made of the fragments that splitters get wrong, and mutations
 * of them that it mostly does not.
 */
import {
  spaces,
  comments,
  strings,
  constants,
  identifiers,
  operators,
  returns,
  cutOperators,
  cuts,
  nasty,
} from "./fragments.ts";
import type { Random } from "./random.ts";

export class Generator {
  readonly random: Random;

  constructor(random: Random) {
    this.random = random;
  }

  /** What may stand between two tokens. */
  gap(): string {
    let gap = this.random.pick(spaces);
    while (this.random.chance(18)) gap += this.random.pick(comments) + this.random.pick(spaces);
    return gap;
  }

  join(...parts: readonly string[]): string {
    let joined = "";
    for (const part of parts) joined += joined === "" ? part : this.gap() + part;
    return joined;
  }

  name(): string {
    return this.random.pick(identifiers);
  }

  qualified(): string {
    return this.random.chance(30) ? `${this.name()}.${this.name()}` : this.name();
  }

  expression(depth = 0): string {
    const { random } = this;
    switch (random.below(depth > 2 ? 4 : 12)) {
      case 0:
      case 1:
      case 2:
        return random.pick(strings);
      case 3:
        return random.pick([
          "1",
          "1.5",
          ".5",
          "1e5",
          "0x1F",
          "1_000",
          "$1",
          "B'01'",
          "X'1F'",
          "b'0'",
          "null",
          "- 1",
        ]);
      case 4:
        return this.join("(", this.expression(depth + 1), ")");
      case 5:
      case 6:
        return this.join(this.operand(depth), random.pick(operators), this.operand(depth));
      case 7:
        // An operator that a comment cuts off.
        return `${this.operand(depth)} ${random.pick(cutOperators)}${random.pick(cuts)} ${this.operand(depth)}`;
      case 8:
        return this.join(
          "case",
          "when",
          this.expression(depth + 1),
          "then",
          this.expression(depth + 1),
          "END",
        );
      case 9:
        return this.join(
          "Case",
          "(",
          this.expression(depth + 1),
          ")",
          "WHEN",
          "1",
          "THEN",
          "2",
          "ELSE",
          "3",
          "end",
        );
      case 10:
        return `${this.name()}.${random.pick(["end", "begin", "atomic", "case", "a"])}`;
      default:
        return this.join("cast", "(", this.expression(depth + 1), "AS", "text", ")");
    }
  }

  /** In parentheses: some operators do not stand in a row. */
  operand(depth: number): string {
    return `(${this.expression(depth + 1)})`;
  }

  select(): string {
    const { random } = this;
    const label = random.pick(["", "", "as end", "AS begin", "end", "as case", 'as "x;"', "as atomic"]);
    const from = random.pick(["", "", "from a", "from t as begin", 'from s."from"']);
    const head = this.join("select", `(${this.expression()})`, ...(label === "" ? [] : [label]));
    return from === "" ? head : this.join(head, from);
  }

  /** A statement that may also stand in the body of a routine or rule. */
  simple(): string {
    const { random } = this;
    switch (random.below(6)) {
      case 0:
        return this.join(
          "insert into",
          this.qualified(),
          "values",
          "(",
          this.expression(),
          ",",
          this.expression(),
          ")",
        );
      case 1:
        return this.join("UPDATE", this.qualified(), "SET", this.name(), "=", `(${this.expression()})`);
      case 2:
        return this.join("delete from", this.qualified(), "where", `(${this.expression()})`);
      default:
        return this.select();
    }
  }

  routine(depth = 0): string {
    const { random } = this;
    const isFunction = random.chance(75);
    const head = this.join(
      random.pick(["create", "CREATE", "Create or replace", "create or/* ; */replace"]),
      isFunction ? random.pick(["function", "FUNCTION", "Function"]) : "procedure",
      this.qualified(),
      random.pick(["()", "(begin atomic, a int default 1)", "( in x text )"]),
    );
    const options = isFunction
      ? random.pick(returns)
      : random.pick(["set search_path to begin", "language begin"]);
    switch (random.below(5)) {
      case 0:
        return this.join(
          head,
          options,
          "as",
          random.pick(["$$ begin atomic; end; $$", "$f$;$$;$f$", "'begin; end'", "E'\\';'"]),
        );
      case 1:
        return this.join(head, options, "return", `(${this.expression()})`);
      default:
        return this.join(head, options, this.body(depth));
    }
  }

  body(depth: number): string {
    const parts = [this.random.pick(["begin", "BEGIN", "Begin"]), this.random.pick(["atomic", "ATOMIC"])];
    for (let left = this.random.below(4); left > 0; left--) {
      const kind = this.random.below(10);
      if (kind === 0) parts.push(";");
      else if (kind === 1 && depth < 2) parts.push(this.routine(depth + 1), ";");
      else if (kind === 2) parts.push(this.rule(), ";");
      else if (kind === 3) parts.push(this.join("return", `(${this.expression()})`), ";");
      else if (kind === 4) parts.push(this.join("select", "begin atomic"), ";");
      else parts.push(this.simple(), ";");
    }
    return this.join(...parts, this.random.pick(["end", "END", "End"]));
  }

  rule(): string {
    const actions = [this.simple()];
    for (let left = this.random.below(3); left > 0; left--) {
      actions.push(";");
      if (this.random.chance(80)) actions.push(this.simple());
    }
    return this.join(
      "create rule",
      this.name(),
      "as on insert to",
      this.qualified(),
      "do instead",
      "(",
      ...actions,
      ")",
    );
  }

  statement(): string {
    const { random } = this;
    switch (random.below(16)) {
      case 0:
      case 1:
      case 2:
        return this.routine();
      case 3:
        return this.rule();
      case 4:
        return this.join(
          "create schema",
          this.name(),
          "create table",
          this.name(),
          "(",
          "a int",
          ")",
          "create view v as",
          this.select(),
        );
      case 5:
        return this.join(
          "do",
          random.pick(["$$ begin commit; end; $$", "$do$ $$;$$ $do$", "'begin; end'", "E'\\';'"]),
        );
      case 6:
        return this.join(
          "create table",
          this.qualified(),
          "(",
          this.name(),
          "text default",
          `(${this.expression()})`,
          ")",
        );
      case 7:
        return this.join("comment on table", this.qualified(), "is", random.pick(constants));
      case 8:
        return this.join(
          "create operator",
          random.pick(["@-", "#-", "<->", "@#"]),
          "(",
          "leftarg = int, function = f",
          ")",
        );
      case 9:
        return random.pick([
          "begin",
          "commit",
          "END",
          "rollback",
          "start transaction",
          "savepoint a",
          "abort",
          "begin isolation level serializable",
        ]);
      case 10:
        return this.join(
          "create",
          random.pick(["view", "or replace view", "materialized view"]),
          this.qualified(),
          "as",
          this.select(),
        );
      case 11:
        return this.join(
          "create or replace trigger",
          this.name(),
          "before insert on",
          this.qualified(),
          "execute function f()",
        );
      default:
        return this.simple();
    }
  }

  /** Some statements, with empty ones and comments between them. */
  text(): string {
    let text = this.random.chance(40) ? this.gap() : "";
    for (let left = 1 + this.random.below(4); left > 0; left--) {
      text += this.statement();
      if (this.random.chance(25)) text += this.gap();
      if (left === 1 && this.random.chance(40)) break;
      text += ";";
      if (this.random.chance(50)) text += this.gap();
      if (this.random.chance(10)) text += ";";
    }
    return text + (this.random.chance(15) ? "-- no line break ; at the end" : "");
  }

  /** The text with a fragment inserted, removed or replaced, once or twice. */
  mutate(text: string): string {
    const characters = Array.from(text);
    for (let left = 1 + this.random.below(2); left > 0; left--) {
      const at = this.random.below(characters.length + 1);
      const removed = this.random.chance(50) ? this.random.below(4) : 0;
      characters.splice(at, removed, this.random.chance(70) ? this.random.pick(nasty) : "");
    }
    return characters.join("");
  }

  /** Fragments in any order, most of them no SQL: what is left to compare is where tokens begin and end. */
  soup(): string {
    let soup = this.random.pick(["select ", "", "create function f() begin atomic select "]);
    for (let left = 1 + this.random.below(12); left > 0; left--) {
      soup += this.random.chance(60)
        ? this.random.pick(nasty)
        : this.random.pick(this.random.chance(50) ? strings : operators);
      if (this.random.chance(20)) soup += this.gap();
    }
    return soup;
  }
}
