/** A value of a result as JSON, from the server's own text: nothing is lost on the way. */

export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

const oids = {
  bool: 16,
  int8: 20,
  int2: 21,
  int4: 23,
  oid: 26,
  json: 114,
  float4: 700,
  float8: 701,
  timestamp: 1114,
  timestamptz: 1184,
  numeric: 1700,
  jsonb: 3802,
} as const;

/** Arrays of the types above and of texts, by their oids: the oid of the element, or 0 for a text. */
const elementOids: ReadonlyMap<number, number> = new Map([
  [1000, oids.bool],
  [1005, oids.int2],
  [1007, oids.int4],
  [1016, oids.int8],
  [1021, oids.float4],
  [1022, oids.float8],
  [1028, oids.oid],
  [1115, oids.timestamp],
  [1185, oids.timestamptz],
  [1231, oids.numeric],
  [199, oids.json],
  [3807, oids.jsonb],
  [1009, 0], // text
  [1015, 0], // character varying
  [1014, 0], // character
  [1003, 0], // name
  [1182, 0], // date
  [1183, 0], // time
  [2951, 0], // uuid
]);

/** True for a type whose values are numbers, to stand right in a table. */
export function isNumeric(typeOid: number): boolean {
  const numeric: readonly number[] = [
    oids.int2,
    oids.int4,
    oids.int8,
    oids.oid,
    oids.float4,
    oids.float8,
    oids.numeric,
  ];
  return numeric.includes(typeOid);
}

/** What becomes of a type's values in JSON. */
export function jsonKindOf(typeOid: number): "boolean" | "integer" | "exact" | "float" | "json" | "text" {
  switch (typeOid) {
    case oids.bool:
      return "boolean";
    case oids.int2:
    case oids.int4:
    case oids.oid:
      return "integer";
    case oids.int8:
    case oids.numeric:
      return "exact";
    case oids.float4:
    case oids.float8:
      return "float";
    case oids.json:
    case oids.jsonb:
      return "json";
    default:
      return "text";
  }
}

/** The type of the elements of an array that becomes one in JSON; 0 for a text. */
export function elementOidOf(typeOid: number): number | undefined {
  return elementOids.get(typeOid);
}

export function jsonValue(text: string | null, typeOid: number): JsonValue {
  if (text === null) return null;
  switch (jsonKindOf(typeOid)) {
    case "boolean":
      return text === "t";
    case "integer":
      return Number(text);
    case "exact":
      return isExact(text) ? Number(text) : text;
    case "float":
      return Number.isFinite(Number(text)) ? Number(text) : text;
    case "json":
      return parseJson(text);
    case "text": {
      if (typeOid === oids.timestamp || typeOid === oids.timestamptz) return isoTime(text);
      const element = elementOidOf(typeOid);
      return element === undefined ? text : parseArray(text, element);
    }
  }
}

/** What a person or a spreadsheet gets: the server's text, with times as ISO 8601 writes them. */
export function plainText(text: string | null, typeOid: number): string | null {
  if (text === null) return null;
  if (typeOid === oids.timestamp || typeOid === oids.timestamptz) return isoTime(text);
  if (typeOid === oids.bool) return text === "t" ? "true" : "false";
  return text;
}

/** True for a decimal that a double holds exactly: a whole number of at most 53 bits, times a power of two. */
export function isExact(text: string): boolean {
  const [, whole = "", part = ""] = /^-?(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  if (whole === "" || whole.length + part.length > 400) return false;
  const digits = part.replace(/0+$/, "");
  let scaled = BigInt(whole + digits);
  const fives = 5n ** BigInt(digits.length);
  if (scaled % fives !== 0n) return false; // the fraction has no end in binary
  scaled /= fives;
  if (scaled === 0n) return true;
  while (scaled % 2n === 0n) scaled /= 2n;
  return scaled < 2n ** 53n && Number.isFinite(Number(text));
}

/** `2024-05-31 18:30:00.5+00` becomes `2024-05-31T18:30:00.5Z`; infinity and years before Christ stay as they are. */
function isoTime(text: string): string {
  const match = /^(\d{4,})-(\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?)(\+00|[+-]\d\d(?::\d\d)*)?$/.exec(text);
  if (match === null) return text;
  const [, year = "", day, clock, zone = ""] = match;
  return `${year.length > 4 ? `+${year.padStart(6, "0")}` : year}-${day}T${clock}${zone === "+00" ? "Z" : zone}`;
}

function parseJson(text: string): JsonValue {
  const parsed: JsonValue = JSON.parse(text);
  return parsed;
}

/** `{1,NULL,"a \"b\"",{2,3}}`, as PostgreSQL writes an array. */
function parseArray(text: string, elementOid: number): JsonValue {
  let at = text.indexOf("{"); // bounds may stand ahead of it
  const read = (): JsonValue => {
    if (text[at] === "{") return readList();
    if (text[at] === '"') return jsonValue(readQuoted(), elementOid);
    const end = text.slice(at).search(/[,}]/) + at;
    const raw = text.slice(at, end);
    at = end;
    return raw === "NULL" ? null : jsonValue(raw, elementOid);
  };
  const readList = (): JsonValue[] => {
    const items: JsonValue[] = [];
    at++;
    while (at < text.length && text[at] !== "}") {
      items.push(read());
      if (text[at] === ",") at++;
    }
    at++;
    return items;
  };
  const readQuoted = (): string => {
    let content = "";
    for (at++; text[at] !== '"'; at++) {
      if (text[at] === "\\") at++;
      content += text[at] ?? "";
    }
    at++;
    return content;
  };
  return readList();
}
