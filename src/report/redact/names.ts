import { isCommonWord } from "./words.ts";

export type Kind = "table" | "index" | "user" | "database" | "application" | "schema" | "column" | "name";

/** Gives each name an alias, the same one wherever it stands, and takes names and literals out of texts. */
export class Names {
  readonly #aliases = new Map<string, string>();
  readonly #counts = new Map<Kind, number>();

  /** `table_3`. What belongs to PostgreSQL itself keeps its name. */
  of(kind: Kind, name: string): string {
    if (name === "" || name === "public" || name === "postgres" || name.startsWith("pg_")) return name;
    const known = this.#aliases.get(name);
    if (known !== undefined) return known;
    const count = (this.#counts.get(kind) ?? 0) + 1;
    this.#counts.set(kind, count);
    const alias = `${kind}_${count}`;
    this.#aliases.set(name, alias);
    return alias;
  }

  /** `schema.table`, each part by itself; a table's name may hold a point. */
  qualified(name: string): string {
    const point = name.indexOf(".");
    return point === -1
      ? this.of("table", name)
      : `${this.of("schema", name.slice(0, point))}.${this.of("table", name.slice(point + 1))}`;
  }

  /** SQL, or a plan: literals become `?`, comments go, and whatever is no word of the language is a name. */
  sql(text: string): string {
    return text.replace(tokens, (token, ...groups: readonly unknown[]) => {
      const [comment, literal, dollar, , quoted, parameter, number, word] = groups;
      if (typeof comment === "string") return " ";
      if (typeof literal === "string" || typeof dollar === "string" || typeof number === "string") return "?";
      if (typeof quoted === "string")
        return this.of("name", quoted.replace(/^"|"$/g, "").replaceAll('""', '"'));
      if (typeof parameter === "string") return parameter;
      if (typeof word === "string")
        return isCommonWord(word) && !this.#aliases.has(word) ? word : this.of("name", word);
      return /^[\s!-~]$/.test(token) ? token : "?";
    });
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
   * it. Numbers are figures there, and stay.
   */
  text(content: string): string {
    return content
      .replace(/--(?:direct-)?url(?: |=)\S+/g, "--url <dsn>")
      .replace(/"([^"]+)"/g, (_, name: string) => `"${this.of("name", name)}"`)
      .replace(/[\p{L}_][\p{L}\p{N}_$]*(?:\.[\p{L}_][\p{L}\p{N}_$]*)*/gu, (word) => {
        const whole = this.#aliases.get(word);
        if (whole !== undefined) return whole;
        const parts = word.split(".");
        return parts
          .map((part) => {
            const isName =
              this.#aliases.has(part) ||
              (/_/.test(part) && !isCommonWord(part)) ||
              (parts.length > 1 && !isCommonWord(part));
            return isName ? this.of("name", part) : part;
          })
          .join(".");
      });
  }

  /** What mends something: a command of ours, or a statement. */
  mend(content: string): string {
    return content.startsWith("veza-db") || content.startsWith("*/") ? this.text(content) : this.sql(content);
  }
}

const tokens =
  /(--[^\n]*|\/\*[\s\S]*?\*\/)|(e?'(?:[^'\\]|''|\\[\s\S])*(?:'|$))|(\$(\w*)\$[\s\S]*?\$\4\$)|("(?:[^"]|"")*(?:"|$))|(\$\d+)|(\d[\w.]*)|([\p{L}_][\p{L}\p{N}_$]*)|([\s\S])/giu;
