import type { Collector } from "../model.ts";
import { statArchiver, statBgwriter, statCheckpointer } from "./counters.ts";
import { database } from "./database.ts";
import { locks } from "./locks.ts";
import { longTransactions } from "./long-transactions.ts";
import { postmaster } from "./postmaster.ts";
import { progressVacuum } from "./progress-vacuum.ts";
import { replication, replicationSlots, statReplication } from "./replication.ts";
import { roles } from "./roles.ts";
import { settings } from "./settings.ts";
import { statActivity } from "./stat-activity.ts";
import { statDatabase, statDatabaseConflicts } from "./stat-database.ts";
import { statStatements } from "./stat-statements.ts";
import { statioUserTables, statUserTables } from "./user-tables.ts";
import { wal } from "./wal.ts";

/** What is cheap and matters most comes first: when the time is up, the rest is left out. */
export const collectors: readonly Collector[] = [
  postmaster,
  statActivity,
  statDatabase,
  locks,
  replication,
  statReplication,
  replicationSlots,
  statBgwriter,
  statCheckpointer,
  statArchiver,
  wal,
  longTransactions,
  progressVacuum,
  settings,
  roles,
  statDatabaseConflicts,
  database,
  statStatements,
  statUserTables,
  statioUserTables,
];
