import type { CompletionFlag, CompletionNode, Offer } from "./completion-model.ts";

/** The completion of bash, from 3.2 on: no associative arrays, nothing of the bash-completion package. */
export function renderBash(nodes: readonly CompletionNode[]): string {
  return `# bash completion of veza-db. Load it with:
#   source <(veza-db completion bash)

# The subcommands at a place of the tree.
_veza_db_children() {
  case "$1" in
${cases(nodes.filter(({ children }) => children.length > 0).map(({ path, children }) => [key(path), children.map(({ name }) => name).join(" ")]))}
  esac
}

# The flags at a place of the tree.
_veza_db_flags() {
  case "$1" in
${cases(nodes.map(({ path, flags }) => [key(path), flags.flatMap(({ names }) => names).join(" ")]))}
  esac
}

# What a flag's value or an argument (without a flag) may be: words, or @files, @folders, @anything; nothing for a switch.
_veza_db_offer() {
  case "$1 $2" in
${cases(nodes.flatMap(offers))}
  esac
}

_veza_db() {
  # COMP_WORDBREAKS splits --flag=value into three words; here they are one again.
  local words=() index word
  for ((index = 1; index <= COMP_CWORD; index++)); do
    word="\${COMP_WORDS[index]}"
    if [[ \${#words[@]} -gt 0 && "\${words[\${#words[@]} - 1]}" == --* && ( "$word" == "=" || "\${words[\${#words[@]} - 1]}" == *= ) ]]; then
      words[\${#words[@]} - 1]+="$word"
    else
      words+=("$word")
    fi
  done
  local current="\${words[\${#words[@]} - 1]}" flag="" path="" last=$((\${#words[@]} - 1))
  for ((index = 0; index < last; index++)); do
    word="\${words[index]}"
    if [[ -n "$flag" ]]; then
      flag=""
    elif [[ "$word" == -* ]]; then
      if [[ "$word" != *=* && -n "$(_veza_db_offer "$path" "$word")" ]]; then flag="$word"; fi
    elif [[ " $(_veza_db_children "$path") " == *" $word "* ]]; then
      path="\${path:+$path }$word"
    fi
  done
  local offer
  if [[ -n "$flag" ]]; then
    offer="$(_veza_db_offer "$path" "$flag")"
  elif [[ "$current" == --*=* ]]; then
    offer="$(_veza_db_offer "$path" "\${current%%=*}")"
    current="\${current#*=}"
  elif [[ "$current" == -* ]]; then
    offer="$(_veza_db_flags "$path")"
  else
    offer="$(_veza_db_children "$path")"
    if [[ -z "$offer" ]]; then offer="$(_veza_db_offer "$path" "")"; fi
  fi
  COMPREPLY=()
  case "$offer" in
    @files) while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -f -- "$current") ;;
    @folders) while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -d -- "$current") ;;
    @anything) ;;
    *) while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -W "$offer" -- "$current") ;;
  esac
  if [[ "$offer" == @files || "$offer" == @folders ]]; then compopt -o filenames 2>/dev/null; fi
  return 0
}

complete -F _veza_db veza-db
`;
}

function key(path: readonly string[]): string {
  return path.join(" ");
}

function offers({ path, flags, args, children }: CompletionNode): (readonly [string, string])[] {
  const ofFlag = ({ names, value }: CompletionFlag): (readonly [string, string])[] =>
    value === undefined ? [] : names.map((name) => [`${key(path)} ${name}`, wordsOf(value)] as const);
  return [
    ...flags.flatMap(ofFlag),
    ...(children.length > 0 ? [] : [[`${key(path)} `, wordsOf(args)] as const]),
  ];
}

function wordsOf(offer: Offer): string {
  return offer.kind === "words" ? offer.words.join(" ") : `@${offer.kind}`;
}

function cases(entries: readonly (readonly [string, string])[]): string {
  return entries
    .map(([pattern, words]) => `    ${quote(pattern)}) printf '%s' ${quote(words)} ;;`)
    .join("\n");
}

function quote(content: string): string {
  return `'${content.replaceAll("'", "'\\''")}'`;
}
