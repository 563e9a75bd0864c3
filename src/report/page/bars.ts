import type { Bars, Folded, Spans } from "../sections/model.ts";
import { formatTime } from "../sections/format.ts";
import { formatBytes } from "../../ui/units.ts";
import { markup, nothing, raw } from "./html.ts";
import type { Html } from "./html.ts";

/** Bars as a list: the words are text, the bar beside them is drawn. */
export function renderBars({ title, items, parts, full, shape, isBare = false }: Bars): Html {
  if (items.length === 0) return nothing;
  const sums = items.map(({ values }) =>
    shape === "pair" ? Math.max(...values) : values.reduce((sum, value) => sum + value, 0),
  );
  const most = full === undefined || full <= 0 ? Math.max(...sums) : full;
  const isDetailed = items.some(({ folded }) => folded !== undefined);
  const colours = shape === "pair" ? [5, 0] : parts.map((_, index) => index % 6);
  const keys = parts.map(
    (name, index) => markup`<span><i class="k s${colours[index] ?? 0}"></i>${name}</span>`,
  );
  const legend =
    parts.length < 2 || isBare ? nothing : markup`<p class="legend" aria-hidden="true">${keys}</p>`;
  const rows = items.map(({ label, values, note, queryid, tone, folded, id }) => {
    const shown = values.map((value, index) => `${parts[index] ?? ""} ${partShown(value, sums)}`).join(", ");
    const spoken = values.length < 2 ? nothing : markup`<span class="sr">: ${shown}</span>`;
    const below = folded === undefined ? nothing : renderFolded(folded);
    return markup`<li${idMark(id)}${queryMark(queryid)}><div class="l" title="${label}">${breakable(label)}${spoken}</div>${shape === "pair" ? pairOf(values, most) : barOf(values, most, tone)}<div class="n">${withTimes(note)}</div>${below}</li>
`;
  });
  return markup`<figure class="bars${isDetailed ? " detailed" : ""}${isBare ? " bare" : ""}"><figcaption${isBare ? raw(' class="sr"') : nothing}>${title}</figcaption>${legend}<ul>${rows}</ul></figure>`;
}

function renderFolded({ title, facts, blocks }: Folded): Html {
  const parts = blocks.map(
    ({ name, code }) => markup`<h3>${name}</h3><pre tabindex="0"><code>${code}</code></pre>`,
  );
  return markup`<details class="query"><summary><code>${title}</code></summary><p class="muted">${facts}</p>${parts}</details>`;
}

/** Small numbers are counts, large ones sizes: a screen reader gets what the eye gets from the bar. */
function partShown(value: number, sums: readonly number[]): string {
  return Math.max(...sums) > 100_000 ? formatBytes(value) : String(value);
}

function barOf(values: readonly number[], most: number, tone: string | undefined): Html {
  let x = 0;
  const rects = values.map((value, index) => {
    const width = most > 0 ? (Math.max(0, value) / most) * 100 : 0;
    // What is there at all is seen.
    const shown = Math.max(width, value > 0 ? 0.3 : 0);
    const rect = markup`<rect class="${tone ?? `s${index % 6}`}" x="${round(x)}" y="0" width="${round(shown)}" height="10"/>`;
    x += width;
    return rect;
  });
  return markup`<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">${rects}</svg>`;
}

/** Two bars, one above the other. */
function pairOf(values: readonly number[], most: number): Html {
  const rects = values.map((value, index) => {
    const width = most > 0 ? (Math.max(0, value) / most) * 100 : 0;
    return markup`<rect class="${index === 0 ? "s5" : "s0"}" x="0" y="${index * 5.4}" width="${round(Math.max(width, value > 0 ? 0.3 : 0))}" height="4.6"/>`;
  });
  return markup`<svg class="bar pair" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">${rects}</svg>`;
}

/** Spans of time on one axis for all rows, with the present moment in it. */
export function renderSpans({ title, rows, now }: Spans): Html {
  const times = rows.flatMap(({ spans }) =>
    spans.flatMap(({ from, to }) => [Date.parse(from), Date.parse(to)]),
  );
  if (times.length === 0) return nothing;
  const present = Date.parse(now);
  const [least, most] = [Math.min(...times, present), Math.max(...times, present)];
  const place = (at: number): number => (most === least ? 0 : ((at - least) / (most - least)) * 1000);
  const largest = Math.max(1, ...rows.flatMap(({ spans }) => spans.map(({ bytes }) => bytes)));
  const drawn = rows.map(({ label, note, tone, spans }) => {
    const rects = spans.map(({ name, from, to, bytes }) => {
      const [start, end] = [place(Date.parse(from)), place(Date.parse(to))];
      // What is still to come is only outlined.
      const step =
        Date.parse(from) > present ? "ahead" : `f${Math.min(4, Math.floor((bytes / largest) * 4.99))}`;
      return markup`<rect class="${step}" x="${round(start + 1)}" y="2" width="${round(Math.max(1, end - start - 2))}" height="16"><title>${name}: ${formatBytes(bytes)}</title></rect>`;
    });
    const at = round(place(present));
    return markup`<li><div class="l">${label}</div><svg class="spans" viewBox="0 0 1000 20" preserveAspectRatio="none" role="img" aria-label="${`${label}: ${spans.length} partitions, ${note}`}">${rects}<line class="now" x1="${at}" x2="${at}" y1="0" y2="20"/></svg><div class="n${tone === undefined ? "" : ` ${tone}`}">${note}</div></li>
`;
  });
  const keys = markup`<p class="legend" aria-hidden="true"><span><i class="k f4"></i>the fuller, the stronger</span><span><i class="k ahead"></i>made ahead</span><span><i class="k nowmark"></i>now</span></p>`;
  const days = Array.from({ length: 4 }, (_, index) => dayOf(least + ((most - least) * index) / 3));
  return markup`<figure class="bars spanning"><figcaption>${title}</figcaption>${keys}<ul>${drawn}</ul><p class="axis">${days}</p></figure>`;
}

/** A time that the page turns into the reader's zone. */
export function timeOf(iso: string): Html {
  const time = new Date(iso);
  if (Number.isNaN(time.getTime())) return markup`${iso}`;
  return markup`<time datetime="${time.toISOString()}">${formatTime(iso)}</time>`;
}

/** A text whose times are turned too: those that `formatTime` writes, and those in ISO 8601 with their zone. */
export function withTimes(content: string): Html {
  const pieces = content.split(
    /(\d{4}-\d\d-\d\d \d\d:\d\d UTC|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d))/,
  );
  return markup`${pieces.map((piece, index) => (index % 2 === 1 ? timeOf(piece.replace(" UTC", "Z").replace(" ", "T")) : markup`${piece}`))}`;
}

/** A label, which a narrow column breaks behind the points and underscores of a name rather than in a word. */
function breakable(label: string): Html {
  if (/\d UTC/.test(label)) return withTimes(label);
  const [first = "", ...pieces] = label.split(/(?<=[._-])(?=\w)/);
  return markup`${first}${pieces.map((piece) => markup`<wbr>${piece}`)}`;
}

/** A day that the page writes as its reader does. */
function dayOf(time: number): Html {
  const iso = new Date(time).toISOString();
  return markup`<time datetime="${iso}" data-day="1">${iso.slice(0, 10)}</time>`;
}

export function queryMark(queryid: string | null | undefined): Html {
  return queryid == null ? nothing : markup` data-q="${queryid}"`;
}

function idMark(id: string | undefined): Html {
  return id === undefined ? nothing : markup` id="${id}" tabindex="-1"`;
}

export function round(value: number): number {
  return Math.round(value * 100) / 100;
}
