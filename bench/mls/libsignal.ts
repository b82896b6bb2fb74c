/**
 * Signal's own library, for orientation: no bar speaks of it. It signs nothing per message, runs native code, and is for two parties. Its licence
 * (AGPL) keeps it out of our dependencies: it is installed into a folder of its own for this run.
 */
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { makeScratch, removeScratch } from "@sotto/testing/support/files.ts";
import type { Contender } from "./contender.ts";
import { checkTexts, ratesOf, textsOf } from "./contender.ts";

const PACKAGE = "@signalapp/libsignal-client";
const VERSION = "0.103.0";
const INSTALL_MS = 120_000;

export interface Libsignal {
  contender(): Promise<Contender>;
  close(): void;
}

/** `undefined` when it cannot be installed here. */
export async function installLibsignal(): Promise<Libsignal | undefined> {
  const dir = makeScratch("libsignal");
  const close = (): void => removeScratch(dir);
  writeFileSync(join(dir, "package.json"), '{ "private": true }');
  const args = ["install", "--no-audit", "--no-fund", "--ignore-scripts", `${PACKAGE}@${VERSION}`];
  const { status } = spawnSync("npm", args, { cwd: dir, stdio: "ignore", timeout: INSTALL_MS });
  if (status !== 0) {
    close();
    return undefined;
  }
  const entry = createRequire(join(dir, "package.json")).resolve(PACKAGE);
  const library = (await import(pathToFileURL(entry).href)) as Library;
  return { contender: () => createContender(library), close };
}

/** What is used of the library, which is not there when types are checked. Keys and records are opaque. */
interface Library {
  readonly PrivateKey: { generate(): PrivateKey };
  readonly KEMKeyPair: { generate(): { getPublicKey(): PublicKey } };
  readonly ProtocolAddress: { new: (name: string, device: number) => Address };
  readonly PreKeyRecord: Maker;
  readonly SignedPreKeyRecord: Maker;
  readonly KyberPreKeyRecord: Maker;
  readonly PreKeyBundle: Maker;
  readonly PreKeySignalMessage: { deserialize(bytes: Uint8Array): object };
  readonly SignalMessage: { deserialize(bytes: Uint8Array): object };
  readonly SessionStore: abstract new () => object;
  readonly IdentityKeyStore: abstract new () => object;
  readonly PreKeyStore: abstract new () => object;
  readonly SignedPreKeyStore: abstract new () => object;
  readonly KyberPreKeyStore: abstract new () => object;
  processPreKeyBundle(
    bundle: object,
    to: Address,
    from: Address,
    ...stores: readonly object[]
  ): Promise<void>;
  signalEncrypt(text: Uint8Array, to: Address, from: Address, ...stores: readonly object[]): Promise<Sealed>;
  signalDecrypt(
    message: object,
    from: Address,
    to: Address,
    ...stores: readonly object[]
  ): Promise<Uint8Array>;
  signalDecryptPreKey(
    message: object,
    from: Address,
    to: Address,
    ...stores: readonly object[]
  ): Promise<Uint8Array>;
}
type Maker = { new: (...fields: readonly unknown[]) => object };
type Address = object;
interface PublicKey {
  serialize(): Uint8Array;
}
interface PrivateKey {
  getPublicKey(): PublicKey;
  sign(message: Uint8Array): Uint8Array;
}
interface Sealed {
  serialize(): Uint8Array;
}

