/** The secrets of a path (RFC 9420 §7.4): from the one that a member was given up to the commit secret. */
import { bytesEqual } from "@sotto/protocol";
import type { CiphersuiteImpl } from "ts-mls/crypto/ciphersuite.js";
import { deriveSecret } from "ts-mls/crypto/kdf.js";
import type { RatchetTree } from "ts-mls/ratchetTree.js";
import { getHpkePublicKey } from "ts-mls/ratchetTree.js";

/** What a path secret opens. */
export interface OpenedPath {
  /** Private keys by node index, as HPKE serialises them. */
  readonly privateKeys: Readonly<Record<number, Uint8Array>>;
  /** The derivation after the last node's (RFC 9420 §12.4.1). */
  readonly commitSecret: Uint8Array;
  /** False if a derived public key is not the tree's (defect 12): others encrypt to a key that this secret does not open. */
  readonly matches: boolean;
}

/**
 * Derives the keys of `nodes`, ascending parents of which the secret is the first one's, and compares them with the tree's. Wipes every path
 * secret, the given one included; the results belong to the caller.
 */
export async function openPath(
  { hpke, kdf }: CiphersuiteImpl,
  tree: RatchetTree,
  nodes: readonly number[],
  pathSecret: Uint8Array,
): Promise<OpenedPath> {
  const privateKeys: Record<number, Uint8Array> = {};
  let matches = true;
  let secret = pathSecret;
  for (const index of nodes) {
    const nodeSecret = await deriveSecret(secret, "node", kdf);
    const pair = await hpke.deriveKeyPair(nodeSecret);
    nodeSecret.fill(0);
    privateKeys[index] = await hpke.exportPrivateKey(pair.privateKey);
    const node = tree[index];
    matches &&=
      node !== undefined && bytesEqual(getHpkePublicKey(node), await hpke.exportPublicKey(pair.publicKey));
    const next = await deriveSecret(secret, "path", kdf);
    secret.fill(0);
    secret = next;
  }
  return { privateKeys, commitSecret: secret, matches };
}
