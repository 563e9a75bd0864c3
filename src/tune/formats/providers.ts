/** Commands for servers whose owner may not use ALTER SYSTEM. Values are in PostgreSQL's own units, as they take them. */
import { shellWord } from "../../kernel/shell-word.ts";
import type { Change } from "../model.ts";

/** How many parameters one call of RDS takes. */
const rdsBatch = 20;

/** Parameters of the kind boolean take 0 and 1 there, and refuse on and off. */
export function renderRds(changes: readonly Change[], major: number): string {
  const batches: string[] = [];
  for (let at = 0; at < changes.length; at += rdsBatch) {
    const parameters = changes
      .slice(at, at + rdsBatch)
      .map(
        ({ name, recommended, vartype, restart }) =>
          `  ${shellWord(`ParameterName=${name},ParameterValue=${vartype === "bool" ? (recommended === "on" ? 1 : 0) : recommended},ApplyMethod=${restart ? "pending-reboot" : "immediate"}`)}`,
      );
    batches.push(
      `aws rds modify-db-parameter-group --db-parameter-group-name "$PARAMETER_GROUP" --parameters \\\n${parameters.join(" \\\n")}\n`,
    );
  }
  return script(
    [
      `PARAMETER_GROUP: the instance's own parameter group, of the family postgres${major}; the default one cannot be changed.`,
    ],
    "PARAMETER_GROUP",
    changes,
    batches.join(""),
  );
}

/** Between flags, in place of a comma, which values may have in them (`gcloud topic escaping`). */
const between = "~~";

/** `--database-flags` replaces every flag there is, so that those which stay are read first and given again. */
export function renderCloudSql(changes: readonly Change[]): string {
  const names = JSON.stringify(changes.map(({ name }) => name));
  const flags = changes.map(({ name, recommended }) => `${name}=${recommended}`).join(between);
  return script(
    [
      "INSTANCE: the instance's name. Flags that are set already stay. Flags that need a restart restart the instance at once.",
    ],
    "INSTANCE",
    changes,
    // Two commands: of a pipe the shell sees the last one's failure alone, and would go on with no flags to keep.
    `described=$(gcloud sql instances describe "$INSTANCE" --format=json)
kept=$(printf '%s' "$described" | jq -r ${shellWord(`${names} as $ours | [.settings.databaseFlags[]? | select(.name as $name | $ours | index($name) | not) | "\\(.name)=\\(.value)"] | join("${between}")`)})
gcloud sql instances patch "$INSTANCE" --database-flags="^${between}^\${kept:+$kept${between}}${flags}"
`,
  );
}

export function renderAzure(changes: readonly Change[]): string {
  const calls = changes.map(
    ({ name, recommended }) =>
      `az postgres flexible-server parameter set --resource-group "$RESOURCE_GROUP" --server-name "$SERVER" --name ${name} --value ${shellWord(recommended)}\n`,
  );
  const restart = changes.some((change) => change.restart)
    ? `# Some of them wait for a restart:\n# az postgres flexible-server restart --resource-group "$RESOURCE_GROUP" --name "$SERVER"\n`
    : "";
  return script(
    ["RESOURCE_GROUP, SERVER: where the server is."],
    "RESOURCE_GROUP SERVER",
    changes,
    calls.join("") + restart,
  );
}

function script(
  comments: readonly string[],
  variables: string,
  changes: readonly Change[],
  body: string,
): string {
  if (changes.length === 0) return "#!/bin/sh\n# Nothing should change.\n";
  const needed = variables.split(" ").map((name) => `: "\${${name}:?}"\n`);
  return `#!/bin/sh\nset -eu\n${comments.map((line) => `# ${line}\n`).join("")}${needed.join("")}${body}`;
}
