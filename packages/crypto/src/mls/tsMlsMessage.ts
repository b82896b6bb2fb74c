/**
 * Opening messages of a group (RFC 9420 §6.3, §9). Those that come together are worked on together, so that a platform may check their
 * signatures side by side; the outcome is as if each had come alone.
 */
import { bytesEqual } from "@sotto/protocol";
import type { AuthenticatedContent } from "ts-mls/authenticatedContent.js";
import type { PrivateMessage } from "ts-mls/privateMessage.js";
import type { SignedContent } from "./contentCodec.ts";
import { applicationDataOf, authenticatedContentOf } from "./contentCodec.ts";
import type { Decrypted, Member, MessageFailure } from "./port.ts";
import type { SenderData } from "./privateMessage.ts";
import { contentToSign, decodePrivateMessage, openContent, openSenderData } from "./privateMessage.ts";
import type { MessageKey } from "./ratchet.ts";
import { stepTo } from "./ratchet.ts";
import type { SecretTree } from "./secretTree.ts";
import { dropSkippedKeysBefore, useLeaf, withLeaf } from "./secretTree.ts";
import { memberAt } from "./tsMlsAuth.ts";
import type { MlsContext } from "./tsMlsContext.ts";
import type { EpochState, GroupState } from "./tsMlsState.ts";
import { withRatchets } from "./tsMlsState.ts";
import type { Primitives } from "./tsMlsSuite.ts";

/** A skipped key older than this is dropped (DESIGN: a message that has not come in a month will not come). */
const MAX_SKIPPED_AGE_MS = 30 * 24 * 60 * 60 * 1000;
/** Messages opened before the first of them is known to be good: bounds what a bad one makes to be done again. */
const MAX_TOGETHER = 64;
const NO_BYTES = new Uint8Array();

/** An opened handshake, or why it cannot be opened; `leaf` is its sender as far as known. */
export type Opened =
  | {
      readonly kind: "opened";
      readonly leaf: number;
      readonly content: AuthenticatedContent;
      readonly ratchets: SecretTree;
    }
  | { readonly kind: "failed"; readonly leaf: number | undefined; readonly reason: MessageFailure };

/**
 * Decrypts application messages of the current or the past epoch, in order. One that fails leaves no trace. `nowMs` dates keys that are
 * passed over, and drops those that are too old.
 */
export async function openMessages(
  context: MlsContext,
  before: GroupState,
  ciphertexts: readonly Uint8Array[],
  nowMs: number | null,
): Promise<{ readonly state: GroupState; readonly results: readonly Decrypted[] }> {
  const results: Decrypted[] = [];
  let state = nowMs === null ? before : withoutOldKeys(before, nowMs);
  let width = MAX_TOGETHER;
  while (results.length < ciphertexts.length) {
    const next = ciphertexts.slice(results.length, results.length + width);
    const opened = await openTogether(context, state, next, nowMs);
    results.push(...opened.results);
    ({ state } = opened);
    // Who sends bad ones among the good shall not make every good one cost twice.
    if (opened.results.length < next.length) width = 1;
  }
  return { state, results };
}

/** Opens a handshake of an epoch: sender data, ratchet, AEAD, then signature. The ratchet counts only after the signature. */
export async function openPrivateMessage(
  context: MlsContext,
  state: GroupState,
  epoch: EpochState,
  message: PrivateMessage,
): Promise<Opened> {
  const { primitives } = context.suite(state.suite);
  const located = await locateSender(context, state, epoch, message);
  if (typeof located === "string") return { kind: "failed", leaf: undefined, reason: located };
  const { leaf } = located.senderData;
  const taken = takeKey(context, primitives, epoch.ratchets, located, null);
  if (typeof taken === "string") return { kind: "failed", leaf, reason: taken };
  const content = await openVerified(primitives, located, taken.key);
  if (typeof content === "string") return { kind: "failed", leaf, reason: content };
  return {
    kind: "opened",
    leaf,
    content: authenticatedContentOf(message, leaf, content),
    ratchets: taken.ratchets,
  };
}

/** A message whose sender is a member, if its sender data is true. */
interface Located {
  readonly message: PrivateMessage;
  readonly epoch: EpochState;
  readonly senderData: SenderData;
  readonly sender: Member;
}

interface Taken {
  readonly key: MessageKey;
  /** After the step. */
  readonly ratchets: SecretTree;
}

