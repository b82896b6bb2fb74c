/** Devices for tests: real credentials of accounts that exist nowhere. */
import type { AccountId, DeviceId, MailboxId } from "@sotto/protocol";
import { idOf } from "@sotto/protocol";
import type { KeyPair } from "../account/accountKey.ts";
import { createAccountKey } from "../account/accountKey.ts";
import { issueCredential } from "../account/credential.ts";
import type { DeviceIdentity } from "../mls/port.ts";
import type { CryptoProvider } from "../provider/port.ts";

export interface TestAccount {
  readonly account: AccountId;
  readonly key: KeyPair;
}

export function makeAccount(provider: CryptoProvider): TestAccount {
  return { account: idOf<AccountId>(provider.random(16)), key: createAccountKey(provider) };
}

/** A device of the account, or of a new one. */
export async function makeDevice(
  provider: CryptoProvider,
  owner: TestAccount = makeAccount(provider),
): Promise<DeviceIdentity> {
  const leafPrivateKey = provider.random(32);
  const leafPublicKey = provider.ed25519PublicKey(leafPrivateKey);
  const claim = {
    account: owner.account,
    device: idOf<DeviceId>(provider.random(16)),
    mailbox: idOf<MailboxId>(provider.random(16)),
    accountKey: owner.key.publicKey,
    listVersion: 1,
  };
  return {
    credential: await issueCredential(provider, claim, leafPublicKey, owner.key.privateKey),
    leafPrivateKey,
    leafPublicKey,
  };
}
