/** Two people who are contacts: alice is an engine on a bench, bob a group in a test's hand. */
import type { DeviceIdentity, MlsGroup } from "@sotto/crypto";
import { createNobleProvider, padContent, unpadContent } from "@sotto/crypto";
import { seededRandom } from "@sotto/crypto/testing";
import type {
  Content,
  ContentBody,
  ConversationId,
  GroupId,
  HandshakeEntry,
  MessageEntry,
  MessageId,
  StreamId,
  WelcomeEntry,
} from "@sotto/protocol";
import {
  decodeContent,
  encodeContent,
  encodeHandshakeBinding,
  encodeMessageBinding,
  idBytes,
  idOf,
  isCounted,
} from "@sotto/protocol";
import { contentHash, genesisHash, nextHandshakeHash, pairConversationId } from "../engine/chain.ts";
import { encodeJoinerInfo } from "../engine/joinerInfo.ts";
import { encodeKeyPackage } from "../engine/records/keyPackage.ts";
import { TABLE } from "../engine/records/table.ts";
import { createMemoryDisk } from "../adapters/memory/disk.ts";
import type { BenchPerson, EngineBench } from "./engineBench.ts";
import { createBench, createPerson, SUITE } from "./engineBench.ts";

export interface BenchPair {
  readonly alice: BenchPerson;
  readonly bob: BenchPerson;
  readonly bench: EngineBench;
  readonly conversation: ConversationId;
  readonly group: GroupId;
  /** The entry that welcomed alice. */
  readonly welcome: WelcomeEntry;
  /** Bob's next text as a mailbox entry; its sequence follows the last one. */
  readonly text: (text: string, id?: MessageId) => Promise<MessageEntry>;
  /** Any content of bob's, encrypted; one that is counted takes its place in his stream. */
  readonly seal: (body: ContentBody, id?: MessageId) => Promise<Uint8Array>;
  /** A ciphertext of bob's as a mailbox entry. */
  readonly entry: (ciphertext: Uint8Array) => MessageEntry;
  /** What bob reads in a ciphertext of alice's. */
  readonly read: (ciphertext: Uint8Array) => Promise<Content>;
  /** Bob's request to leave at the next place of the order, which he notes too. */
  readonly leave: () => Promise<HandshakeEntry>;
  readonly nextSequence: () => number;
}

const provider = createNobleProvider(seededRandom("bench pair"));
const { random } = provider;
const sha256 = (bytes: Uint8Array): Uint8Array => provider.sha256(bytes);
const NOW_MS = 1_800_000_000_000;
const LIFETIME_DAYS = 90;

/**
 * Bob has asked, with a text if one is given; alice is online and has accepted: handshake 2 is the current one. Her key package is a last
 * resort. `isLookedAt`: before that bob has come online, and alice has looked at the conversation.
 */
