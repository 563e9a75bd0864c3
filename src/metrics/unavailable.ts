/** The one thing that a collector throws besides the server's own refusals. */
export class Unavailable extends Error {
  /** `reason`: why there is nothing to ask, and what mends it. */
  constructor(reason: string) {
    super(reason);
    this.name = "Unavailable";
  }
}