/** One side, with its stores in memory. */
function createSide(library: Library, name: string, registrationId: number) {
  const identity = library.PrivateKey.generate();
  const records = new Map<string, object>();
  const found = async (kind: string): Promise<object | null> => records.get(kind) ?? null;
  const keep = async (kind: string, record: object): Promise<void> => void records.set(kind, record);
  class Sessions extends library.SessionStore {
    saveSession = (_: unknown, record: object): Promise<void> => keep("session", record);
    getSession = (): Promise<object | null> => found("session");
  }
  class Identities extends library.IdentityKeyStore {
    getIdentityKey = async (): Promise<PrivateKey> => identity;
    getLocalRegistrationId = async (): Promise<number> => registrationId;
    saveIdentity = async (): Promise<number> => 0;
    isTrustedIdentity = async (): Promise<boolean> => true;
    getIdentity = async (): Promise<null> => null;
  }
  class PreKeys extends library.PreKeyStore {
    getPreKey = (): Promise<object | null> => found("preKey");
    removePreKey = async (): Promise<void> => {};
  }
  class SignedPreKeys extends library.SignedPreKeyStore {
    getSignedPreKey = (): Promise<object | null> => found("signedPreKey");
  }
  class KyberPreKeys extends library.KyberPreKeyStore {
    getKyberPreKey = (): Promise<object | null> => found("kyberPreKey");
    markKyberPreKeyUsed = async (): Promise<void> => {};
  }
  return {
    identity,
    registrationId,
    address: library.ProtocolAddress.new(name, 1),
    keep,
    session: [new Sessions(), new Identities()],
    preKeys: [new PreKeys(), new SignedPreKeys(), new KyberPreKeys()],
  };
}
type Side = ReturnType<typeof createSide>;

/** What bob leaves at a server for those who write to him first. */
async function bundleOf(library: Library, { identity, registrationId, keep }: Side): Promise<object> {
  const preKey = library.PrivateKey.generate();
  const signed = library.PrivateKey.generate();
  const kyber = library.KEMKeyPair.generate();
  const signature = identity.sign(signed.getPublicKey().serialize());
  const kyberSignature = identity.sign(kyber.getPublicKey().serialize());
  await keep("preKey", library.PreKeyRecord.new(1, preKey.getPublicKey(), preKey));
  await keep(
    "signedPreKey",
    library.SignedPreKeyRecord.new(1, Date.now(), signed.getPublicKey(), signed, signature),
  );
  await keep("kyberPreKey", library.KyberPreKeyRecord.new(1, Date.now(), kyber, kyberSignature));
  const preKeyFields = [1, preKey.getPublicKey(), 1, signed.getPublicKey(), signature];
  const kyberFields = [1, kyber.getPublicKey(), kyberSignature];
  return library.PreKeyBundle.new(
    registrationId,
    1,
    ...preKeyFields,
    identity.getPublicKey(),
    ...kyberFields,
  );
}

async function createContender(library: Library): Promise<Contender> {
  const alice = createSide(library, "alice", 1);
  const bob = createSide(library, "bob", 2);
  const bundle = await bundleOf(library, bob);
  await library.processPreKeyBundle(bundle, bob.address, alice.address, ...alice.session);
  const encrypt = async (text: Uint8Array, from: Side, to: Side): Promise<Uint8Array> =>
    (await library.signalEncrypt(text, to.address, from.address, ...from.session)).serialize();
  const decrypt = (sealed: Uint8Array, from: Side, to: Side): Promise<Uint8Array> =>
    library.signalDecrypt(library.SignalMessage.deserialize(sealed), from.address, to.address, ...to.session);
  // The first message makes the session, and the answer to it ends its making.
  const [greeting, answer] = textsOf(2) as [Uint8Array, Uint8Array];
  const first = library.PreKeySignalMessage.deserialize(await encrypt(greeting, alice, bob));
  await library.signalDecryptPreKey(first, alice.address, bob.address, ...bob.session, ...bob.preKeys);
  await decrypt(await encrypt(answer, bob, alice), bob, alice);
  return {
    async round(count) {
      const texts = textsOf(count);
      const sealed: Uint8Array[] = [];
      const read: Uint8Array[] = [];
      const rates = await ratesOf(
        count,
        async () => {
          for (const text of texts) sealed.push(await encrypt(text, alice, bob));
        },
        async () => {
          for (const message of sealed) read.push(await decrypt(message, alice, bob));
        },
      );
      checkTexts(texts, read);
      return rates;
    },
  };
}
