/** What a server can make that has accounts of its own, every session and all bytes that ever passed, but no key of alice or bob. */
import type { DeviceIdentity } from "@sotto/crypto";
import {
  deviceListHash,
  handshakeGenesis,
  issueCredential,
  pairConversationId,
  signDeviceList,
} from "@sotto/crypto";
import type { Credential, DeviceList, ListedDevice } from "@sotto/protocol";
import {
  decodeSignedDeviceList,
  encodeHandshakeBinding,
  encodeSignedDeviceList,
  idBytes,
  parseDeviceList,
} from "@sotto/protocol";
import { encodeJoinerInfo, TABLE } from "sotto/simulation";
import type { Person } from "../sim/people.ts";
import { EPOCH_MS } from "../sim/people.ts";
import { sha256 } from "../sim/tier.ts";
import type { MadeUpEntry } from "./deceit.ts";
import type { Resident, Town } from "./town.ts";

const NO_BYTES = new Uint8Array();

/** What the account's list says. */
export function listOf({ identity }: Person): DeviceList {
  const list = parseDeviceList(listBytesOf(identity.deviceList));
  if (list === undefined) throw new Error("no device list");
  return list;
}

/** The account's next list as only its owner can sign it. */
export function nextList(
  { cast }: Town,
  person: Person,
  devices: readonly ListedDevice[],
): Promise<Uint8Array> {
  const list = listOf(person);
  const previousHash = deviceListHash(cast.crypto, listBytesOf(person.identity.deviceList));
  const next = { ...list, previousHash, version: list.version + 1, devices };
  return signDeviceList(cast.crypto, next, person.accountPrivateKey);
}

/** The list with mallory's device in it, under the account's key, signed by mallory's. */
export function listWithGhost({ cast, mallory }: Town, person: Person): Promise<Uint8Array> {
  const list = listOf(person);
  const devices = [...list.devices, ...listOf(mallory.person).devices];
  return signDeviceList(cast.crypto, { ...list, devices }, mallory.person.accountPrivateKey);
}

/** A list of the person's account that names mallory's account key and devices, signed by that key: sound in itself. */
export function listUnderOtherKey(
  { cast, mallory }: Town,
  changes: Partial<DeviceList>,
): Promise<Uint8Array> {
  return signDeviceList(
    cast.crypto,
    { ...listOf(mallory.person), ...changes },
    mallory.person.accountPrivateKey,
  );
}

/** One bit of one byte changed: `at` counts from the list's own beginning, negative numbers from the signature's end. */
export function withFlippedBit(person: Person, at: number): Uint8Array {
  const signed = decodeSignedDeviceList(person.identity.deviceList);
  if (signed === undefined) throw new Error("no device list");
  const [list, signature] = [signed.list.slice(), signed.signature.slice()];
  const target = at < 0 ? signature : list;
  const index = at < 0 ? signature.length + at : at;
  target[index] = (target[index] as number) ^ 1;
  return encodeSignedDeviceList({ list, signature });
}

/** Mallory's device under a credential that claims whatever is given; mallory's account key signs it. */
export async function impostor(
  { cast, mallory }: Town,
  claim: Partial<Omit<Credential, "signature">>,
): Promise<DeviceIdentity> {
  const { credential, leafPrivateKey, leafPublicKey } = mallory.person.identity;
  return {
    credential: await issueCredential(
      cast.crypto,
      { ...credential, ...claim },
      leafPublicKey,
      mallory.person.accountPrivateKey,
    ),
    leafPrivateKey,
    leafPublicKey,
  };
}

/**
 * A Welcome for the resident to a group that `device` has made. It says that it is the conversation of alice and bob, or that of its `own`
 * account and the resident.
 */
export async function welcomeFrom(
  town: Town,
  device: DeviceIdentity,
  to: Resident,
  whose: "pair" | "own" = "pair",
  appData?: Uint8Array,
): Promise<MadeUpEntry> {
  const { cast } = town;
  const conversation =
    whose === "pair"
      ? town.conversation
      : pairConversationId(cast.crypto, device.credential.account, to.person.identity.account);
  const mls = cast.tier.createMls(cast.crypto.random);
  const group = town.newGroupId();
  const previousHash = handshakeGenesis(cast.crypto, conversation, group);
  const created = await mls.create(group, device, cast.tier.suite, EPOCH_MS, appData);
  const { handshake, welcome } = await mls.commit(
    created.group,
    {
      add: [to.person.lastResort.publicBytes],
      remove: [],
      authenticatedData: encodeHandshakeBinding({
        conversation: idBytes(conversation),
        index: 1,
        previousHash,
      }),
      joinerInfo: encodeJoinerInfo({ conversation, kind: "pair", index: 1, previousHash }),
    },
    EPOCH_MS,
  );
  if (welcome === null) throw new Error("nobody is welcomed");
  return {
    type: "welcome",
    group,
    index: 1,
    conversation,
    kind: "pair",
    predecessor: null,
    handshakeHash: sha256(handshake),
    welcome: { inline: welcome },
  };
}

/** The authenticated data that the next handshake of the conversation must have: all of it passes the server. */
export function nextBinding({ alice, conversation }: Town): Uint8Array {
  const head = alice.engine.state.conversations.get(conversation);
  if (head === undefined) throw new Error("no conversation");
  return encodeHandshakeBinding({
    conversation: idBytes(conversation),
    index: head.headIndex + 1,
    previousHash: head.headHash,
  });
}

/** A commit of mallory's own group of the same id that adds a device. */
export async function commitOfOwnGroup(town: Town): Promise<Uint8Array> {
  const { cast, mallory, group: id } = town;
  const mls = cast.tier.createMls(cast.crypto.random);
  let { group } = await mls.create(id, mallory.person.identity, cast.tier.suite, EPOCH_MS);
  // As many epochs as the real group has seen.
  for (let epoch = 0; epoch < 2; epoch++) {
    const step = await mls.commit(
      group,
      { add: [], remove: [], authenticatedData: NO_BYTES, joinerInfo: NO_BYTES },
      EPOCH_MS,
    );
    group = (await mls.adopt(step.group, step.pending)).group;
  }
  const commit = await mls.commit(
    group,
    {
      add: [town.carol.person.lastResort.publicBytes],
      remove: [],
      authenticatedData: nextBinding(town),
      joinerInfo: NO_BYTES,
    },
    EPOCH_MS,
  );
  return commit.handshake;
}

/** Records of mallory's own group of the same id, to make group info of. */
export async function recordsOfOwnGroup({
  cast,
  mallory,
  group,
}: Town): Promise<ReadonlyMap<string, Uint8Array>> {
  const mls = cast.tier.createMls(cast.crypto.random);
  return (await mls.create(group, mallory.person.identity, cast.tier.suite, EPOCH_MS)).delta.put;
}

/** The group's records as they lie on the resident's disk. */
export function stolenRecords({ client }: Resident, { group }: Town): ReadonlyMap<string, Uint8Array> {
  const prefix = `${group}/`;
  return new Map(
    [...client.disk.read(TABLE.group)].flatMap(([key, value]) =>
      key.startsWith(prefix) ? [[key.slice(prefix.length), value] as const] : [],
    ),
  );
}

function listBytesOf(signedList: Uint8Array): Uint8Array {
  const signed = decodeSignedDeviceList(signedList);
  if (signed === undefined) throw new Error("no device list");
  return signed.list;
}
