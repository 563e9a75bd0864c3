/** How a text given for a parameter is judged before the server is asked: by the declared type, range included. */

/** What a text must be to be a value of a type, and what is sent for it. */
export interface ValueType {
  /** e.g. `a whole number from -32768 to 32767` */
  readonly expects: string;
  /** What is sent to the server, or undefined when the text is no such value. */
  parse(text: string): string | boolean | undefined;
}

export interface Range {
  readonly min?: number | undefined;
  readonly max?: number | undefined;
}

/** The judge of a declared type. A type that is not known here is the server's to judge. */
export function valueTypeOf(type: string, range: Range = {}): ValueType {
  const element = /^(.*?)(?:\[\])+$/.exec(type)?.[1];
  if (element !== undefined) return arrayOf(valueTypeOf(element, range), element);
  const [, base = "", sizes] =
    /^([^(]*?) *(?:\(([\d, ]+)\))?( with(?:out)? time zone)?$/.exec(type.toLowerCase()) ?? [];
  const zone = / with(out)? time zone$/.exec(type.toLowerCase())?.[0] ?? "";
  const make = makers.get(base.replace(/ with(out)? time zone$/, "") + zone) ?? makers.get(base);
  return make?.(range, sizes?.split(",").map(Number) ?? []) ?? anything(type);
}

type Maker = (range: Range, sizes: readonly number[]) => ValueType;

function anything(type: string): ValueType {
  return { expects: `a value of the type ${type}`, parse: (text) => text };
}

function whole(least: bigint, most: bigint): Maker {
  return ({ min, max }) => {
    const from = min === undefined ? least : BigInt(Math.ceil(min));
    const to = max === undefined ? most : BigInt(Math.floor(max));
    return {
      expects: `a whole number from ${from} to ${to}`,
      parse: (text) => {
        if (!/^\s*[+-]?\d{1,40}\s*$/.test(text)) return undefined;
        const value = BigInt(text.trim().replace(/^\+/, ""));
        return value >= from && value <= to && value >= least && value <= most ? String(value) : undefined;
      },
    };
  };
}

const decimalShape = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;
const special = /^(?:nan|[+-]?inf(?:inity)?)$/i;

const decimal: Maker = (range, [precision, scale = 0]) => ({
  expects: [
    "a number",
    describeRange(range),
    precision === undefined ? "" : ` with ${precision - scale} digits before the point`,
  ].join(""),
  parse: (text) => {
    const given = text.trim();
    if (special.test(given)) return isUnbounded(range) ? given : undefined;
    if (!decimalShape.test(given) || !isWithin(Number(given), range)) return undefined;
    return precision !== undefined && Math.abs(Number(given)) >= 10 ** (precision - scale)
      ? undefined
      : given;
  },
});

function floating(most: number): Maker {
  return (range) => ({
    expects: `a number${describeRange(range)}`,
    parse: (text) => {
      const given = text.trim();
      if (special.test(given)) return isUnbounded(range) ? given : undefined;
      const isFine =
        decimalShape.test(given) && Math.abs(Number(given)) <= most && isWithin(Number(given), range);
      return isFine ? given : undefined;
    },
  });
}

const text: Maker = (_range, [most]) => ({
  expects: most === undefined ? "a text without NUL" : `a text of at most ${most} characters`,
  parse: (given) =>
    given.includes("\0") || (most !== undefined && [...given].length > most) ? undefined : given,
});

const boolean: Maker = () => ({
  expects: "true or false",
  parse: (given) => {
    const word = given.trim().toLowerCase();
    if (["true", "t", "yes", "y", "on", "1"].includes(word)) return true;
    return ["false", "f", "no", "n", "off", "0"].includes(word) ? false : undefined;
  },
});

const uuid: Maker = () => ({
  expects: "a UUID",
  parse: (given) =>
    /^\s*\{?[0-9a-f]{8}(?:-?[0-9a-f]{4}){3}-?[0-9a-f]{12}\}?\s*$/i.test(given) ? given.trim() : undefined,
});

const json: Maker = () => ({
  expects: "a JSON text",
  parse: (given) => {
    try {
      JSON.parse(given);
      return given;
    } catch {
      return undefined;
    }
  },
});

const day = /^(\d{4,6})-(\d{2})-(\d{2})/;
const clock = /^(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,6})?)?|^24:00(?::00(?:\.0{1,6})?)?/;
const offset = /^ ?(?:Z|UTC|[+-](?:0\d|1[0-5])(?::?[0-5]\d)?)$/i;
const words = /^(?:-?infinity|epoch|now|today|tomorrow|yesterday)$/i;

