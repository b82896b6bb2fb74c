/** crypto-basics: the functions of RFC 9420 §5.1 and §5.2 that take labels, and the tree's of §9.1. */
import { deriveSecret, deriveTreeSecret, expandWithLabel, signContent } from "@sotto/crypto/internals";
import { refhash } from "ts-mls/crypto/hash.js";
import { decryptWithLabel, encryptWithLabel } from "ts-mls/crypto/hpke.js";
import { expectBytes, expectSame, fromHex } from "./expect.ts";
import { kindOf } from "./kind.ts";
import { suiteOfVector } from "./suites.ts";

interface Vector {
  readonly cipher_suite: number;
  readonly ref_hash: { readonly label: string; readonly value: string; readonly out: string };
  readonly expand_with_label: {
    readonly secret: string;
    readonly label: string;
    readonly context: string;
    readonly length: number;
    readonly out: string;
  };
  readonly derive_secret: { readonly secret: string; readonly label: string; readonly out: string };
  readonly derive_tree_secret: {
    readonly secret: string;
    readonly label: string;
    readonly generation: number;
    readonly length: number;
    readonly out: string;
  };
  readonly sign_with_label: {
    readonly priv: string;
    readonly pub: string;
    readonly content: string;
    readonly label: string;
    readonly signature: string;
  };
  readonly encrypt_with_label: {
    readonly priv: string;
    readonly pub: string;
    readonly label: string;
    readonly context: string;
    readonly plaintext: string;
    readonly kem_output: string;
    readonly ciphertext: string;
  };
}

export const cryptoBasics = kindOf<Vector>("crypto-basics", async (vector) => {
  const { impl, primitives } = suiteOfVector(vector.cipher_suite);

  const ref = vector.ref_hash;
  expectBytes("RefHash", await refhash(ref.label, fromHex(ref.value), impl.hash), ref.out);

  const expanded = vector.expand_with_label;
  expectBytes(
    "ExpandWithLabel",
    expandWithLabel(
      primitives,
      fromHex(expanded.secret),
      expanded.label,
      fromHex(expanded.context),
      expanded.length,
    ),
    expanded.out,
  );
  const derived = vector.derive_secret;
  expectBytes("DeriveSecret", deriveSecret(primitives, fromHex(derived.secret), derived.label), derived.out);
  const tree = vector.derive_tree_secret;
  expectBytes(
    "DeriveTreeSecret",
    deriveTreeSecret(primitives, fromHex(tree.secret), tree.label, tree.generation, tree.length),
    tree.out,
  );

  const signed = vector.sign_with_label;
  const content = signContent(signed.label, fromHex(signed.content));
  const publicKey = fromHex(signed.pub);
  const own = await primitives.sign(fromHex(signed.priv), content);
  for (const signature of [fromHex(signed.signature), own])
    expectSame("VerifyWithLabel", await primitives.verify(publicKey, content, signature), true);
  const other = signContent(`${signed.label}.`, fromHex(signed.content));
  expectSame("another label", await primitives.verify(publicKey, other, own), false);

  const sealed = vector.encrypt_with_label;
  const { hpke } = impl;
  const recipient = await hpke.importPrivateKey(fromHex(sealed.priv));
  const context = fromHex(sealed.context);
  const again = await encryptWithLabel(
    await hpke.importPublicKey(fromHex(sealed.pub)),
    sealed.label,
    context,
    fromHex(sealed.plaintext),
    hpke,
  );
  for (const { enc, ct } of [{ enc: fromHex(sealed.kem_output), ct: fromHex(sealed.ciphertext) }, again])
    expectBytes(
      "DecryptWithLabel",
      await decryptWithLabel(recipient, sealed.label, context, enc, ct, hpke),
      sealed.plaintext,
    );
});
