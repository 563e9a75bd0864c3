import { join } from "node:path/posix";
import type { CiService, Found, InitPlan, ProjectFile, Templates } from "./model.ts";

/** What git must not see: the embedded server with other state, and the file that may hold passwords. */
const ignoredByGit = [".veza/", ".env"];

export const ciPaths: Readonly<Record<Exclude<CiService, "none">, string>> = {
  github: ".github/workflows/veza-db.yml",
  gitlab: ".gitlab-ci.yml",
};

/** Every path, besides the migrations, that a new project has. */
export function projectPaths(ci: CiService): string[] {
  return [...staticPaths, ...(ci === "none" ? [] : [ciPaths[ci]])];
}

const staticPaths = [
  "veza-db.config.json",
  ".env.example",
  "seeds/README.md",
  "queries/README.md",
  "partitions/README.md",
] as const;

/** Lays out the project around what is there; `firstId` is the id that a first migration takes. */
export function planProject(found: Found, templates: Templates, ci: CiService, firstId: string): InitPlan {
  const wanted: ProjectFile[] = [
    { path: "veza-db.config.json", content: templates.settings },
    { path: ".env.example", content: templates.environment },
    ...firstMigration(found, templates, firstId),
    { path: "seeds/README.md", content: templates.seeds },
    { path: "queries/README.md", content: templates.queries },
    { path: "partitions/README.md", content: templates.partitions },
    ...(ci === "none" ? [] : [{ path: ciPaths[ci], content: templates.ci }]),
  ];
  const isThere = ({ path }: ProjectFile): boolean => found.existing.has(path);
  const lines = missingLines(found.gitignore ?? "");
  const gitignore = { path: ".gitignore", content: lines.map((line) => `${line}\n`).join("") };
  const isNew = found.gitignore === undefined;
  return {
    create: [...wanted.filter((file) => !isThere(file)), ...(isNew ? [gitignore] : [])],
    append:
      isNew || lines.length === 0
        ? []
        : [{ ...gitignore, content: `${gap(found.gitignore)}${gitignore.content}` }],
    keep: [
      ...wanted.filter(isThere).map(({ path }) => path),
      ...(found.hasMigrations ? [`${found.migrationsDir}/`] : []),
      ...(lines.length === 0 ? [".gitignore"] : []),
    ],
  };
}

/** A migration with the file that takes it back, unless there are migrations already. */
function firstMigration(
  { hasMigrations, migrationsDir }: Found,
  templates: Templates,
  id: string,
): ProjectFile[] {
  if (hasMigrations) return [];
  const stem = join(migrationsDir, `${id}-create-notes`);
  return [
    { path: `${stem}.sql`, content: templates.migration },
    { path: `${stem}.down.sql`, content: templates.migrationDown },
  ];
}

function missingLines(gitignore: string): string[] {
  const present = gitignore.split(/\r?\n/).map((line) => line.trim().replace(/^\//, ""));
  return ignoredByGit.filter((line) => !present.includes(line) && !present.includes(line.replace(/\/$/, "")));
}

/** What stands between the text that is there and the lines that are added. */
function gap(content: string): string {
  if (content === "") return "";
  return content.endsWith("\n") ? "\n" : "\n\n";
}