/** A time as ISO 8601 writes it, and PostgreSQL's words for some. */
function time(hasDay: boolean, hasClock: boolean, hasZone: boolean): Maker {
  const example = [
    hasDay ? "2024-05-31" : "",
    hasDay && hasClock ? "T" : "",
    hasClock ? "18:30:00" : "",
  ].join("");
  return () => ({
    expects: `a ${hasDay ? (hasClock ? "time" : "date") : "time of day"} such as ${example}${hasZone ? "+02:00 (UTC where no zone is given)" : ""}`,
    parse: (text) => {
      let rest = text.trim();
      if (hasDay && words.test(rest)) return rest;
      if (hasDay) {
        const found = day.exec(rest);
        if (found === null || !isDay(Number(found[1]), Number(found[2]), Number(found[3]))) return undefined;
        rest = rest.slice(found[0].length);
        if (rest === "") return text.trim();
        if (!hasClock || !/^[T ]/i.test(rest)) return undefined;
        rest = rest.slice(1);
      }
      const found = clock.exec(rest);
      if (found === null) return undefined;
      rest = rest.slice(found[0].length);
      // A zone that the type has no room for would be dropped without a word.
      return rest === "" || (hasZone && offset.test(rest)) ? text.trim() : undefined;
    },
  });
}

function isDay(year: number, month: number, date: number): boolean {
  const found = new Date(Date.UTC(2000, month - 1, date));
  found.setUTCFullYear(year, month - 1, date);
  return year > 0 && year <= 294_276 && found.getUTCMonth() === month - 1 && found.getUTCDate() === date;
}

/** `{…}` as PostgreSQL writes an array, judged by the server; or the elements with commas between them. */
function arrayOf(element: ValueType, type: string): ValueType {
  return {
    expects: `a list of ${type} with commas between them, or an array as PostgreSQL writes it: {a,b}`,
    parse: (given) => {
      if (given.trim().startsWith("{")) return given;
      const items = given.trim() === "" ? [] : given.split(",").map((item) => element.parse(item.trim()));
      if (items.includes(undefined)) return undefined;
      return `{${items.map((item) => `"${String(item).replaceAll(/["\\]/g, "\\$&")}"`).join(",")}}`;
    },
  };
}

const smallint = whole(-(2n ** 15n), 2n ** 15n - 1n);
const integer = whole(-(2n ** 31n), 2n ** 31n - 1n);
const bigint = whole(-(2n ** 63n), 2n ** 63n - 1n);
const real = floating(3.4028234663852886e38);
const double = floating(Number.MAX_VALUE);
const timestamp = time(true, true, false);
const timestamptz = time(true, true, true);

const makers: ReadonlyMap<string, Maker> = new Map([
  ...named(smallint, "smallint", "int2"),
  ...named(integer, "integer", "int", "int4"),
  ...named(bigint, "bigint", "int8"),
  ...named(decimal, "numeric", "decimal"),
  ...named(real, "real", "float4"),
  ...named(double, "double precision", "float8"),
  ...named(text, "text", "character varying", "varchar", "citext", "name"),
  ...named(boolean, "boolean", "bool"),
  ...named(uuid, "uuid"),
  ...named(json, "json", "jsonb"),
  ...named(time(true, false, false), "date"),
  ...named(timestamp, "timestamp", "timestamp without time zone"),
  ...named(timestamptz, "timestamptz", "timestamp with time zone"),
  ...named(time(false, true, false), "time", "time without time zone"),
]);

function named(maker: Maker, ...names: readonly string[]): [string, Maker][] {
  return names.map((name) => [name, maker]);
}

function isUnbounded({ min, max }: Range): boolean {
  return min === undefined && max === undefined;
}

function isWithin(value: number, { min, max }: Range): boolean {
  return (min === undefined || value >= min) && (max === undefined || value <= max);
}

function describeRange({ min, max }: Range): string {
  if (min !== undefined && max !== undefined) return ` from ${min} to ${max}`;
  if (min !== undefined) return `, ${min} or more`;
  return max === undefined ? "" : `, at most ${max}`;
}
