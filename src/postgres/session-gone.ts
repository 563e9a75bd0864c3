/** What everything fails with that is asked of a session that has ended. */
export function sessionGone(): Error {
  return systemError("CONNECTION_CLOSED", "the connection to the server is gone");
}

/** An error as the system and the driver make them, with the code that says what it is. */
export function systemError(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}
