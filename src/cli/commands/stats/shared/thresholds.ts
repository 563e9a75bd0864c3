import type { SettingsValues } from "../../../../settings/table.ts";
import type { Thresholds } from "../../../../stats/check/model.ts";

/** The thresholds that the settings give. */
export function thresholdsOf(values: SettingsValues): Thresholds {
  return {
    connections: { warn: values.checkConnectionsWarn, crit: values.checkConnectionsCrit },
    idleInTransaction: { warn: values.checkIdleInTransactionWarn, crit: values.checkIdleInTransactionCrit },
    transaction: { warn: values.checkTransactionWarn, crit: values.checkTransactionCrit },
    blocked: { warn: values.checkBlockedWarn, crit: values.checkBlockedCrit },
    wraparound: { warn: values.checkWraparoundWarn, crit: values.checkWraparoundCrit },
    sequence: { warn: values.checkSequenceWarn, crit: values.checkSequenceCrit },
    cacheMiss: { warn: values.checkCacheMissWarn, crit: values.checkCacheMissCrit },
    lag: { warn: values.checkLagWarn, crit: values.checkLagCrit },
    deadRows: { warn: values.checkDeadRowsWarn, crit: values.checkDeadRowsCrit },
    requestedCheckpoints: {
      warn: values.checkRequestedCheckpointsWarn,
      crit: null,
    },
    prepared: { warn: values.checkPreparedWarn, crit: values.checkPreparedCrit },
  };
}
