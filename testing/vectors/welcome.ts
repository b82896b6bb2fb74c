/** welcome: opening a Welcome with the private half of a key package, up to the confirmation tag (RFC 9420 §12.4.3.1). */
import { ALL_GUARDS, confirmedEpoch, decodeMessage, openWelcome } from "@sotto/crypto/internals";
import { verifyGroupInfoSignature } from "ts-mls/groupInfo.js";
import type { KeyPackage } from "ts-mls/keyPackage.js";
import type { Welcome } from "ts-mls/welcome.js";
import { expectSame, fromHex } from "./expect.ts";
import { kindOf } from "./kind.ts";
import { suiteOfVector } from "./suites.ts";

interface Vector {
  readonly cipher_suite: number;
  readonly init_priv: string;
  readonly key_package: string;
  readonly signer_pub: string;
  readonly welcome: string;
}

const NO_KEY = new Uint8Array();

export const welcome = kindOf<Vector>("welcome", async (vector) => {
  const { impl } = suiteOfVector(vector.cipher_suite);
  const opened = await openWelcome(impl, {
    welcome: welcomeOf(vector.welcome),
    keyPackage: keyPackageOf(vector.key_package),
    privateKeys: {
      initPrivateKey: fromHex(vector.init_priv),
      hpkePrivateKey: NO_KEY,
      signaturePrivateKey: NO_KEY,
    },
  });
  const signed = await verifyGroupInfoSignature(opened.info, fromHex(vector.signer_pub), impl.signature);
  expectSame("signature of the group info", signed, true);
  await confirmedEpoch(impl, opened);
});

/** The Welcome of an MLS message. */
export function welcomeOf(hex: string): Welcome {
  const message = decodeMessage(fromHex(hex), ALL_GUARDS);
  if (message.wireformat !== "mls_welcome") throw new Error("not a Welcome");
  return message.welcome;
}

/** The key package of an MLS message. */
export function keyPackageOf(hex: string): KeyPackage {
  const message = decodeMessage(fromHex(hex), ALL_GUARDS);
  if (message.wireformat !== "mls_key_package") throw new Error("not a key package");
  return message.keyPackage;
}
