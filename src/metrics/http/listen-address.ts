import { isIPv4 } from "node:net";
import { usageError } from "../../kernel/error.ts";

export interface ListenAddress {
  /** Undefined: every address of the machine. */
  readonly host: string | undefined;
  readonly port: number;
}

/** Reads `127.0.0.1:9187`, `[::1]:9187`, `name:9187`, `:9187` (every address) or `9187` (loopback). */
export function parseListen(text: string): ListenAddress {
  const [, bracketed, plain, digits] =
    /^(?:(?:\[([0-9a-fA-F:.%a-z]+)\]|([^:\s[\]]*)):)?(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  if (digits === undefined || port > 65_535) {
    throw usageError(
      "metrics.bad-listen",
      `${JSON.stringify(text)} is no address to listen on.`,
      "Write it as --listen 127.0.0.1:9187, or --listen :9187 for every address of the machine.",
    );
  }
  if (bracketed !== undefined) return { host: bracketed, port };
  if (plain === undefined) return { host: "127.0.0.1", port };
  return { host: plain === "" ? undefined : plain, port };
}

export function isLoopback({ host }: ListenAddress): boolean {
  if (host === undefined) return false;
  // A name may begin like an address: 127.example.com.
  return host === "localhost" || host === "::1" || (isIPv4(host) && host.startsWith("127."));
}
