/** What encrypts and decrypts in the bench of messages; runs in Node and in a page. */
import type { SuiteId } from "@sotto/crypto";

/** Messages per second, of one thread. */
export interface Rates {
  readonly encryptPerSecond: number;
  readonly decryptPerSecond: number;
}

export interface Contender {
  /** alice encrypts that many texts, then bob decrypts them. Throws when one does not come out as it went in. */
  round(count: number): Promise<Rates>;
}

/** What the page of contenders offers to the bench outside. */
export interface ContendersPage {
  /** The number by which it is called. `batch` 0: ts-mls itself. */
  start(suite: SuiteId, batch: number): Promise<number>;
  round(contender: number, count: number): Promise<Rates> | undefined;
}

/** Of a text. */
export const TEXT_BYTES = 200;
/** Of authenticated data: what our clients bind a message to. */
export const AUTHENTICATED_BYTES = 36;

/** Different texts of the same size. */
export function textsOf(count: number): readonly Uint8Array[] {
  return Array.from({ length: count }, (_, i) => {
    const text = new Uint8Array(TEXT_BYTES);
    new DataView(text.buffer).setUint32(0, i);
    return text;
  });
}

/** Throws when a text is another, or is missing. */
export function checkTexts(sent: readonly Uint8Array[], read: readonly (Uint8Array | undefined)[]): void {
  const numberOf = (text: Uint8Array): number => new DataView(text.buffer, text.byteOffset).getUint32(0);
  const wrong = sent.findIndex((text, i) => {
    const came = read[i];
    return came === undefined || came.length !== text.length || numberOf(came) !== numberOf(text);
  });
  if (wrong !== -1 || read.length !== sent.length) throw new Error(`text ${wrong} came out wrong`);
}

/** The rates of two spans of the same number of messages. */
export async function ratesOf(
  count: number,
  encrypt: () => Promise<void>,
  decrypt: () => Promise<void>,
): Promise<Rates> {
  const began = performance.now();
  await encrypt();
  const between = performance.now();
  await decrypt();
  const ended = performance.now();
  return {
    encryptPerSecond: (count * 1000) / (between - began),
    decryptPerSecond: (count * 1000) / (ended - between),
  };
}
