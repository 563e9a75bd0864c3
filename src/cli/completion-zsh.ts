import type { CompletionFlag, CompletionNode, Offer } from "./completion-model.ts";

/** The completion of zsh, with the summaries of commands and flags beside their names. */
export function renderZsh(nodes: readonly CompletionNode[]): string {
  return `#compdef veza-db
# zsh completion of veza-db. Put it as _veza-db into a folder of $fpath, or load it with:
#   source <(veza-db completion zsh)

# Sets: children, flags (as name:summary) and values (as name=offer) at a place of the tree.
_veza_db_at() {
  children=() flags=() values=()
  case "$1" in
${nodes.map(renderNode).join("\n")}
  esac
}

# Completes what an offer names.
_veza_db_offer() {
  case "$1" in
    @files) _files ;;
    @folders) _files -/ ;;
    @anything) _message 'a value' ;;
    *) compadd -- \${=1} ;;
  esac
}

_veza-db() {
  local -a children flags names
  local -A values
  local place='' word='' flag=''
  integer index
  _veza_db_at ''
  for ((index = 2; index < CURRENT; index++)); do
    word=$words[index]
    if [[ -n $flag ]]; then
      flag=''
    elif [[ $word == -* ]]; then
      if [[ $word != *=* && -n \${values[$word]-} ]]; then flag=$word; fi
    else
      names=(\${children%%:*})
      if (( \${names[(Ie)$word]} )); then
        place=\${place:+$place }$word
        _veza_db_at $place
      fi
    fi
  done
  word=$words[CURRENT]
  if [[ -n $flag ]]; then
    _veza_db_offer $values[$flag]
  elif [[ $word == --*=* ]]; then
    flag=\${word%%=*}
    compset -P '*='
    _veza_db_offer \${values[$flag]:-@anything}
  elif [[ $word == -* ]]; then
    _describe -o flag flags
  elif (( \${#children} )); then
    _describe command children
  else
    _veza_db_offer \${values[argument]:-@anything}
  fi
}

if [[ \${zsh_eval_context[-1]-} == loadautofunc ]]; then
  _veza-db "$@"
else
  compdef _veza-db veza-db
fi
`;
}

function renderNode({ path, children, flags, args }: CompletionNode): string {
  const described = flags.flatMap(({ names, summary }) => names.map((name) => quote(`${name}:${summary}`)));
  const values = [
    ...flags.flatMap(valuesOf),
    ...(children.length > 0 ? [] : [["argument", wordsOf(args)] as const]),
  ];
  return [
    `    ${quote(path.join(" "))})`,
    `      children=(${children.map(({ name, summary }) => quote(`${name}:${summary}`)).join(" ")})`,
    `      flags=(${described.join(" ")})`,
    `      values=(${values.map(([name, offer]) => `${name} ${quote(offer)}`).join(" ")})`,
    `      ;;`,
  ].join("\n");
}

function valuesOf({ names, value }: CompletionFlag): (readonly [string, string])[] {
  return value === undefined ? [] : names.map((name) => [name, wordsOf(value)] as const);
}

function wordsOf(offer: Offer): string {
  return offer.kind === "words" ? offer.words.join(" ") : `@${offer.kind}`;
}

function quote(content: string): string {
  return `'${content.replaceAll("'", "'\\''")}'`;
}
