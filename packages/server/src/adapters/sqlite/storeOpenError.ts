/** Why a database cannot be used; the sentence is for the operator. */
export type StoreOpenReason = "newer" | "damaged" | "unusable";

export class StoreOpenError extends Error {
  readonly reason: StoreOpenReason;

  constructor(reason: StoreOpenReason, message: string) {
    super(message);
    this.name = "StoreOpenError";
    this.reason = reason;
  }
}
