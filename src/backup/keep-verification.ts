import type { BackupPlace, Check, Level, Verification } from "./model.ts";
import { readVerifications } from "./read-manifest.ts";
import { replaceSynced } from "./files.ts";
import { seal } from "./seal.ts";

const most = 50;

/** One verification, as it is kept. */
export function verificationOf(level: Level, checks: readonly Check[], at: Date): Verification {
  const failed = checks.filter(({ ok }) => !ok).map(({ check, message }) => `${check}: ${message}`);
  return { at: at.toISOString(), level, ok: failed.length === 0, failed: failed.slice(0, 20) };
}

export function sealVerifications(verifications: readonly Verification[]): string {
  return seal({ schema: "veza-db/verifications@1", verifications });
}

/** Adds a verification to those that are written beside the backup. */
export async function keepVerification(place: BackupPlace, verification: Verification): Promise<void> {
  const earlier = await readVerifications(place.verifications);
  await replaceSynced(place.verifications, sealVerifications([...earlier, verification].slice(-most)));
}
