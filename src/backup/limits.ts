/** What a role or a database may have set and a long run would die of, with the value that lifts it. */
export const lifted: readonly (readonly [setting: string, value: string])[] = [
  ["statement_timeout", "0"],
  ["idle_in_transaction_session_timeout", "0"],
  ["idle_session_timeout", "0"],
  ["default_transaction_read_only", "off"],
];
