/** A page of metrics as data, read as strictly as Prometheus reads it, and more. */
export interface ParsedSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface ParsedFamily {
  readonly name: string;
  readonly type: string;
  readonly samples: readonly ParsedSample[];
}

/** Throws on a line that is none, a family in two places, a series twice, a missing last newline. */
export function parsePage(page: string): ReadonlyMap<string, ParsedFamily> {
  if (!page.endsWith("\n")) throw new Error("no newline at the end");
  const families = new Map<string, { name: string; type: string; samples: ParsedSample[] }>();
  let current: { name: string; type: string; samples: ParsedSample[] } | undefined;
  const series = new Set<string>();
  for (const line of page.slice(0, -1).split("\n")) {
    const help = /^# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) (.*)$/.exec(line);
    const type = /^# TYPE (\S+) (counter|gauge|untyped|summary)$/.exec(line);
    if (help !== null) {
      const name = help[1] ?? "";
      if (families.has(name)) throw new Error(`${name} is in two places`);
      current = { name, type: "", samples: [] };
      families.set(name, current);
    } else if (type !== null) {
      if (current === undefined || current.name !== type[1]) throw new Error(`TYPE away from HELP: ${line}`);
      current.type = type[2] ?? "";
    } else {
      const [, name = "", labels = "", value = ""] =
        /^([a-zA-Z_:][a-zA-Z0-9_:]*)(\{.*\})? (\S+)$/.exec(line) ?? [];
      const family = current?.type === "summary" ? name.replace(/_(sum|count)$/, "") : name;
      if (name === "" || current === undefined || current.name !== family)
        throw new Error(`not a series of its family: ${line}`);
      if (series.has(name + labels)) throw new Error(`twice: ${name}${labels}`);
      series.add(name + labels);
      current.samples.push({ name, labels: parseLabels(labels, line), value: numberOf(value, line) });
    }
  }
  return families;
}

function parseLabels(text: string, line: string): Record<string, string> {
  if (text === "") return {};
  const labels: Record<string, string> = {};
  let rest = text.slice(1, -1);
  while (rest !== "") {
    const match = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)/.exec(rest);
    if (match === null) throw new Error(`labels cannot be read: ${line}`);
    const [whole, name = "", value = ""] = match;
    labels[name] = value.replaceAll(/\\(.)/g, (_, kind: string) => (kind === "n" ? "\n" : kind));
    rest = rest.slice(whole.length);
  }
  return labels;
}

function numberOf(text: string, line: string): number {
  if (text === "+Inf") return Number.POSITIVE_INFINITY;
  if (text === "-Inf") return Number.NEGATIVE_INFINITY;
  if (text !== "NaN" && !/^-?\d/.test(text)) throw new Error(`no number: ${line}`);
  return Number(text);
}

/** The value of the one series with these labels; undefined where there is none. */
export function valueOf(
  families: ReadonlyMap<string, ParsedFamily>,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number | undefined {
  const found = (families.get(name)?.samples ?? []).filter((sample) =>
    Object.entries(labels).every(([label, value]) => sample.labels[label] === value),
  );
  if (found.length > 1) throw new Error(`${found.length} series of ${name} have these labels`);
  return found[0]?.value;
}
