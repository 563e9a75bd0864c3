import { readFileSync } from "node:fs";
import { SourceMap } from "node:module";

/** A place in a stack: `(/…/dist/bundle/cli-help.cjs:12:34)`, or without the brackets where the function has no name. */
const place = /(?<=\(|at |at async )([^()\n]+\.cjs):(\d+):(\d+)/g;

/** The stack of an error in the bundle, with the places of the sources: `src/cli/help.ts:56:7`. */
export function withSourcePlaces(stack: string): string {
  const maps = new Map<string, SourceMap | undefined>();
  return stack.replaceAll(place, (found: string, file: string, line: string, column: string) => {
    if (!maps.has(file)) maps.set(file, readMap(file));
    const entry = maps.get(file)?.findEntry(Number(line) - 1, Number(column) - 1);
    if (entry === undefined || !("originalSource" in entry)) return found;
    const source = entry.originalSource.replace(/^(?:\.\.\/)+/, "");
    return `${source}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
  });
}

function readMap(file: string): SourceMap | undefined {
  try {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by our own build, or not there
    return new SourceMap(JSON.parse(readFileSync(`${file}.map`, "utf8")) as SourceMap["payload"]);
  } catch {
    return undefined;
  }
}
