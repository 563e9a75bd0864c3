import type { Column, Kind } from "../column.ts";
import type { Scalar } from "../model.ts";
import type { Makers } from "../place.ts";
import { raise } from "../skew.ts";
import { valueText } from "../value-text.ts";

/** Values that need nothing but their own row. */
export const plainMakers: Makers<
  | "sequence"
  | "value"
  | "each"
  | "pick"
  | "integer"
  | "decimal"
  | "boolean"
  | "hex"
  | "uuid"
  | "ip"
  | "template"
  | "json"
> = {
  sequence: (_options, { table: { base } }) => ({ kind: "number", at: (row) => base + row + 1 }),

  value: (value) => {
    if (value === null || ["string", "number", "boolean"].includes(typeof value)) {
      const scalar: Scalar =
        typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? value : null;
      return { kind: kindOf([scalar]), at: () => scalar };
    }
    const text = JSON.stringify(value);
    return { kind: "json", at: () => text };
  },

  each: (list) => ({ kind: kindOf(list), at: (row) => list[row % list.length] ?? null }),

  pick: (options, { random, key, fail }) => {
    if (!("weights" in options)) {
      return {
        kind: kindOf(options),
        at: (row) => options[random.seek(key, row).below(options.length)] ?? null,
      };
    }
    const { from, weights } = options;
    if (from.length !== weights.length)
      throw fail(
        `there are ${from.length} values and ${weights.length} weights`,
        "as many weights as values",
      );
    const ends = weights.map((_, index) =>
      weights.slice(0, index + 1).reduce((sum, weight) => sum + weight, 0),
    );
    const total = ends.at(-1) ?? 0;
    if (total <= 0) throw fail("all weights are 0", "weights of which at least one is above 0");
    return {
      kind: kindOf(from),
      at: (row) => {
        const share = random.seek(key, row).unit() * total;
        return from[ends.findIndex((end) => share < end)] ?? null;
      },
    };
  },

  integer: ({ min, max, skew = 1 }, { random, key, fail }) => {
    if (min > max) throw fail(`min ${min} is above max ${max}`);
    return {
      kind: "number",
      at: (row) => min + Math.floor(raise(random.seek(key, row).unit(), skew) * (max - min + 1)),
    };
  },

  decimal: ({ min, max, digits }, { random, key, fail }) => {
    if (min > max) throw fail(`min ${min} is above max ${max}`);
    return {
      kind: "number",
      at: (row) => Number((min + random.seek(key, row).unit() * (max - min)).toFixed(digits)),
    };
  },

  boolean: (share, { random, key }) => ({
    kind: "boolean",
    at: (row) => random.seek(key, row).unit() < share,
  }),

  hex: (digits, { random, key }) => ({
    kind: "text",
    at: (row) => {
      random.seek(key, row);
      let text = "";
      while (text.length < digits) text += word(random.next());
      return text.slice(0, digits);
    },
  }),

  uuid: (_options, { random, key }) => ({
    kind: "text",
    at: (row) => {
      random.seek(key, row);
      const [a, b, c, d] = [random.next(), random.next(), random.next(), random.next()].map(word);
      const variant = "89ab"[random.below(4)];
      return `${a}-${b?.slice(0, 4)}-4${b?.slice(5)}-${variant}${c?.slice(1, 4)}-${c?.slice(4)}${d}`;
    },
  }),

  // Of ranges that belong to nobody: shared address space (RFC 6598) and documentation (RFC 3849).
  ip: (_options, { random, key }) => ({
    kind: "text",
    at: (row) => {
      random.seek(key, row);
      if (random.unit() < 0.8)
        return `100.${64 + random.below(64)}.${random.below(256)}.${1 + random.below(254)}`;
      return `2001:db8:${random.below(65_536).toString(16)}::${(1 + random.below(65_535)).toString(16)}`;
    },
  }),

  template: (template, { random, key, own }) => {
    const parts = template.split(/(\{[^{}]*\})/).map((part): ((row: number) => string) => {
      if (!part.startsWith("{")) return () => part;
      const digits = /^\{hex:(\d{1,3})\}$/.exec(part)?.[1];
      if (digits === undefined) {
        const column = own(part.slice(1, -1));
        return (row) => valueText(column.kind, column.at(row)) ?? "";
      }
      return () => {
        let text = "";
        while (text.length < Number(digits)) text += word(random.next());
        return text.slice(0, Number(digits));
      };
    });
    return {
      kind: "text",
      at: (row) => {
        random.seek(key, row);
        let text = "";
        for (const part of parts) text += part(row);
        return text;
      },
    };
  },

  json: (fields, { nested }) => {
    const columns = Object.entries(fields).map(([name, spec]) => ({
      start: `${JSON.stringify(name)}:`,
      column: nested(spec, name),
    }));
    return {
      kind: "json",
      at: (row) => {
        let text = "";
        for (const { start, column } of columns) {
          const value = jsonText(column, row);
          if (value !== undefined) text += `${text === "" ? "" : ","}${start}${value}`;
        }
        return `{${text}}`;
      },
    };
  },
};

/** A field without a value is left out. */
function jsonText({ kind, at }: Column, row: number): string | undefined {
  const value = at(row);
  if (value === null) return undefined;
  return kind === "text" || kind === "time" ? JSON.stringify(valueText(kind, value)) : String(value);
}

function kindOf(values: readonly Scalar[]): Kind {
  const types = new Set(values.filter((value) => value !== null).map((value) => typeof value));
  if (types.size !== 1) return "text";
  return types.has("number") ? "number" : types.has("boolean") ? "boolean" : "text";
}

const bytes = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** Eight hexadecimal digits. */
function word(number: number): string {
  const [a = "", b = ""] = [bytes[number >>> 24], bytes[(number >>> 16) & 255]];
  return a + b + (bytes[(number >>> 8) & 255] ?? "") + (bytes[number & 255] ?? "");
}
