/**
 * Types for the parameters that pg_stat_statements has put in the place of literals. With a literal its type is gone:
 * `VALUES ($1)`, where `VALUES (1)` stood, is a list of texts to the parser. Pure.
 */

/** What a literal may have been. */
export type Guess = "text" | "integer" | "boolean";
export type Guesses = ReadonlyMap<number, Guess>;

/** `CAST ($1 AS …)` and `$1::…` say the type themselves, in parentheses or not. */
const typed = /^\s*\)*\s*(?:::|AS\s+\w+\s*\))/i;
const parameters = /("(?:[^"]|"")*"|'(?:[^']|'')*'|--[^\n]*|\/\*[\s\S]*?\*\/)|(?<![\p{L}\p{N}_$])\$(\d+)/gu;

/** The statement, with a cast where something is guessed. */
export function withGuesses(query: string, guesses: Guesses): string {
  return query.replace(parameters, (token, _kept, number: string | undefined) => {
    const guess = number === undefined ? undefined : guesses.get(Number(number));
    return guess === undefined ? token : cast(token, guess);
  });
}

function cast(parameter: string, guess: Guess): string {
  return `(${parameter})::${guess}`;
}

/** The parameters of which the text does not say the type, in its order. */
export function untypedParameters(query: string): readonly number[] {
  const found = new Set<number>();
  for (const match of query.matchAll(parameters)) {
    const [token, , number] = match;
    if (number !== undefined && !typed.test(query.slice(match.index + token.length)))
      found.add(Number(number));
  }
  return [...found];
}

/** Where a place, in characters from 1, of the statement with casts lies in the one without. */
export function placeWithout(place: number, query: string, guesses: Guesses): number {
  let added = 0;
  for (const match of query.matchAll(parameters)) {
    const [token, , number] = match;
    const guess = number === undefined ? undefined : guesses.get(Number(number));
    if (guess === undefined) continue;
    if (match.index + added + 1 > place) break;
    added += cast(token, guess).length - token.length;
  }
  return place - added;
}

/** What the server said of a statement with some guesses. */
export interface Refusal {
  readonly sqlstate: string;
  readonly message: string;
  /** In the statement without casts; 0 where the server named none. */
  readonly place: number;
}

/** Types do not fit: an operator or a function that is not there or not unique, branches that do not match, and the like. */
const mismatches: readonly string[] = ["42883", "42804", "42725", "42P08", "42846"];

/** A refusal, what was guessed when it came, and what may still be tried against it. */
interface Step {
  readonly place: number;
  readonly kept: Guesses;
  readonly candidates: (readonly [number: number, guess: Guess])[];
}

/** Looks for types that fit, one refusal after the other. A guess that leads to another refusal than before is kept, until it leads nowhere. */
export class TypeSearch {
  readonly #query: string;
  readonly #seen = new Set<string>();
  readonly #steps: Step[] = [];
  #tried: Guesses = new Map();
  #last: Guess | undefined;

  constructor(query: string) {
    this.#query = query;
  }

  get guesses(): Guesses {
    return this.#tried;
  }

  /** Takes up the next guess; false when there is none. */
  next(refusal: Refusal): boolean {
    const { sqlstate, message } = refusal;
    if (sqlstate === "42P18") {
      const unknown = Number(/\$(\d+)/.exec(message)?.[1] ?? 0);
      if (unknown === 0 || this.#tried.has(unknown)) return this.#another();
      this.#tried = new Map(this.#tried).set(unknown, "text");
      return true;
    }
    // Said without a number where branches of a UNION are of no type at all: texts then, as everywhere in such a place.
    if (sqlstate === "XX000" && message.includes("unknown") && !this.#seen.has(sqlstate)) {
      this.#seen.add(sqlstate);
      const open = untypedParameters(this.#query).filter((number) => !this.#tried.has(number));
      this.#tried = new Map([...this.#tried, ...open.map((number) => [number, "text"] as const)]);
      return open.length > 0;
    }
    if (mismatches.includes(sqlstate)) this.#judge(refusal);
    else if (!/^(?:42|22)/.test(sqlstate)) return false;
    return this.#another();
  }

  /** Another refusal than before: the last guess has brought the parser further, unless it is what is refused now. */
  #judge({ sqlstate, message, place }: Refusal): void {
    const key = `${sqlstate} ${place} ${message}`;
    const before = this.#steps.at(-1);
    const isFurther =
      before === undefined ||
      this.#last === undefined ||
      place > before.place ||
      !message.includes(this.#last);
    if (this.#seen.has(key) || !isFurther) return;
    this.#seen.add(key);
    const open = untypedParameters(this.#query).filter((number) => !this.#tried.has(number));
    const candidates = (["integer", "boolean"] as const).flatMap((guess) =>
      open.map((number) => [number, guess] as const),
    );
    this.#steps.push({ place, kept: this.#tried, candidates });
  }

  #another(): boolean {
    for (let step = this.#steps.at(-1); step !== undefined; step = this.#steps.at(-1)) {
      const candidate = step.candidates.shift();
      if (candidate === undefined) {
        this.#steps.pop();
        continue;
      }
      this.#tried = new Map(step.kept).set(...candidate);
      this.#last = candidate[1];
      return true;
    }
    return false;
  }
}
