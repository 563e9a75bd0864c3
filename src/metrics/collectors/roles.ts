import { labelsOf } from "../../kernel/exposition.ts";
import { loadSql } from "../../sql/load.ts";
import { familiesOf, labelText } from "../families.ts";
import type { Collector } from "../model.ts";

export const roles: Collector = {
  name: "roles",
  collect: async ({ query }) => {
    const rows = await query(loadSql(import.meta.url, "../sql/roles.sql"));
    return familiesOf(
      rows,
      rows.map(({ rolname }) => labelsOf({ rolname: labelText(rolname) })),
      [
        {
          column: "connection_limit",
          name: "pg_roles_connection_limit",
          type: "gauge",
          help: "Connections that the role may have, -1 for no limit.",
        },
      ],
    );
  },
};