export async function createPair(
  requestText?: string,
  canLink = false,
  isLookedAt = false,
): Promise<BenchPair> {
  const [alice, bob] = [await createPerson("alice"), await createPerson("bob")];
  const disk = createMemoryDisk();
  const [bundle] = await alice.mls.keyPackages(deviceOf(alice), SUITE, 1, NOW_MS, LIFETIME_DAYS);
  if (bundle === undefined) throw new Error("no key package");
  const { ref, ...stored } = bundle;
  disk.apply([{ put: TABLE.keyPackage, key: ref, value: encodeKeyPackage({ ...stored, lastResort: true }) }]);
  const bench = createBench(alice, disk, canLink);
  const { account } = bob.identity;
  const [bobs] = await bob.mls.keyPackages(deviceOf(bob), SUITE, 1, NOW_MS, LIFETIME_DAYS);
  bench.onRequest = ({ kind }) => {
    if (kind === "accountById" || kind === "accountByName")
      return { kind: "account", account, deviceList: bob.identity.deviceList };
    if (kind !== "claimKeyPackages" || bobs === undefined) return { kind: "unreachable", reason: "offline" };
    return { kind: "keyPackages", packages: [{ device: bob.identity.device, keyPackage: bobs.publicBytes }] };
  };

  const group = idOf<GroupId>(random(16));
  const conversation = pairConversationId(sha256, alice.identity.account, account);
  const opened = await openGroup(bob, group, conversation, stored.publicBytes);
  let sequence = 0;
  const nextSequence = (): number => ++sequence;
  const welcome: WelcomeEntry = {
    type: "welcome",
    sequence: nextSequence(),
    group,
    index: 1,
    conversation,
    kind: "pair",
    predecessor: null,
    handshakeHash: sha256(opened.handshake),
    welcome: { inline: opened.welcome },
  };
  let bobsGroup = opened.group;
  let head = { index: 1, headHash: opened.hash };
  const stream = idOf<StreamId>(random(16));
  let counter = 0;
  let previousHash: Uint8Array = new Uint8Array(32);
  async function seal(body: ContentBody, id: MessageId = idOf<MessageId>(random(16))): Promise<Uint8Array> {
    const counted = isCounted(body);
    const content = encodeContent({
      id,
      stream,
      counter: counted ? ++counter : 0,
      previousHash,
      sentAtMs: NOW_MS,
      listVersion: 1,
      logHead: null,
      epochAuthenticator: null,
      body,
    });
    if (counted) previousHash = contentHash(sha256, content);
    const encrypted = await bob.mls.encrypt(bobsGroup, [
      {
        plaintext: padContent(content),
        authenticatedData: encodeMessageBinding({ ...head, base: 0, takenIndex: 0 }),
      },
    ]);
    bobsGroup = encrypted.group;
    return encrypted.ciphertexts[0] as Uint8Array;
  }
  const entry = (ciphertext: Uint8Array): MessageEntry => ({
    type: "message",
    sequence: nextSequence(),
    group,
    index: head.index,
    ciphertext,
  });
  const text: BenchPair["text"] = async (body, id) =>
    entry(await seal({ kind: "text", text: body, replyTo: null }, id));
  async function read(ciphertext: Uint8Array): Promise<Content> {
    const decrypted = await bob.mls.decrypt(bobsGroup, [ciphertext]);
    bobsGroup = decrypted.group;
    const [result] = decrypted.results;
    const padded = result?.kind === "message" ? unpadContent(result.plaintext) : undefined;
    const content = padded && decodeContent(padded);
    if (content === undefined) throw new Error("bob cannot read this");
    return content;
  }

  await bench.connect();
  await bench.push(welcome);
  if (requestText !== undefined) await bench.push(await text(requestText));
  if (isLookedAt) {
    await bench.command({ kind: "attend", conversation });
    await bench.push({ type: "presence", group, online: true });
  }
  await bench.command({ kind: "acceptContact", account });
  const accept = bench.submitted.find((frame) => frame.type === "handshake");
  if (accept?.type !== "handshake") throw new Error("alice did not accept");
  const { handshake } = accept;
  await bench.push({
    type: "handshake",
    sequence: nextSequence(),
    group,
    index: 2,
    handshake: { inline: handshake },
  });
  const binding = { conversation: idBytes(conversation), index: 2, previousHash: opened.hash };
  const outcome = await bob.mls.process(bobsGroup, handshake, {
    authenticatedData: encodeHandshakeBinding(binding),
  });
  if (outcome.kind !== "applied") throw new Error("bob does not follow");
  bobsGroup = outcome.group;
  head = { index: 2, headHash: nextHandshakeHash(sha256, opened.hash, group, 2, sha256(handshake)) };
  async function leave(): Promise<HandshakeEntry> {
    const index = head.index + 1;
    const place = { conversation: idBytes(conversation), index, previousHash: head.headHash };
    const left = await bob.mls.leave(bobsGroup, encodeHandshakeBinding(place));
    bobsGroup = (await bob.mls.adopt(left.group, left.pending)).group;
    head = {
      index,
      headHash: nextHandshakeHash(sha256, head.headHash, group, index, sha256(left.handshake)),
    };
    return {
      type: "handshake",
      sequence: nextSequence(),
      group,
      index,
      handshake: { inline: left.handshake },
    };
  }
  return {
    alice,
    bob,
    bench,
    conversation,
    group,
    welcome,
    text,
    seal,
    entry,
    read,
    leave,
    nextSequence,
  };
}

interface OpenedGroup {
  readonly group: MlsGroup;
  readonly handshake: Uint8Array;
  readonly welcome: Uint8Array;
  readonly hash: Uint8Array;
}

async function openGroup(
  creator: BenchPerson,
  id: GroupId,
  conversation: ConversationId,
  keyPackage: Uint8Array,
): Promise<OpenedGroup> {
  const { mls } = creator;
  const previousHash = genesisHash(sha256, conversation, id);
  const { group } = await mls.create(id, deviceOf(creator), SUITE, NOW_MS);
  const intent = {
    add: [keyPackage],
    remove: [],
    authenticatedData: encodeHandshakeBinding({
      conversation: idBytes(conversation),
      index: 1,
      previousHash,
    }),
    joinerInfo: encodeJoinerInfo({ conversation, kind: "pair", index: 1, previousHash }),
  };
  const { group: ratcheted, handshake, welcome, pending } = await mls.commit(group, intent, NOW_MS);
  if (welcome === null) throw new Error("nobody is welcomed");
  const adopted = await mls.adopt(ratcheted, pending);
  const hash = nextHandshakeHash(sha256, previousHash, id, 1, sha256(handshake));
  return { group: adopted.group, handshake, welcome, hash };
}

function deviceOf({ identity: { credential, leafPrivateKey, leafPublicKey } }: BenchPerson): DeviceIdentity {
  return { credential, leafPrivateKey, leafPublicKey };
}
