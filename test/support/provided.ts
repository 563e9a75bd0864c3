/** What the global setup hands to every test file. */
export interface TestServer {
  readonly url: string;
  /** As PostgreSQL writes it: `15.18`. */
  readonly version: string;
  readonly major: number;
  readonly kind: "given" | "docker" | "embedded";
  /** The folder of its programs where it is an embedded one. */
  readonly binDir: string | null;
}

export interface TestRun {
  /** In the name of every database that the run makes. */
  readonly id: string;
  /** Everything the run writes lies here. */
  readonly folder: string;
}

declare module "vitest" {
  interface ProvidedContext {
    readonly server: TestServer;
    readonly run: TestRun;
  }
}
