/** How the database answers a statement that it should not take. */
import postgres from "postgres";

/** `23514 follows_not_oneself`: SQLSTATE and, where there is one, the constraint; or `accepted`. */
export async function refusal(query: PromiseLike<unknown>): Promise<string> {
  try {
    await query;
    return "accepted";
  } catch (error) {
    if (!(error instanceof postgres.PostgresError)) throw error;
    return [error.code, error.constraint_name].filter((part) => part !== undefined).join(" ");
  }
}
