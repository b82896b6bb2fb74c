/** What members of a group do, as contenders do it: from bytes to bytes, in a group that one commit of its creator has filled. */

/** One round: a device is put in, joins, reads, and is put out. Times in milliseconds, of messages for one; sizes in bytes. */
export interface LifeFigures {
  /** A commit by the creator with its adoption, and another member's following it; the same of `updateMs` and `removeMs`. */
  readonly addMs: number;
  readonly joinMs: number;
  readonly updateMs: number;
  readonly removeMs: number;
  readonly sendMs: number;
  readonly receiveMs: number;
  /** Of the commit, without the Welcome. */
  readonly addBytes: number;
  readonly welcomeBytes: number;
  readonly updateBytes: number;
  readonly removeBytes: number;
  readonly messageBytes: number;
}

export interface Life {
  round(): Promise<LifeFigures>;
}

/** Texts of one round. */
const TEXTS = 256;
/** Of a text. */
export const TEXT_BYTES = 200;

/** What the work gives, and how long it took in milliseconds. */
export async function timed<T>(work: () => Promise<T>): Promise<[result: T, tookMs: number]> {
  const beganMs = performance.now();
  const result = await work();
  return [result, performance.now() - beganMs];
}

/** Different texts of one size. */
export function textsOf(): readonly Uint8Array[] {
  return Array.from({ length: TEXTS }, (_, i) => new Uint8Array(TEXT_BYTES).fill(i));
}

/** Throws when a text is missing, or is another. */
export function checkTexts(sent: readonly Uint8Array[], read: readonly (Uint8Array | undefined)[]): void {
  const isSame = sent.every((text, i) => read[i]?.length === text.length && read[i][0] === text[0]);
  if (!isSame || read.length !== sent.length) throw new Error("a text did not come out as it went in");
}