/** Opens messages up to the first that fails after its ratchet was moved: those behind it were tried with a ratchet that never was. */
async function openTogether(
  context: MlsContext,
  before: GroupState,
  ciphertexts: readonly Uint8Array[],
  nowMs: number | null,
): Promise<{ readonly state: GroupState; readonly results: readonly Decrypted[] }> {
  const { primitives } = context.suite(before.suite);
  const all = await Promise.all(ciphertexts.map(async (bytes) => locate(context, before, bytes)));
  let ahead = before;
  const steps = all.map((located) => {
    if (typeof located === "string") return located;
    const epoch = epochNamed(ahead, located.message) as EpochState;
    const taken = takeKey(context, primitives, epoch.ratchets, located, nowMs);
    if (typeof taken === "string") return taken;
    ahead = withRatchets(ahead, epoch, taken.ratchets);
    return { located, state: ahead, content: openVerified(primitives, located, taken.key) };
  });
  const contents = await Promise.all(
    steps.map(async (step) => (typeof step === "string" ? step : step.content)),
  );
  const results: Decrypted[] = [];
  let state = before;
  for (const [i, step] of steps.entries()) {
    const content = contents[i] as SignedContent | MessageFailure;
    if (typeof content === "string") results.push({ kind: "failed", reason: content });
    if (typeof step === "string") continue;
    if (typeof content === "string") break;
    ({ state } = step);
    results.push(decryptedOf(context, step.located, content));
  }
  return { state, results };
}

/** What the clear fields and the sender data say; nothing of it is verified. */
async function locate(
  context: MlsContext,
  state: GroupState,
  ciphertext: Uint8Array,
): Promise<Located | MessageFailure> {
  const message = decodePrivateMessage(ciphertext.slice());
  if (message?.contentType !== "application") return "malformed";
  const { context: current } = state.current;
  if (!bytesEqual(message.groupId, current.groupId)) return "malformed";
  if (state.keys === undefined) return "tooOld";
  if (message.epoch > current.epoch) return "future";
  const epoch = epochNamed(state, message);
  if (epoch === undefined) return "tooOld";
  const located = await locateSender(context, state, epoch, message);
  // A device reads its own messages from its own records; its sending ratchet must not move by what comes in.
  return typeof located !== "string" && located.senderData.leaf === state.ownLeaf ? "replayed" : located;
}

async function locateSender(
  context: MlsContext,
  state: GroupState,
  epoch: EpochState,
  message: PrivateMessage,
): Promise<Located | "forged"> {
  const { primitives } = context.suite(state.suite);
  const senderData = await openSenderData(primitives, epoch.senderDataSecret, message);
  if (senderData === undefined) return "forged";
  const sender = memberAt(epoch.members, senderData.leaf);
  if (context.guards(11) && sender === undefined) return "forged";
  return { message, epoch, senderData, sender: sender as Member };
}

/** The key that the sender data names, and the tree without it. */
function takeKey(
  context: MlsContext,
  primitives: Primitives,
  ratchets: SecretTree,
  { message, senderData: { leaf, generation } }: Located,
  nowMs: number | null,
): Taken | "replayed" | "tooOld" {
  const used = useLeaf(primitives, ratchets, leaf);
  const kind = message.contentType === "application" ? "application" : "handshake";
  const step = stepTo(primitives, used.ratchets[kind], generation, nowMs, !context.guards(10));
  if (typeof step === "string") return step;
  return { key: step.key, ratchets: withLeaf(used.tree, leaf, { ...used.ratchets, [kind]: step.ratchet }) };
}

async function openVerified(
  primitives: Primitives,
  { message, epoch, senderData, sender }: Located,
  key: MessageKey,
): Promise<SignedContent | "forged" | "malformed"> {
  const content = await openContent(primitives, key, senderData, message);
  if (typeof content === "string") return content;
  const { contentType, authenticatedData } = message;
  const framed = { leaf: senderData.leaf, contentType, authenticatedData, body: content.body };
  const signed = contentToSign(epoch.context, framed);
  return (await primitives.verify(sender.leafKey, signed, content.signature)) ? content : "forged";
}

function decryptedOf(context: MlsContext, { message, sender }: Located, { body }: SignedContent): Decrypted {
  return {
    kind: "message",
    plaintext: applicationDataOf(body),
    // The clear field, bound by the AEAD and by the signature (defect 15: the library forgets to return it).
    authenticatedData: context.guards(15) ? message.authenticatedData.slice() : NO_BYTES,
    sender,
    epoch: Number(message.epoch),
  };
}

function epochNamed(state: GroupState, { epoch }: PrivateMessage): EpochState | undefined {
  return [state.current, state.past].find((known) => known?.context.epoch === epoch);
}

function withoutOldKeys(state: GroupState, nowMs: number): GroupState {
  const beforeMs = nowMs - MAX_SKIPPED_AGE_MS;
  return [state.current, state.past].reduce<GroupState>((swept, epoch) => {
    const ratchets = epoch && dropSkippedKeysBefore(epoch.ratchets, beforeMs);
    return epoch === undefined || ratchets === undefined || ratchets === epoch.ratchets
      ? swept
      : withRatchets(swept, epoch, ratchets);
  }, state);
}
