/** Device credentials (ACC-6): the account key says which leaf key, device and mailbox belong to the account. */
import type { Credential } from "@sotto/protocol";
import { credentialClaim, LABELS, labelled } from "@sotto/protocol";
import type { CryptoProvider } from "../provider/port.ts";

/** Signs a credential for the leaf key with the account's private key (Ed25519 seed). `claim.accountKey` must be its public half. */
export async function issueCredential(
  provider: CryptoProvider,
  claim: Omit<Credential, "signature">,
  leafKey: Uint8Array,
  accountPrivateKey: Uint8Array,
): Promise<Credential> {
  const { account, device, mailbox, accountKey, listVersion } = claim;
  const signed = { account, device, mailbox, accountKey, listVersion };
  const signature = await provider.ed25519Sign(accountPrivateKey, signedBytes(signed, leafKey));
  return { ...signed, signature };
}

/**
 * True when the account key inside the credential signed it for exactly this leaf key. It proves possession, not identity: whether that
 * account key is the right one is for the device list, the pin and the key log to say.
 */
export async function verifyCredential(
  provider: CryptoProvider,
  credential: Credential,
  leafKey: Uint8Array,
): Promise<boolean> {
  return provider.ed25519Verify(
    credential.accountKey,
    signedBytes(credential, leafKey),
    credential.signature,
  );
}

function signedBytes(claim: Omit<Credential, "signature">, leafKey: Uint8Array): Uint8Array {
  return labelled(LABELS.credential, credentialClaim(claim, leafKey));
}
