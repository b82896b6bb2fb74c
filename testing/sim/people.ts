/** The accounts that live in every world: made once per process with real keys and signed lists, because making them is slow. */
import type { CryptoProvider, KeyPackageBundle } from "@sotto/crypto";
import { createAccountKey, issueCredential, signDeviceList } from "@sotto/crypto";
import { seededRandom } from "@sotto/crypto/testing";
import type { AccountId, DeviceId, MailboxId } from "@sotto/protocol";
import { idOf, KEY_PACKAGE_TARGET, toHex, utf8 } from "@sotto/protocol";
import type { StoreRequest } from "@sotto/server/simulation";
import type { Identity } from "sotto/simulation";
import type { Tier } from "./tier.ts";
import { createRememberingProvider, sha256 } from "./tier.ts";

/** When every world begins, in milliseconds since 1970. */
export const EPOCH_MS = 1_800_000_000_000;

export const MAX_PEOPLE = 5;

export interface Person {
  readonly identity: Identity;
  /** Signs the account's lists and credentials; sealed under the password elsewhere. */
  readonly accountPrivateKey: Uint8Array;
  /** SHA-256 of the session token: what the server stores of it. */
  readonly session: string;
  /** More than any world starts with. */
  readonly keyPackages: readonly KeyPackageBundle[];
  readonly lastResort: KeyPackageBundle;
}

export interface Cast {
  readonly tier: Tier;
  readonly people: readonly Person[];
  /** For what is the same in all worlds and has no randomness: hashes and signatures. */
  readonly crypto: CryptoProvider;
}

const NAMES = ["alice", "bob", "carol", "dave", "erin"] as const;
const LIFETIME_DAYS = 90;

type Registration = Extract<StoreRequest, { type: "register" }>;

/** The same people for each call with the same tier; fewer are the first of more. */
export async function createCast(tier: Tier, count = MAX_PEOPLE): Promise<Cast> {
  const crypto = createRememberingProvider(seededRandom("cast"));
  const people: Person[] = [];
  for (let i = 0; i < count; i++) people.push(await createPerson(nameOf(i), tier, crypto));
  return { tier, people, crypto };
}

/** alice … erin, alice2 … */
function nameOf(index: number): string {
  const round = Math.floor(index / NAMES.length);
  return `${NAMES[index % NAMES.length]}${round === 0 ? "" : round + 1}`;
}

async function createPerson(userName: string, tier: Tier, crypto: CryptoProvider): Promise<Person> {
  const account = idOf<AccountId>(crypto.random(16));
  const device = idOf<DeviceId>(crypto.random(16));
  const mailbox = idOf<MailboxId>(crypto.random(16));
  const accountKey = createAccountKey(crypto);
  const leafPrivateKey = crypto.random(32);
  const leafPublicKey = crypto.ed25519PublicKey(leafPrivateKey);
  // Vault wraps do not occur here, so the key to which they would be sealed need not be one.
  const hpkePublicKey = crypto.random(32);
  const claim = { account, device, mailbox, accountKey: accountKey.publicKey, listVersion: 1 };
  const credential = await issueCredential(crypto, claim, leafPublicKey, accountKey.privateKey);
  const list = {
    userName,
    account,
    accountKey: accountKey.publicKey,
    recoverySigningKey: null,
    recoveryHpkeKey: null,
    vaultKey: null,
    previousHash: new Uint8Array(32),
    version: 1,
    devices: [
      { device, leafKey: leafPublicKey, hpkeKey: hpkePublicKey, mailbox, addedIn: 1, revokedIn: null },
    ],
  };
  const token = crypto.random(32);
  const mls = tier.createMls(seededRandom(`key packages of ${userName}`));
  const own = { credential, leafPrivateKey, leafPublicKey };
  const [lastResort, ...keyPackages] = await mls.keyPackages(
    own,
    tier.suite,
    KEY_PACKAGE_TARGET + 1,
    EPOCH_MS,
    LIFETIME_DAYS,
  );
  return {
    identity: {
      account,
      userName,
      device,
      mailbox,
      credential,
      leafPrivateKey,
      leafPublicKey,
      hpkePrivateKey: crypto.random(32),
      hpkePublicKey,
      deviceList: await signDeviceList(crypto, list, accountKey.privateKey),
      suite: tier.suite,
      server: "https://sotto.example",
      token,
      vaultKey: crypto.random(32),
      vaultVersion: 1,
    },
    accountPrivateKey: accountKey.privateKey,
    session: toHex(sha256(token)),
    keyPackages,
    lastResort: lastResort as KeyPackageBundle,
  };
}

/** The request by which the account came into being. A world chooses how many single-use key packages are left at its beginning. */
export function registrationOf(
  { identity, session, keyPackages, lastResort }: Person,
  packagesLeft: number,
): Registration {
  const sealed = utf8("sealed");
  return {
    type: "register",
    userName: identity.userName,
    registrationRecord: "record",
    account: identity.account,
    deviceList: identity.deviceList,
    sealedAccountKey: sealed,
    vault: { version: 1, sealed, wrapExport: sealed, wrapRecovery: null },
    keyPackages: {
      packages: keyPackages.slice(0, packagesLeft).map(({ publicBytes }) => publicBytes),
      lastResort: lastResort.publicBytes,
    },
    session,
  };
}
