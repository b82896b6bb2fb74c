/** A device in a test: its engine, its group and the records that a store would hold, reloaded whenever the test wants a restart. */
import type { Credential, GroupId } from "@sotto/protocol";
import type {
  CommitIntent,
  CommitResult,
  Decrypted,
  DeviceIdentity,
  HandshakeOutcome,
  KeyPackageBundle,
  KnownPsk,
  MlsEngine,
  MlsGroup,
  SuiteId,
  Transition,
} from "../mls/port.ts";

/** The clock of these tests, in milliseconds. */
export const NOW_MS = 1_800_000_000_000;

const NO_BYTES: Uint8Array = new Uint8Array();

/** A commit that changes nothing but keys, and parts of it to override. */
export function intent(changes: Partial<CommitIntent> = {}): CommitIntent {
  return { add: [], remove: [], authenticatedData: NO_BYTES, joinerInfo: NO_BYTES, ...changes };
}

/** One device. `parts` is what its store holds: every transition that is taken is written there. */
export interface Peer {
  readonly engine: MlsEngine;
  readonly device: DeviceIdentity;
  readonly suite: SuiteId;
  readonly parts: Map<string, Uint8Array>;
  group: MlsGroup;
}

/** The peer's group and records after a transition. */
export function take(peer: Peer, { group, delta }: Transition): void {
  for (const [name, bytes] of delta.put) peer.parts.set(name, bytes.slice());
  for (const name of delta.drop) peer.parts.delete(name);
  peer.group = group;
}

/** Throws the live group away and goes on with the stored one. */
export async function restart(peer: Peer): Promise<void> {
  peer.group = await peer.engine.load(new Map(peer.parts));
}

export async function createPeer(
  engine: MlsEngine,
  device: DeviceIdentity,
  suite: SuiteId,
  id: GroupId,
  appData?: Uint8Array,
): Promise<Peer> {
  const created = await engine.create(id, device, suite, NOW_MS, appData);
  const peer: Peer = { engine, device, suite, parts: new Map(), group: created.group };
  take(peer, created);
  return peer;
}

export async function bundleFor(
  engine: MlsEngine,
  device: DeviceIdentity,
  suite: SuiteId,
): Promise<KeyPackageBundle> {
  const [bundle] = await engine.keyPackages(device, suite, 1, NOW_MS, 30);
  if (bundle === undefined) throw new Error("no key package");
  return bundle;
}

export async function joinPeer(
  engine: MlsEngine,
  device: DeviceIdentity,
  suite: SuiteId,
  welcome: Uint8Array | null,
  bundle: KeyPackageBundle,
  psks?: readonly KnownPsk[],
): Promise<Peer> {
  if (welcome === null) throw new Error("no Welcome");
  const joined = await engine.join(welcome, [bundle], device, psks);
  const peer: Peer = { engine, device, suite, parts: new Map(), group: joined.group };
  take(peer, joined);
  return peer;
}

/** Prepares a commit and stores the advanced ratchet, as a client does before sending. */
export async function prepare(peer: Peer, changes: Partial<CommitIntent> = {}): Promise<CommitResult> {
  const commit = await peer.engine.commit(peer.group, intent(changes), NOW_MS);
  take(peer, commit);
  return commit;
}

/** Processes a handshake and takes the transition unless there is none. */
export async function receive(
  peer: Peer,
  handshake: Uint8Array,
  authenticatedData = NO_BYTES,
  psks: readonly KnownPsk[] = [],
): Promise<HandshakeOutcome> {
  const outcome = await peer.engine.process(peer.group, handshake, { authenticatedData, psks });
  if (outcome.kind !== "undecided") take(peer, outcome);
  return outcome;
}

/** A commit that wins: the committer adopts, the others process. Throws if one of them does not apply it. */
export async function commitAll(
  committer: Peer,
  others: readonly Peer[],
  changes: Partial<CommitIntent> = {},
): Promise<CommitResult> {
  const commit = await prepare(committer, changes);
  take(committer, await committer.engine.adopt(committer.group, commit.pending));
  for (const other of others) {
    const outcome = await receive(other, commit.handshake, changes.authenticatedData, changes.psks);
    if (outcome.kind !== "applied") throw new Error("reason" in outcome ? outcome.reason : outcome.kind);
  }
  return commit;
}

/** A request to leave that gets its place: the leaver and the others note it. */
export async function askToLeave(leaver: Peer, others: readonly Peer[]): Promise<Uint8Array> {
  const { handshake, pending, ...sent } = await leaver.engine.leave(leaver.group, NO_BYTES);
  take(leaver, sent);
  take(leaver, await leaver.engine.adopt(leaver.group, pending));
  for (const other of others) {
    const outcome = await receive(other, handshake);
    if (outcome.kind !== "proposed") throw new Error("reason" in outcome ? outcome.reason : outcome.kind);
  }
  return handshake;
}

/** A device that joins by itself, and the others that let it. Throws if one of them does not. */
export async function joinOutside(
  engine: MlsEngine,
  device: DeviceIdentity,
  inside: Peer,
  others: readonly Peer[],
  psks?: readonly KnownPsk[],
): Promise<Peer> {
  const groupInfo = await inside.engine.groupInfo(inside.group, NO_BYTES);
  const intent = { authenticatedData: NO_BYTES, ...(psks && { psks }) };
  const commit = await engine.joinExternal(groupInfo, device, intent, NOW_MS);
  for (const other of others) {
    const outcome = await receive(other, commit.handshake, NO_BYTES, psks);
    if (outcome.kind !== "applied") throw new Error("reason" in outcome ? outcome.reason : outcome.kind);
  }
  const adopted = await engine.adoptExternal(commit.pending);
  const peer: Peer = { engine, device, suite: inside.suite, parts: new Map(), group: adopted.group };
  take(peer, adopted);
  return peer;
}

/** Adds a device to the group of the first peer, which commits. */
export async function addPeer(
  members: readonly Peer[],
  device: DeviceIdentity,
  engine?: MlsEngine,
): Promise<Peer> {
  const [committer, ...others] = members as [Peer, ...Peer[]];
  const own = engine ?? committer.engine;
  const bundle = await bundleFor(own, device, committer.suite);
  const { welcome } = await commitAll(committer, others, { add: [bundle.publicBytes] });
  return joinPeer(own, device, committer.suite, welcome, bundle);
}

/** Encrypts texts and stores the advanced ratchet. */
export async function send(peer: Peer, ...texts: readonly string[]): Promise<readonly Uint8Array[]> {
  const messages = texts.map((text) => ({
    plaintext: encode(text),
    authenticatedData: encode(`data of ${text}`),
  }));
  const sent = await peer.engine.encrypt(peer.group, messages);
  take(peer, sent);
  return sent.ciphertexts;
}

/** Decrypts; each result is the text or the failure. */
export async function read(peer: Peer, ...ciphertexts: readonly Uint8Array[]): Promise<readonly string[]> {
  const opened = await peer.engine.decrypt(peer.group, ciphertexts);
  take(peer, opened);
  return opened.results.map(textOf);
}

/** Text of a decrypted message, or `! reason`. */
export function textOf(result: Decrypted): string {
  return result.kind === "message" ? new TextDecoder().decode(result.plaintext) : `! ${result.reason}`;
}

export function deviceIds(members: readonly { readonly credential: Credential }[]): readonly string[] {
  return members.map(({ credential }) => credential.device);
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
