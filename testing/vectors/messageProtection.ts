/** message-protection: opening what another implementation sealed, and what the engine itself seals of the same contents (RFC 9420 §6). */
import { createNobleProvider } from "@sotto/crypto";
import type { GroupState, MlsContext, Primitives } from "@sotto/crypto/internals";
import {
  ALL_GUARDS,
  contentToSign,
  createContext,
  createSecretTree,
  decodeMessage,
  decodePrivateMessage,
  encodeCommit,
  encodeProposal,
  NO_HANDSHAKES,
  openMessages,
  openPrivateMessage,
  sealHandshakeContent,
  sealMessages,
} from "@sotto/crypto/internals";
import { makeDevice, seededRandom } from "@sotto/crypto/testing";
import type { AuthenticatedContent } from "ts-mls/authenticatedContent.js";
import { protectPublicMessage, unprotectPublicMessage } from "ts-mls/messageProtectionPublic.js";
import type { PublicMessage } from "ts-mls/publicMessage.js";
import { expectBytes, expectSame, fromHex, present } from "./expect.ts";
import { kindOf } from "./kind.ts";
import { suiteOfVector } from "./suites.ts";

interface Vector {
  readonly cipher_suite: number;
  readonly group_id: string;
  readonly epoch: number;
  readonly tree_hash: string;
  readonly confirmed_transcript_hash: string;
  readonly signature_priv: string;
  readonly signature_pub: string;
  readonly encryption_secret: string;
  readonly sender_data_secret: string;
  readonly membership_key: string;
  readonly proposal: string;
  readonly proposal_priv: string;
  readonly proposal_pub: string;
  readonly commit: string;
  readonly commit_priv: string;
  readonly commit_pub: string;
  readonly application: string;
  readonly application_priv: string;
}

/** The vectors have two members, of whom the second sends. */
const MEMBERS = 2;
const SENDER = 1;
const NOTHING = new Uint8Array();

const provider = createNobleProvider(seededRandom("message protection"));
const { credential } = await makeDevice(provider);
const context: MlsContext = { ...createContext(provider, ALL_GUARDS), suite: suiteOfVector };

export const messageProtection = kindOf<Vector>("message-protection", async (vector) => {
  for (const type of ["proposal", "commit"] as const) {
    const opened = await openHandshake(vector, fromHex(vector[`${type}_priv`]));
    expectBytes(`${type} in private`, bodyOf(opened), vector[type]);
    const again = await openHandshake(vector, await sealedAgain(vector, opened));
    expectBytes(`${type} in private, by us`, bodyOf(again), vector[type]);

    const published = await openPublic(vector, publicMessageOf(vector[`${type}_pub`]));
    expectBytes(`${type} in public`, bodyOf(published), vector[type]);
    expectBytes(`${type} in public, by us`, bodyOf(await publishedAgain(vector, published)), vector[type]);
  }
  const states = [stateOf(vector, 0), stateOf(vector, SENDER)] as const;
  const outgoing = { plaintext: fromHex(vector.application), authenticatedData: NOTHING };
  const sealed = await sealMessages(context, states[1], present("keys", states[1].keys), [outgoing]);
  for (const ciphertext of [fromHex(vector.application_priv), ...sealed.ciphertexts]) {
    const { results } = await openMessages(context, states[0], [ciphertext], null);
    const result = present("message", results[0]);
    if (result.kind === "failed") throw new Error(`application: ${result.reason}`);
    expectBytes("application", result.plaintext, vector.application);
    expectSame("sender", result.sender.leaf, SENDER);
  }
});

function primitivesOf(vector: Vector): Primitives {
  return suiteOfVector(vector.cipher_suite).primitives;
}

function stateOf(vector: Vector, ownLeaf: number): GroupState {
  const { id, impl } = suiteOfVector(vector.cipher_suite);
  const schedule = {
    senderDataSecret: NOTHING,
    exporterSecret: NOTHING,
    externalSecret: NOTHING,
    confirmationKey: NOTHING,
    membershipKey: NOTHING,
    resumptionPsk: NOTHING,
    epochAuthenticator: NOTHING,
    initSecret: NOTHING,
  };
  return {
    suite: id,
    ownLeaf,
    current: {
      context: {
        version: "mls10",
        cipherSuite: impl.name,
        groupId: fromHex(vector.group_id),
        epoch: BigInt(vector.epoch),
        treeHash: fromHex(vector.tree_hash),
        confirmedTranscriptHash: fromHex(vector.confirmed_transcript_hash),
        extensions: [],
      },
      tree: [],
      members: [{ leaf: SENDER, credential, leafKey: fromHex(vector.signature_pub) }],
      senderDataSecret: fromHex(vector.sender_data_secret),
      ratchets: createSecretTree(MEMBERS, fromHex(vector.encryption_secret)),
    },
    past: undefined,
    handshakes: NO_HANDSHAKES,
    keys: {
      schedule,
      path: { leafIndex: ownLeaf, privateKeys: {} },
      confirmationTag: NOTHING,
      signaturePrivateKey: fromHex(vector.signature_priv),
    },
  };
}

async function openHandshake(vector: Vector, bytes: Uint8Array): Promise<AuthenticatedContent> {
  const state = stateOf(vector, 0);
  const message = present("PrivateMessage", decodePrivateMessage(bytes));
  const opened = await openPrivateMessage(context, state, state.current, message);
  if (opened.kind === "failed") throw new Error(`handshake: ${opened.reason}`);
  expectSame("sender", opened.leaf, SENDER);
  return opened.content;
}

/** The same content, signed and sealed by the engine. */
async function sealedAgain(vector: Vector, signed: AuthenticatedContent): Promise<Uint8Array> {
  const state = stateOf(vector, SENDER);
  const { contentType, authenticatedData } = signed.content;
  const framed = { leaf: SENDER, contentType, authenticatedData, body: bodyOf(signed) };
  const signature = await primitivesOf(vector).sign(
    fromHex(vector.signature_priv),
    contentToSign(state.current.context, framed),
  );
  const confirmationTag = signed.auth.contentType === "commit" ? signed.auth.confirmationTag : undefined;
  return (await sealHandshakeContent(context, state, { ...framed, signature, confirmationTag })).bytes;
}

function publicMessageOf(hex: string): PublicMessage {
  const message = decodeMessage(fromHex(hex), ALL_GUARDS);
  if (message.wireformat !== "mls_public_message") throw new Error("not a PublicMessage");
  return message.publicMessage;
}

/** Membership tag and signature: the function that reads the engine's external commits. */
function openPublic(vector: Vector, message: PublicMessage): Promise<AuthenticatedContent> {
  return unprotectPublicMessage(
    fromHex(vector.membership_key),
    stateOf(vector, 0).current.context,
    [],
    message,
    suiteOfVector(vector.cipher_suite).impl,
    fromHex(vector.signature_pub),
  );
}

async function publishedAgain(vector: Vector, content: AuthenticatedContent): Promise<AuthenticatedContent> {
  const { impl } = suiteOfVector(vector.cipher_suite);
  const groupContext = stateOf(vector, SENDER).current.context;
  const key = fromHex(vector.membership_key);
  return openPublic(vector, await protectPublicMessage(key, groupContext, content, impl));
}

function bodyOf({ content }: AuthenticatedContent): Uint8Array {
  switch (content.contentType) {
    case "proposal":
      return encodeProposal(content.proposal);
    case "commit":
      return encodeCommit(content.commit);
    default:
      throw new Error(`a handshake that is ${content.contentType}`);
  }
}
