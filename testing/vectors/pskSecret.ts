/** psk_secret: several external pre-shared keys into one secret (RFC 9420 §8.4), found as the engine finds them. */
import { pskBookOf, pskIndexOf } from "@sotto/crypto/internals";
import type { PreSharedKeyID } from "ts-mls/presharedkey.js";
import { accumulatePskSecret, emptyPskIndex } from "ts-mls/pskIndex.js";
import { expectBytes, fromHex } from "./expect.ts";
import { kindOf } from "./kind.ts";
import { suiteOfVector } from "./suites.ts";

interface Vector {
  readonly cipher_suite: number;
  readonly psks: readonly { readonly psk_id: string; readonly psk: string; readonly psk_nonce: string }[];
  readonly psk_secret: string;
}

export const pskSecret = kindOf<Vector>("psk_secret", async ({ cipher_suite, psks, psk_secret }) => {
  const { impl, primitives } = suiteOfVector(cipher_suite);
  const book = pskBookOf(psks.map(({ psk_id, psk }) => ({ id: fromHex(psk_id), secret: fromHex(psk) })));
  const ids = psks.map(({ psk_id, psk_nonce }): PreSharedKeyID => ({
    psktype: "external",
    pskId: fromHex(psk_id),
    pskNonce: fromHex(psk_nonce),
  }));
  const nothing = new Uint8Array(primitives.hashBytes);
  const [secret] = await accumulatePskSecret(ids, pskIndexOf(book, emptyPskIndex), impl, nothing);
  expectBytes("psk_secret", secret, psk_secret);
});
