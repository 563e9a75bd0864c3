/** The one thing that a collector throws besides the server's own refusals. */
export class Unavailable extends Error {
  constructor() {
    super("not available");
    this.name = "Unavailable";
  }
}
