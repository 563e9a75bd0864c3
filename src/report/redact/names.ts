import { escapePattern } from "../../kernel/pattern.ts";
import { isCommonWord } from "./words.ts";

export type Kind = "table" | "index" | "user" | "database" | "application" | "schema" | "column" | "name";

/** Schemas and roles that begin with pg_ are PostgreSQL's alone, and so are programs; databases and columns need not be. */
function isOwn(kind: Kind, name: string): boolean {
  if (name === "" || name === "postgres") return true;
  if (kind === "database") return name === "template0" || name === "template1";
  return kind !== "column" && (name === "public" || name.startsWith("pg_"));
}

/** Gives each name an alias, the same one wherever it stands, and takes names and literals out of texts. */
export class Names {
  readonly #aliases = new Map<string, string>();
  readonly #counts = new Map<Kind, number>();
  /** Learned names that are more than one word, and what finds them; made anew when there is one more. */
  readonly #odd: string[] = [];
  #finder: RegExp | undefined;

  /** `table_3`. What belongs to PostgreSQL itself keeps its name. */
  of(kind: Kind, name: string): string {
    return isOwn(kind, name) && !this.#aliases.has(name) ? name : this.learn(kind, name);
  }

  /** The same for a name that surely is a user's, such as a table's outside of PostgreSQL's own schemas. */
  learn(kind: Kind, name: string): string {
    const known = this.#aliases.get(name);
    if (known !== undefined) return known;
    const count = (this.#counts.get(kind) ?? 0) + 1;
    this.#counts.set(kind, count);
    const alias = `${kind}_${count}`;
    this.#aliases.set(name, alias);
    if (!/^[\p{L}_][\p{L}\p{N}_$]*$/u.test(name) && name.length > 2) {
      this.#odd.push(name);
      this.#finder = undefined;
    }
    return alias;
  }

  /** `schema.table`, each part by itself; a table's name may hold a point. */
  qualified(name: string, kind: Kind = "table"): string {
    const point = name.indexOf(".");
    return point === -1
      ? this.of(kind, name)
      : `${this.of("schema", name.slice(0, point))}.${this.of(kind, name.slice(point + 1))}`;
  }

  /** SQL, or a plan: literals become `?`, comments go, and whatever is no word of the language is a name. */
  sql(text: string): string {
    return text.replace(tokens, (token, ...rest: readonly unknown[]) => {
      const [comment, literal, dollar, , quoted, parameter, number, word] = rest;
      if (typeof comment === "string") return " ";
      if (typeof literal === "string" || typeof dollar === "string" || typeof number === "string") return "?";
      if (typeof quoted === "string")
        return this.of("name", quoted.replace(/^"|"$/g, "").replaceAll('""', '"'));
      if (typeof parameter === "string") return parameter;
      if (typeof word === "string") {
        const at = rest.find((one) => typeof one === "number") ?? 0;
        return this.#isWord(word, text.slice(0, at), text.slice(at + token.length))
          ? word
          : this.of("name", word);
      }
      return /^[\s!-~]$/.test(token) ? token : "?";
    });
  }

  /** True for a word of the language; one that stands beside a point is a name, whatever it says. */
  #isWord(word: string, before: string, after: string): boolean {
    if (!isCommonWord(word) || this.#aliases.has(word)) return false;
    if (/\.\s*$/.test(before.slice(-4))) return /\bpg_catalog\.\s*$/i.test(before.slice(-16));
    return !/^\s?\.(?!\.)/.test(after) || /^(?:pg_catalog|excluded|old|new)$/i.test(word);
  }

  /** A plan: its costs and rows are no literals. */
  plan(line: string): string {
    const figures = /\((?:cost=[\d.]+|actual )[^()]*\)/.exec(line);
    if (figures === null) return this.sql(line);
    return (
      this.sql(line.slice(0, figures.index)) +
      figures[0] +
      this.sql(line.slice(figures.index + figures[0].length))
    );
  }

  /**
   * A sentence of ours, into which names were put: those that are known, what is quoted, what has a point or an underscore in
   * it, paths. Numbers are figures there, and stay.
   */
  text(content: string): string {
    this.#finder ??= new RegExp(
      [
        String.raw`(?<flag>--(?:direct-)?url(?: |=)\S+)`,
        String.raw`(?<kept>veza-db|redis\.url|pg_stat_statements\.\w+|\d{8}T\d{6}Z(?:\.json|-[0-9a-f]+)?)`,
        ...(this.#odd.length === 0
          ? []
          : [
              `(?<odd>${this.#odd
                .toSorted((a, b) => b.length - a.length)
                .map(escapePattern)
                .join("|")})`,
            ]),
        String.raw`(?<path>[^\s"',;()]*/[^\s"',;()]*)`,
        String.raw`"(?<quoted>(?:[^"]|"")+)"`,
        String.raw`(?<=\brole )(?<role>[^\s:]+)`,
        String.raw`(?<word>[\p{L}_][\p{L}\p{N}_$]*(?:\.[\p{L}_][\p{L}\p{N}_$]*)*)`,
      ].join("|"),
      "gu",
    );
    return content.replace(this.#finder, (token, ...rest: readonly unknown[]) => {
      const { flag, kept, odd, path, quoted, role, word } = groupsOf(rest);
      if (flag !== undefined) return "--url <dsn>";
      if (kept !== undefined) return kept;
      if (odd !== undefined) return this.of("name", odd);
      if (path !== undefined) return path === "/" ? path : "<path>";
      if (quoted !== undefined) return `"${this.of("name", quoted.replaceAll('""', '"'))}"`;
      if (role !== undefined) return this.of("user", role);
      return word === undefined ? token : this.#inSentence(word);
    });
  }

  #inSentence(word: string): string {
    const parts = word.split(".");
    if (parts.length === 1) {
      const isName = !isCommonWord(word) && (this.#aliases.has(word) || word.includes("_"));
      return isName ? this.of("name", word) : word;
    }
    const whole = this.#aliases.get(word);
    if (whole !== undefined) return whole;
    return parts
      .map((part, index) => this.of(index === 0 ? "schema" : index === 1 ? "table" : "column", part))
      .join(".");
  }

  /** The text with the alias of this one name wherever it stands for itself. */
  without(text: string, kind: Kind, name: string): string {
    const alias = this.of(kind, name);
    if (name === "" || alias === name) return text;
    const edge = (at: number): string =>
      /[\p{L}\p{N}_]/u.test(name.at(at) ?? "") ? "[\\p{L}\\p{N}_]" : "(?!)";
    const whole = new RegExp(`(?<!${edge(0)})${escapePattern(name)}(?!${edge(-1)})`, "gu");
    return text.replace(whole, () => alias);
  }

  /**
   * A message that others wrote, the server or the system, of which nobody can say which words are names: its beginning, which is
   * ours, up to where theirs is quoted.
   */
  foreign(message: string): string {
    const end = message.search(/: |:$|\. |\n|\(SQLSTATE/);
    if (end === -1) return this.text(message);
    return `${this.text(message.slice(0, end).trim())} (more is withheld)`;
  }

  /** What mends something: a command of ours, or a statement. */
  mend(content: string): string {
    const command = /^veza-db(?: [a-z][a-z-]*){0,2}(?= |$)/.exec(content)?.[0];
    if (command !== undefined) return command + this.text(content.slice(command.length));
    return content.startsWith("*/") ? content : this.sql(content);
  }
}

function groupsOf(rest: readonly unknown[]): Readonly<Record<string, string | undefined>> {
  const found = rest.at(-1);
  const groups: Record<string, string | undefined> = {};
  if (typeof found !== "object" || found === null) return groups;
  for (const [name, value] of Object.entries(found)) if (typeof value === "string") groups[name] = value;
  return groups;
}

const tokens =
  /(--[^\n]*|\/\*[\s\S]*?\*\/)|(e?'(?:[^'\\]|''|\\[\s\S])*(?:'|$))|(\$(\w*)\$[\s\S]*?\$\4\$)|("(?:[^"]|"")*(?:"|$))|(\$\d+)|(\d[\w.]*)|([\p{L}_][\p{L}\p{N}_$]*)|([\s\S])/giu;
