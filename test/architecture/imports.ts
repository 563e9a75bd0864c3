/** What a TypeScript source imports and exports, read from its text. */

export interface Import {
  /** As written: `../kernel/error.ts`, `node:fs`, `chalk`. */
  readonly from: string;
  /** `type` is erased when compiled; `dynamic` loads when it runs. */
  readonly kind: "static" | "type" | "dynamic";
}

const clause = String.raw`(?:\w+\s*,\s*)?(?:\{[^}]*\}|\*(?:\s*as\s+\w+)?|\w+)`;
const staticImport = new RegExp(
  String.raw`^(?:import|export)\s+(type\s+)?(?:${clause}\s*from\s*)?["']([^"'\n]+)["']`,
  "gm",
);
const dynamicImport = /\bimport\(\s*["']([^"'\n]+)["']/g;

export function importsOf(text: string): Import[] {
  const source = withoutComments(text);
  return [
    ...[...source.matchAll(staticImport)].map(([, type, from = ""]): Import => ({
      from,
      kind: type === undefined ? "static" : "type",
    })),
    ...[...source.matchAll(dynamicImport)].map(([, from = ""]): Import => ({ from, kind: "dynamic" })),
  ];
}

export function hasDefaultExport(text: string): boolean {
  return /^export\s+(?:default\b|\{[^}]*\bas\s+default\b)/m.test(withoutComments(text));
}

/** True when a file says nothing of its own and only passes on what others say. */
export function isBarrel(text: string): boolean {
  const source = withoutComments(text);
  const exportsAll = /^export\s+(?:type\s+)?\*/m.test(source);
  const declares =
    /^(?:export\s+)?(?:declare\s+|abstract\s+|async\s+)*(?:const|let|function|class|interface|type\s+\w+\s*[=<])/m.test(
      source,
    );
  return exportsAll || (/^export\s+(?:type\s+)?\{/m.test(source) && !declares);
}

/** Comments at the start of a line, in this code base all that could hold an example of an import. */
function withoutComments(text: string): string {
  return text.replace(/^[ \t]*\/\*[\s\S]*?\*\//gm, "").replace(/^[ \t]*\/\/.*$/gm, "");
}
