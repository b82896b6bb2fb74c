/** One of two who pass files to each other, ours or another's, in Node or in a page; the bench tells both what to do, in turns. */

/** Moments are measured by one party's own clock, so that no two clocks are compared. */
export interface FileParty {
  /** Gets to know the other; both are told. */
  meet(other: string, asks: boolean): Promise<void>;
  /** Resolves when there is a link to the other; at once if there is one. Both are told, who waits first. */
  link(calls: boolean): Promise<void>;
  /** From now on by the server alone. */
  relay(): Promise<void>;
  /** Makes the file ready to be taken. In a page it is the one that was chosen in the page's field. */
  offer(path: string): Promise<Offer>;
  /** Milliseconds from the end of {@link offer} until all of it was at the server. */
  uploaded(transfer: string): Promise<number>;
  /** Milliseconds from asking for the file until all of it is here for good: for ours verified, and durable. */
  take(transfer: string): Promise<number>;
  /** Milliseconds until the content was written where a person wants it. */
  save(transfer: string, path: string): Promise<number>;
  /** SHA-256 of what has been taken, in hexadecimal. */
  digest(transfer: string): Promise<string>;
  /** What was offered or taken is not needed any more. */
  forget(transfer: string): Promise<void>;
  close(): Promise<void>;
}

export interface Offer {
  /** By which the other asks for it. */
  readonly transfer: string;
  /** How long it took to make it ready. */
  readonly ms: number;
}

export type PartyMethod = keyof FileParty;

/** A method of a party that does not have it. */
export function never(name: string): () => Promise<never> {
  return () => Promise.reject(new Error(`${name} is not for this one`));
}
