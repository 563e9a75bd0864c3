import type { CompletionFlag, CompletionNode, Offer } from "./completion-model.ts";

/** The completion of fish, with the summaries of commands and flags beside their names. */
export function renderFish(nodes: readonly CompletionNode[]): string {
  const valued = new Set(
    nodes.flatMap(({ flags }) =>
      flags.filter(({ value }) => value !== undefined).flatMap(({ names }) => names),
    ),
  );
  const parents = nodes.filter(({ children }) => children.length > 0);
  return `# fish completion of veza-db. Put it as veza-db.fish into ~/.config/fish/completions, or load it with:
#   veza-db completion fish | source

# True where the words typed so far lead to this place of the tree.
function __veza_db_at
  set -l place
  set -l skip 0
  for word in (commandline -opc)[2..-1]
    if test $skip = 1
      set skip 0
    else if contains -- $word ${[...valued].join(" ")}
      set skip 1
    else if not string match -q -- '-*' $word
      contains -- $word (__veza_db_children "$place"); and set place (string trim "$place $word")
    end
  end
  test "$place" = "$argv[1]"
end

# The subcommands at a place of the tree.
function __veza_db_children
  switch "$argv[1]"
${parents.map(({ path, children }) => `    case ${quote(path.join(" "))}\n      printf '%s\\n' ${children.map(({ name }) => name).join(" ")}`).join("\n")}
  end
end

complete -c veza-db -f
${nodes.flatMap(renderNode).join("\n")}
`;
}

function renderNode({ path, children, flags, args }: CompletionNode): string[] {
  const at = `complete -c veza-db -n ${quote(`__veza_db_at ${quote(path.join(" "))}`)}`;
  return [
    ...children.map(({ name, summary }) => `${at} -a ${name} -d ${quote(summary)}`),
    ...(children.length > 0 || args.kind === "anything" ? [] : [`${at} ${renderOffer(args)}`]),
    ...flags.map((flag) => `${at} ${renderFlag(flag)}`),
  ];
}

function renderFlag({ names, summary, value }: CompletionFlag): string {
  const written = names.map((name) =>
    name.startsWith("--") ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`,
  );
  // -x: a value is needed, and no files are offered for it unless the offer says so.
  const offer = value === undefined ? [] : [value.kind === "anything" ? "-x" : `-r ${renderOffer(value)}`];
  return [...written, ...offer, `-d ${quote(summary)}`].join(" ");
}

function renderOffer(offer: Offer): string {
  switch (offer.kind) {
    case "words":
      return `-f -a ${quote(offer.words.join(" "))}`;
    case "files":
      return "-F";
    case "folders":
      return `-f -a ${quote("(__fish_complete_directories)")}`;
    case "anything":
      return "-f";
  }
}

/** Within single quotes fish reads only \\\\ and \\' as escapes. */
function quote(content: string): string {
  return `'${content.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
