/**
 * Prometheus' text format 0.0.4. A family is kept in columns: the labels of its series once, shared by every family that
 * is about the same things, and a value for each. Pure.
 */

export type MetricType = "counter" | "gauge" | "untyped" | "summary";

/** The labels of one series, and how they are written: `{datname="app"}`, or nothing where there are none. */
export interface Labels {
  readonly pairs: Readonly<Record<string, string>>;
  readonly text: string;
}

/** A number, or one as the server writes it: 64 bits do not fit a double. */
export type Value = number | string;

export interface Family {
  readonly name: string;
  readonly type: MetricType;
  readonly help: string;
  readonly labels: readonly Labels[];
  /** One for each of `labels`. */
  readonly values: readonly Value[];
}

export const contentType = "text/plain; version=0.0.4; charset=utf-8";

export const noLabels: Labels = { pairs: {}, text: "" };

export function labelsOf(pairs: Readonly<Record<string, string>>): Labels {
  const entries = Object.entries(pairs);
  if (entries.length === 0) return noLabels;
  return { pairs, text: `{${entries.map(([name, value]) => `${name}="${escapeLabel(value)}"`).join(",")}}` };
}

/** Labels of a summary's `_sum` or `_count`: such a series stands in the summary's family under a name of its own. */
export function suffixedLabels(suffix: "_sum" | "_count", pairs: Readonly<Record<string, string>>): Labels {
  return { pairs, text: `${suffix}${labelsOf(pairs).text}` };
}

/** A family of one series without labels. */
export function single(name: string, type: MetricType, help: string, value: Value): Family {
  return { name, type, help, labels: [noLabels], values: [value] };
}

/** Makes gauges that are about the same things, each with one value for each of `labels`. */
export function gaugesOf(
  labels: readonly Labels[],
): (name: string, help: string, values: readonly Value[]) => Family {
  return (name, help, values) => ({ name, type: "gauge", help, labels, values });
}

/** The text of a name that may be a metric's: what may not stand in one becomes `_`. */
export function metricName(text: string): string {
  const name = text.replaceAll(/[^a-zA-Z0-9_:]/g, "_");
  return /^[0-9]/.test(name) ? `_${name}` : name;
}

/**
 * Families of one name made one, and series that are there already left out: a page with the same series twice is
 * refused whole. Families without series are left out. The order is that of the first appearance.
 */
export function mergeFamilies(families: readonly Family[]): Family[] {
  const byName = new Map<string, Family[]>();
  for (const family of families) {
    if (family.labels.length === 0) continue;
    const same = byName.get(family.name);
    if (same === undefined) byName.set(family.name, [family]);
    else same.push(family);
  }
  const unique = new Map<readonly Labels[], boolean>();
  return [...byName.values()].flatMap((same) => {
    const [first] = same;
    if (first === undefined) return [];
    if (same.length === 1 && isUnique(first.labels, unique)) return [first];
    return [withoutTwins(first, same)];
  });
}

/** Many families share one list of labels: it is looked through once. */
function isUnique(labels: readonly Labels[], known: Map<readonly Labels[], boolean>): boolean {
  const before = known.get(labels);
  if (before !== undefined) return before;
  const found = new Set(labels.map(({ text }) => text)).size === labels.length;
  known.set(labels, found);
  return found;
}

function withoutTwins(first: Family, same: readonly Family[]): Family {
  const labels: Labels[] = [];
  const values: Value[] = [];
  const seen = new Set<string>();
  for (const family of same) {
    family.labels.forEach((one, index) => {
      if (seen.has(one.text)) return;
      seen.add(one.text);
      labels.push(one);
      values.push(family.values[index] ?? Number.NaN);
    });
  }
  return { ...first, labels, values };
}

/** The page. Each family's series stand together below its HELP and TYPE. */
export function renderExposition(families: readonly Family[]): string {
  return mergeFamilies(families).map(renderFamily).join("");
}

/** The same as it goes over the wire. A text of megabytes that is put together whole costs twice as much as its parts. */
export function renderExpositionBytes(families: readonly Family[]): Buffer {
  return Buffer.concat(mergeFamilies(families).map((family) => Buffer.from(renderFamily(family))));
}

function renderFamily({ name, type, help, labels, values }: Family): string {
  let text = `# HELP ${name} ${escapeHelp(help)}\n# TYPE ${name} ${type}\n`;
  for (let index = 0; index < labels.length; index++) {
    text += `${name}${labels[index]?.text ?? ""} ${valueText(values[index] ?? Number.NaN)}\n`;
  }
  return text;
}

function valueText(value: Value): string {
  if (value === Number.POSITIVE_INFINITY || value === "Infinity") return "+Inf";
  if (value === Number.NEGATIVE_INFINITY || value === "-Infinity") return "-Inf";
  return typeof value === "string" ? value : String(value);
}

function escapeLabel(text: string): string {
  if (!/[\\"\n]/.test(text)) return text;
  return text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}

function escapeHelp(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
}
