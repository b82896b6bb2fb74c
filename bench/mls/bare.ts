/** ts-mls 1.6.4 as it comes, with its default provider and configuration. From bytes to bytes, as ours. */
import type { SuiteId } from "@sotto/crypto";
import { utf8 } from "@sotto/protocol";
import type { CiphersuiteImpl, ClientState, Proposal } from "ts-mls";
import {
  createApplicationMessage,
  createCommit,
  createGroup,
  decodeMlsMessage,
  defaultCapabilities,
  defaultLifetime,
  emptyPskIndex,
  encodeMlsMessage,
  generateKeyPackage,
  getCiphersuiteFromName,
  getCiphersuiteImpl,
  joinGroup,
  processPrivateMessage,
} from "ts-mls";
import type { Contender } from "./contender.ts";
import { AUTHENTICATED_BYTES, checkTexts, ratesOf, textsOf } from "./contender.ts";

const SUITE_NAMES = {
  1: "MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519",
  83: "MLS_256_XWING_AES256GCM_SHA512_Ed25519",
} as const;

export type BareKeys = Awaited<ReturnType<typeof generateKeyPackage>>;

export function bareSuite(suite: SuiteId): Promise<CiphersuiteImpl> {
  return getCiphersuiteImpl(getCiphersuiteFromName(SUITE_NAMES[suite]));
}

export function bareKeys(name: string, suite: CiphersuiteImpl): Promise<BareKeys> {
  const credential = { credentialType: "basic", identity: utf8(name) } as const;
  return generateKeyPackage(credential, defaultCapabilities(), defaultLifetime, [], suite);
}

export function bareGroup(owner: BareKeys, suite: CiphersuiteImpl): Promise<ClientState> {
  return createGroup(utf8("a group of the bench"), owner.publicPackage, owner.privatePackage, [], suite);
}

/** One commit that adds all of them. */
export function bareAdd(state: ClientState, added: readonly BareKeys[], cipherSuite: CiphersuiteImpl) {
  const extraProposals = added.map(({ publicPackage }): Proposal => ({
    proposalType: "add",
    add: { keyPackage: publicPackage },
  }));
  return createCommit({ state, cipherSuite }, { extraProposals });
}

export async function createBare(suiteId: SuiteId): Promise<Contender> {
  const suite = await bareSuite(suiteId);
  const [alice, bob] = [await bareKeys("alice", suite), await bareKeys("bob", suite)];
  const { newState, welcome } = await bareAdd(await bareGroup(alice, suite), [bob], suite);
  if (welcome === undefined) throw new Error("nobody is welcomed");
  const { publicPackage, privatePackage } = bob;
  let sending = newState;
  let receiving = await joinGroup(
    welcome,
    publicPackage,
    privatePackage,
    emptyPskIndex,
    suite,
    newState.ratchetTree,
  );
  const authenticatedData = new Uint8Array(AUTHENTICATED_BYTES);
  return {
    async round(count) {
      const texts = textsOf(count);
      const ciphertexts: Uint8Array[] = [];
      const read: (Uint8Array | undefined)[] = [];
      const rates = await ratesOf(
        count,
        async () => {
          for (const text of texts) {
            const sent = await createApplicationMessage(sending, text, suite, authenticatedData);
            sending = sent.newState;
            const { privateMessage } = sent;
            ciphertexts.push(
              encodeMlsMessage({ version: "mls10", wireformat: "mls_private_message", privateMessage }),
            );
          }
        },
        async () => {
          for (const ciphertext of ciphertexts) {
            const decoded = decodeMlsMessage(ciphertext, 0)?.[0];
            if (decoded?.wireformat !== "mls_private_message") throw new Error("no private message");
            const opened = await processPrivateMessage(
              receiving,
              decoded.privateMessage,
              emptyPskIndex,
              suite,
            );
            receiving = opened.newState;
            read.push(opened.kind === "applicationMessage" ? opened.message : undefined);
          }
        },
      );
      checkTexts(texts, read);
      return rates;
    },
  };
}
