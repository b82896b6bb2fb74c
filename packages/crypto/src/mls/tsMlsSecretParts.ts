/** The stored parts of an epoch's secret tree: each is rewritten when what it holds has changed, and no other. */
import type { ShapeOf } from "@sotto/protocol";
import { arrayOf, bytesUpTo, codecOf, nullable, tuple, uint } from "@sotto/protocol";
import type { Ratchet } from "./ratchet.ts";
import { MAX_SKIPPED_KEYS } from "./ratchet.ts";
import type { LeafRatchets, SecretTree } from "./secretTree.ts";

/** The largest hash of RFC 9420 §17.1. */
const MAX_SECRET_BYTES = 64;
const MAX_NODES = 1 << 16;

const secret = bytesUpTo(MAX_SECRET_BYTES);
const nodesCodec = codecOf(arrayOf(tuple(uint(), secret), MAX_NODES));
/** Secret, generation, lowest kept generation, number of skipped keys. */
const ratchet = tuple(secret, uint(), uint(), uint());
const ratchetsCodec = codecOf(tuple(ratchet, ratchet));
const skipped = arrayOf(tuple(uint(), nullable(uint()), secret, secret), MAX_SKIPPED_KEYS);
const skippedCodec = codecOf(tuple(skipped, skipped));

/** The secrets of nodes: all there is of an epoch in which nobody has written yet. */
export function encodeSecretNodes({ nodes }: SecretTree): Uint8Array {
  return nodesCodec.encode([...nodes]);
}

export function decodeSecretNodes(bytes: Uint8Array): ReadonlyMap<number, Uint8Array> | undefined {
  const nodes = nodesCodec.decode(bytes);
  return nodes && new Map(nodes);
}

/** The records that turn the stored `before` into `after`; `undefined` means that nothing is stored yet. */
export function putSecrets(
  epoch: number,
  before: SecretTree | undefined,
  after: SecretTree,
  put: Map<string, Uint8Array>,
  drop: string[],
): void {
  if (before?.nodes !== after.nodes) put.set(`secrets/${epoch}`, encodeSecretNodes(after));
  // Identity, not contents: some hundred comparisons, far below the cost of one signature.
  for (let leaf = 0; leaf < Math.max(before?.leaves.length ?? 0, after.leaves.length); leaf++) {
    const old = before?.leaves[leaf];
    const now = after.leaves[leaf];
    if (old === now) continue;
    if (now === undefined) drop.push(`ratchet/${epoch}/${leaf}`);
    else put.set(`ratchet/${epoch}/${leaf}`, encodeRatchets(now));
    if (old && now && sameSkipped(old, now)) continue;
    if (now && hasSkipped(now)) put.set(`skipped/${epoch}/${leaf}`, encodeSkipped(now));
    else if (old && hasSkipped(old)) drop.push(`skipped/${epoch}/${leaf}`);
  }
}

/** Drops all that is stored of the tree. */
export function dropSecrets(epoch: number, before: SecretTree, drop: string[]): void {
  drop.push(`secrets/${epoch}`);
  putSecrets(epoch, before, { ...before, leaves: [] }, new Map(), drop);
}

/** The tree of stored parts, or `undefined` if they are none. */
export function readSecrets(
  parts: ReadonlyMap<string, Uint8Array>,
  epoch: number,
  leafCount: number,
): SecretTree | undefined {
  const nodes = decodeSecretNodes(parts.get(`secrets/${epoch}`) ?? new Uint8Array());
  if (nodes === undefined) return undefined;
  const leaves: (LeafRatchets | undefined)[] = [];
  for (let leaf = 0; leaf < leafCount; leaf++) {
    const bytes = parts.get(`ratchet/${epoch}/${leaf}`);
    const ratchets = bytes && decodeRatchets(bytes, parts.get(`skipped/${epoch}/${leaf}`));
    if (bytes !== undefined && ratchets === undefined) return undefined;
    leaves.push(ratchets);
  }
  return { nodes, leaves };
}

function encodeRatchets({ handshake, application }: LeafRatchets): Uint8Array {
  const fields = ({ secret: next, generation, droppedBelow, skipped: keys }: Ratchet) =>
    [next, generation, droppedBelow, keys.length] as const;
  return ratchetsCodec.encode([fields(handshake), fields(application)]);
}

function encodeSkipped({ handshake, application }: LeafRatchets): Uint8Array {
  const fields = ({ skipped: keys }: Ratchet) =>
    keys.map(({ generation, sinceMs, key, nonce }) => [generation, sinceMs, key, nonce] as const);
  return skippedCodec.encode([fields(handshake), fields(application)]);
}

function decodeRatchets(bytes: Uint8Array, skippedBytes: Uint8Array | undefined): LeafRatchets | undefined {
  const ratchets = ratchetsCodec.decode(bytes);
  const keys = skippedBytes === undefined ? ([[], []] as const) : skippedCodec.decode(skippedBytes);
  if (ratchets === undefined || keys === undefined) return undefined;
  const [handshake, application] = ([0, 1] as const).map((i) => ratchetOf(ratchets[i], keys[i]));
  return handshake && application && { handshake, application };
}

function ratchetOf(
  [next, generation, droppedBelow, count]: ShapeOf<typeof ratchet>,
  keys: ShapeOf<typeof skipped>,
): Ratchet | undefined {
  if (keys.length !== count) return undefined;
  const skippedKeys = keys.map(([at, sinceMs, key, nonce]) => ({ generation: at, sinceMs, key, nonce }));
  return { secret: next, generation, droppedBelow, skipped: skippedKeys };
}

function hasSkipped({ handshake, application }: LeafRatchets): boolean {
  return handshake.skipped.length + application.skipped.length > 0;
}

function sameSkipped(a: LeafRatchets, b: LeafRatchets): boolean {
  return a.handshake.skipped === b.handshake.skipped && a.application.skipped === b.application.skipped;
}
