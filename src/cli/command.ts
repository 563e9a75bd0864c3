import type { VezaError } from "../kernel/error.ts";
import type { Db } from "../postgres/connect.ts";
import type { Target } from "../postgres/target.ts";
import type { Settings } from "../settings/model.ts";
import type { SettingName } from "../settings/table.ts";
import type { Reporter } from "../ui/progress.ts";
import type { Block } from "../ui/view.ts";
import type { Question } from "./confirm.ts";
import type { FlagTable, FlagValues } from "./flags.ts";

/** What a command may use. Nothing here prints on stdout: the result does. */
export interface Context<Flags extends FlagTable = FlagTable> {
  readonly flags: FlagValues<Flags>;
  /** Positional arguments, as many as the command declares. */
  readonly args: readonly string[];
  readonly settings: Settings;
  readonly cwd: string;
  readonly report: Reporter;
  /** A warning: on stderr, and in `warnings` under --json. */
  warn(message: string): void;
  /** Draws a passing state of the result on stdout, in the place of the last one where stdout is a terminal. */
  show(blocks: readonly Block[]): Promise<void>;
  /** Aborted by SIGINT or SIGTERM. */
  readonly signal: AbortSignal;
  /** True when the result goes to people and the result text is wanted. */
  readonly isHuman: boolean;
  /** The form of the result: `human`, `json`, or one of the command's own. */
  readonly form: string;
  /** True when the result goes to a file. */
  readonly isToFile: boolean;
  /** That file, as it was given. */
  readonly file: string | undefined;
  /** True under --embedded or `--url embedded:`. */
  readonly isEmbedded: boolean;
  /** Connects to the database that flags, environment and settings name. */
  connect(options?: ConnectWish): Promise<Db>;
  /** Where {@link connect} would go, the embedded server being started where it is meant. */
  target(options?: ConnectWish): Promise<Target>;
  /** Asks before a change, by the rules of the contract. Throws `refused` when the answer is no. */
  confirm(question: Question): Promise<void>;
}

export interface ConnectWish {
  /** `direct` wants the server behind a pooler where one is named. */
  readonly via?: "url" | "direct";
  /** Another database of the same server. */
  readonly database?: string;
}

/** What a command gives back: plain data, the thing that --json prints. */
export interface Result<Data> {
  readonly data: Data;
  /** 1 when the command worked and the answer is "no"; 2 and 3 only under a convention of the command's own. */
  readonly exitCode?: 0 | 1 | 2 | 3;
  /** True when people have seen it already: the last frame of --watch. Where --file is given it is written all the same. */
  readonly isShown?: boolean;
  /** True when --file named what was looked at: the result goes to stdout all the same. */
  readonly isFileRead?: boolean;
  /** True when nothing was done that the last outcome should show, e.g. after a dry run. */
  readonly isUnrecorded?: boolean;
}

export interface Argument {
  /** `<name>` when required, `[name]` when not. */
  readonly name: string;
  readonly summary: string;
  /** The values there are, where they can be counted: completion offers them. */
  readonly choices?: readonly string[];
}

/** What is known of a call before all of its flags are. */
export interface DynamicCall {
  /** The words that are no flags, those first that cannot be the value of an unknown one. */
  readonly words: readonly string[];
  readonly settings: Settings;
}

export interface Example {
  readonly command: string;
  readonly summary: string;
}

/** Exit codes besides 0, 2 and 70, which every command can give. */
export type PossibleExit = 1 | 3 | 4 | 5 | 130;

/** Exit codes that mean something else than the house's, for a command that callers of another kind run. */
export interface ExitConvention {
  /** What every failure ends with, a wrong call and a bug too. A signal keeps its own code. */
  readonly failure: 3;
  /** What the help says of each code. */
  readonly meanings: Readonly<Record<number, string>>;
  /** Forms in which a failure is an answer too, printed on stdout beside the error on stderr. */
  readonly forms?: Readonly<Record<string, (failure: VezaError) => string>>;
}

export interface CommandSpec<Flags extends FlagTable, Data> {
  /** Shown under the usage line; the one-line summary stands in the registry. */
  readonly description?: string;
  readonly args?: readonly Argument[];
  readonly flags?: Flags;
  /**
   * Flags that are known only once the call's words and the settings are, e.g. the parameters of the query that is named.
   * They stand beside `flags`, under the keys of their own table. Throws a `usage` error when nothing answers to the words.
   */
  dynamicFlags?(call: DynamicCall): FlagTable | Promise<FlagTable>;
  /** Settings that this command takes as flags. */
  readonly settingFlags?: readonly SettingName[];
  readonly examples: readonly [Example, Example, ...Example[]];
  readonly exits: readonly PossibleExit[];
  /** Stands in place of the house's exit codes. */
  readonly exitConvention?: ExitConvention;
  /** Forms besides human, json, csv and markdown. */
  readonly forms?: Readonly<Record<string, (data: Data) => string>>;
  /** The form that --file gets where none is named, by the name of the file. */
  readonly fileForm?: (path: string) => string;
  /** Keeps the outcome in `.veza/last/<name>.json` for metrics, report and doctor. */
  readonly recordAs?: string;
  /** The result only reports what was done: --quiet drops it when all went well. */
  readonly isDeed?: boolean;
  /** Run by cron, which mails whatever is printed: where nobody looks on, a good end is told only under --verbose. */
  readonly isSilentUnattended?: boolean;
  run(context: Context<Flags>): Promise<Result<Data>>;
  view(data: Data): readonly Block[];
}

/** A command without its types, as the walk handles it. */
export type Command = CommandSpec<FlagTable, unknown>;

/** Declares a command: data, a walk and a view. */
export function defineCommand<const Flags extends FlagTable, Data>(spec: CommandSpec<Flags, Data>): Command {
  // The walk parses flags with the same table that typed them, so the types that are given up here hold.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the one place where a command loses its types
  return spec as unknown as Command;
}
