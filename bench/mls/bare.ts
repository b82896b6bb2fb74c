/** ts-mls 1.6.4 as it comes, with its default provider and configuration. From bytes to bytes, as ours. */
import type { SuiteId } from "@sotto/crypto";
import { utf8 } from "@sotto/protocol";
import type { CiphersuiteImpl, Proposal } from "ts-mls";
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

/** The library's suite on its default provider. */
export function bareSuite(suite: SuiteId): Promise<CiphersuiteImpl> {
  return getCiphersuiteImpl(getCiphersuiteFromName(SUITE_NAMES[suite]));
}

export async function createBare(suiteId: SuiteId): Promise<Contender> {
  const suite = await bareSuite(suiteId);
  const keysOf = (name: string): ReturnType<typeof generateKeyPackage> => {
    const credential = { credentialType: "basic", identity: utf8(name) } as const;
    return generateKeyPackage(credential, defaultCapabilities(), defaultLifetime, [], suite);
  };
  const alice = await keysOf("alice");
  const { publicPackage, privatePackage } = await keysOf("bob");
  const group = await createGroup(
    utf8("alice and bob"),
    alice.publicPackage,
    alice.privatePackage,
    [],
    suite,
  );
  const adding: Proposal = { proposalType: "add", add: { keyPackage: publicPackage } };
  const { newState, welcome } = await createCommit(
    { state: group, cipherSuite: suite },
    { extraProposals: [adding] },
  );
  if (welcome === undefined) throw new Error("nobody is welcomed");
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
