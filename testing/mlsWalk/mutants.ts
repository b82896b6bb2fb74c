/** Faults that the walk must notice, planted in what a device stores or is given. */

export interface Mutant {
  readonly name: string;
  /** A device goes on with the records from before what it decrypted. */
  readonly keepsConsumedKeys?: boolean;
  /** One member in so many is never given a commit. */
  readonly skipsMember?: boolean;
  /** What a commit that may lose has used up of the ratchet is not stored. */
  readonly forgetsLostCommit?: boolean;
  /** A sender goes on with the records from before what it encrypted. */
  readonly forgetsSent?: boolean;
  /** One member is not told that another asked to leave. */
  readonly hidesLeave?: boolean;
}

export const NO_MUTANT: Mutant = { name: "none" };

export const MUTANTS: readonly Mutant[] = [
  { name: "consumed keys are kept", keepsConsumedKeys: true },
  { name: "a member is skipped", skipsMember: true },
  { name: "a lost commit's generation is forgotten", forgetsLostCommit: true },
  { name: "a sent message's generation is forgotten", forgetsSent: true },
  { name: "a request to leave is hidden from one", hidesLeave: true },
];
