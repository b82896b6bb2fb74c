/** Who calls whom, and when: offers, answers, their crossing, and the pauses between tries (DIR-2, DIR-4, DIR-11). */
import type { Member } from "@sotto/crypto";
import type {
  CallId,
  ConversationId,
  DeviceId,
  LinkCandidate,
  LinkDescription,
  SignalBody,
} from "@sotto/protocol";
import { idOf } from "@sotto/protocol";
import type { IceServer, LinkFailure } from "../../ports/direct.ts";
import type { LinkAction, NoLinkReason } from "../contract.ts";
import type { Core, Step } from "../core.ts";
import { jitter, leftOfSpan, request, setTimer } from "../core.ts";
import { loadGroup } from "../groups.ts";
import { enqueueDispatch } from "../posts.ts";
import type { ConversationRecord } from "../records/conversation.ts";
import { enqueueReceipt } from "../receipts.ts";
import { pathOf } from "../settings.ts";
import { canUseRelay, isReady } from "./route.ts";
import { serverNow, signal } from "./signals.ts";
import type { DirectLink } from "./state.ts";
import { endLink, tellPath } from "./state.ts";

/** A link is worth having for so long after somebody has looked at the conversation or written in it. */
const ATTENDED_MS = 10 * 60_000;
/** Whoever has written so lately is there, also when it hides its presence. */
const HEARD_MS = 60_000;
/** From the first offer to the open channels. */
const CALL_MS = 15_000;
const FIRST_PAUSE_MS = 1000;
const MAX_PAUSE_MS = 30_000;
/** Whoever has not moved first leaves the other so much time to call. */
const COURTESY_MS = 1000;
/** What stands against a link, here or on the other side, holds so long, or until that comes online anew. */
const DECLINED_MS = 5 * 60_000;
const FIRM: readonly NoLinkReason[] = ["unsupported", "peerRelayOnly", "peerUnsupported", "noTurn"];

/** Tells the runtime what to do with the connection. */
export function act(core: Core, { number }: DirectLink, action: LinkAction): void {
  core.effect({ type: "link", link: number, action });
}

/** Somebody here looks at the conversation, or writes in it. */
export function noteAttention(core: Core, id: ConversationId): void {
  core.live.attended.set(id, core.now());
  // Who moves does not wait for the other; after a failure they pause all the same.
  if (core.live.linkTries.get(id)?.failures === 0) core.live.linkTries.delete(id);
  considerCall(core, id);
}

/** The other side has just written: it will call, or cannot. */
export function notePeersAttention(core: Core, id: ConversationId): void {
  core.live.attended.set(id, core.now());
  if (!core.live.linkTries.has(id)) letCall(core, id);
  considerCall(core, id);
}

/** Leaves the first call to the other side for a moment, so that two calls rarely cross. */
function letCall(core: Core, id: ConversationId): void {
  const tries = { failures: 0, sinceMs: core.now(), pauseMs: COURTESY_MS, reason: undefined };
  core.live.linkTries.set(id, tries);
}

/** Begins a call if one is wanted and can be made now; otherwise the timer is set for when it may be. */
export function considerCall(core: Core, id: ConversationId): void {
  const conversation = core.state.conversations.get(id);
  if (conversation === undefined || !mayCall(core, conversation)) return;
  const tries = core.live.linkTries.get(id);
  const leftMs = tries === undefined ? 0 : leftOfSpan(core, tries.sinceMs, tries.pauseMs);
  if (leftMs > 0) setTimer(core, "links", leftMs);
  else
    core.enqueue({
      key: `call/${id}`,
      run: () => call(core, id),
      onFailure: () => pause(core, id, undefined),
    });
}

function mayCall(core: Core, conversation: ConversationRecord): boolean {
  const { id } = conversation;
  if (conversation.peer === null) return false;
  if (!core.canLink || core.live.links.has(id) || pathOf(core.state.settings, id) === "relay") return false;
  return canUseRelay(core, conversation) && isWanted(core, conversation) && isThere(core, conversation);
}

function isWanted(core: Core, { id }: ConversationRecord): boolean {
  const { live, state } = core;
  const sinceMs = live.attended.get(id);
  if (sinceMs !== undefined && core.now() - sinceMs < ATTENDED_MS) return true;
  return pathOf(state.settings, id) === "direct" && (state.unsent.get(id)?.size ?? 0) > 0;
}

/** The other side is online, as far as one can tell. */
export function isThere(core: Pick<Core, "live" | "now">, { id, group }: ConversationRecord): boolean {
  if (group !== null && core.live.seen.has(group)) return true;
  const heardMs = core.live.heard.get(id);
  return heardMs !== undefined && core.now() - heardMs < HEARD_MS;
}

function* call(core: Core, id: ConversationId): Step<void> {
  const conversation = core.state.conversations.get(id);
  // The user may have chosen another way while this waited for its turn.
  if (conversation === undefined || conversation.group === null || !mayCall(core, conversation)) return;
  const device = otherDevice(core, (yield* loadGroup(core, conversation.group)).members, conversation);
  if (device === undefined) return pause(core, id, "notReady");
  const callId = idOf<CallId>(core.random(16));
  yield* begin(core, createLink(core, conversation, device, callId, undefined));
}

/** The one other leaf of a pair. With more devices than two the relay carries everything. */
function otherDevice(
  { state }: Core,
  members: readonly Member[],
  { peer }: ConversationRecord,
): DeviceId | undefined {
  const others = members.filter(({ credential }) => credential.device !== state.identity.device);
  const [other] = others;
  return others.length === 1 && other?.credential.account === peer ? other.credential.device : undefined;
}

function createLink(
  core: Core,
  { id, group, headIndex }: ConversationRecord,
  device: DeviceId,
  callId: CallId,
  offer: LinkDescription | undefined,
): DirectLink {
  const { live, state } = core;
  const failures = live.linkTries.get(id)?.failures ?? 0;
  const canTurn = live.ice?.servers.some(isTurn) === true;
  const link: DirectLink = {
    number: ++live.linkNumber,
    conversation: id,
    group: group as NonNullable<typeof group>,
    device,
    call: callId,
    generation: 1,
    answered: 0,
    offer,
    turnOnly: pathOf(state.settings, id) === "turn" || (canTurn && failures % 2 === 1),
    phase: "preparing",
    early: [],
    via: "local",
    steady: true,
    sinceMs: core.now(),
    pingedAtMs: 0,
    silentPings: 0,
    isDoubted: false,
    sent: 0,
    taken: 0,
    window: [],
    carriedThrough: 0,
    carriedIndex: headIndex,
    carried: [],
    overdue: false,
    receipts: [],
    inbox: [],
    received: 0,
  };
  live.links.set(id, link);
  setTimer(core, "links", CALL_MS);
  tellPath(core, id);
  return link;
}

/** Part of a job: makes the connection, and the offer or the answer. */
function* begin(core: Core, link: DirectLink): Step<void> {
  connect(core, link, knownIceServers(core) ?? (yield* fetchIceServers(core)));
}

function connect(core: Core, link: DirectLink, iceServers: readonly IceServer[]): void {
  // Meanwhile it may have been given up, or another call has taken its place.
  if (core.live.links.get(link.conversation) !== link) return;
  if (pathOf(core.state.settings, link.conversation) === "turn" && !iceServers.some(isTurn))
    return giveUp(core, link, "noTurn");
  link.phase = "connecting";
  act(core, link, { do: "open", options: { iceServers, turnOnly: link.turnOnly } });
  if (link.offer === undefined) return act(core, link, { do: "offer", restart: false });
  act(core, link, { do: "accept", description: link.offer });
  if (link.early.length > 0) act(core, link, { do: "addCandidates", candidates: link.early });
}

function knownIceServers(core: Core): readonly IceServer[] | undefined {
  const { ice } = core.live;
  return ice !== undefined && leftOfSpan(core, ice.sinceMs, ice.ttlMs) > 0 ? ice.servers : undefined;
}

function* fetchIceServers(core: Core): Step<readonly IceServer[]> {
  const answer = yield* request({ kind: "iceServers" });
  if (answer.kind !== "iceServers") return [];
  core.live.ice = { servers: answer.servers, sinceMs: core.now(), ttlMs: answer.ttlSeconds * 1000 };
  return answer.servers;
}

function isTurn({ urls }: IceServer): boolean {
  return urls.some((url) => url.startsWith("turn"));
}

/** A signal of the other side has come. It may come again: if it cannot be stored now, it will be opened anew. */
export function onSignal(core: Core, id: ConversationId, sender: Member, body: SignalBody): void {
  const conversation = core.state.conversations.get(id);
  if (conversation === undefined || sender.credential.account !== conversation.peer) return;
  if (!isReady(core, conversation) || body.expiresAtMs < serverNow(core)) return;
  for (const part of body.parts) {
    switch (part.kind) {
      case "offer":
        onOffer(core, conversation, sender.credential.device, body, part);
        break;
      case "answer":
        onAnswer(core, id, body, part);
        break;
      case "candidate":
        onCandidate(core, id, body, part);
        break;
      case "end":
        onEnd(core, id, body, part.reason);
        break;
    }
  }
}

function onOffer(
  core: Core,
  conversation: ConversationRecord,
  device: DeviceId,
  { call: callId, generation }: SignalBody,
  offer: LinkDescription,
): void {
  const { id } = conversation;
  const of = { call: callId, generation };
  if (pathOf(core.state.settings, id) === "relay")
    return signal(core, id, of, { kind: "end", reason: "relayOnly" });
  if (!core.canLink) return signal(core, id, of, { kind: "end", reason: "unsupported" });
  const current = core.live.links.get(id);
  if (current?.call === callId) return onRestart(core, current, generation, offer);
  // Two calls have crossed: the other side gives way.
  if (isCalling(current) && core.state.identity.device > device) return;
  if (current !== undefined) drop(core, current);
  const link = createLink(core, conversation, device, callId, offer);
  const iceServers = knownIceServers(core);
  if (iceServers !== undefined) return connect(core, link, iceServers);
  core.enqueue({
    key: `answer/${id}/${link.number}`,
    run: () => begin(core, link),
    onFailure: () => giveUp(core, link, undefined),
  });
}

function isCalling(link: DirectLink | undefined): boolean {
  return link !== undefined && link.offer === undefined && link.phase !== "open";
}

/** The other side looks for a new way. */
function onRestart(core: Core, link: DirectLink, generation: number, offer: LinkDescription): void {
  if (link.phase !== "open" || generation <= link.generation || makesRestarts(core, link)) return;
  link.generation = generation;
  act(core, link, { do: "accept", description: offer });
}

function onAnswer(core: Core, id: ConversationId, of: SignalBody, answer: LinkDescription): void {
  const link = linkOf(core, id, of);
  if (link === undefined || link.phase === "preparing" || link.answered === of.generation) return;
  link.answered = of.generation;
  act(core, link, { do: "accept", description: answer });
}

function onCandidate(core: Core, id: ConversationId, of: SignalBody, candidate: LinkCandidate): void {
  const link = linkOf(core, id, of);
  if (link?.phase === "preparing") link.early.push(candidate);
  else if (link !== undefined) act(core, link, { do: "addCandidates", candidates: [candidate] });
}

function onEnd(
  core: Core,
  id: ConversationId,
  of: SignalBody,
  reason: Extract<SignalBody["parts"][number], { kind: "end" }>["reason"],
): void {
  const link = core.live.links.get(id);
  if (link?.call !== of.call) return;
  if (reason === "relayOnly") giveUp(core, link, "peerRelayOnly");
  else if (reason === "unsupported") giveUp(core, link, "peerUnsupported");
  else giveUp(core, link, undefined);
}

function linkOf(
  core: Core,
  id: ConversationId,
  { call: callId, generation }: SignalBody,
): DirectLink | undefined {
  const link = core.live.links.get(id);
  return link?.call === callId && link.generation === generation ? link : undefined;
}

/** Of an open link the device with the higher id looks for a new way. */
export function makesRestarts({ state }: Core, { device }: DirectLink): boolean {
  return state.identity.device > device;
}

/** The connection has ended by itself. */
export function onClosed(core: Core, link: DirectLink, failure: LinkFailure): void {
  if (failure === "unsupported") {
    signal(core, link.conversation, link, { kind: "end", reason: "unsupported" });
    return giveUp(core, link, "unsupported");
  }
  giveUp(core, link, failure === "noWay" ? "noWay" : undefined);
}

/** A call that has found no way in its time. Returns what is left of the time. */
export function timeCall(core: Core, link: DirectLink): void {
  const leftMs = leftOfSpan(core, link.sinceMs, CALL_MS);
  if (leftMs > 0) setTimer(core, "links", leftMs);
  else giveUp(core, link, isThere(core, conversationOf(core, link)) ? "noWay" : undefined);
}

function conversationOf({ state }: Core, { conversation }: DirectLink): ConversationRecord {
  return state.conversations.get(conversation) as ConversationRecord;
}

/** The user wants no such link: it ends, and the other side is told. */
export function hangUp(core: Core, link: DirectLink, reason: "closed" | "relayOnly"): void {
  signal(core, link.conversation, link, { kind: "end", reason });
  drop(core, link);
}

/** Ends the link, and pauses before the next call. Messages go another way at once. */
export function giveUp(core: Core, link: DirectLink, reason: NoLinkReason | undefined): void {
  drop(core, link);
  pause(core, link.conversation, reason);
}

/** The other end is no more: whoever is there now is called at once. */
export function callAnew(core: Core, link: DirectLink): void {
  drop(core, link);
  callAfresh(core, link.conversation);
}

function drop(core: Core, { conversation: id }: DirectLink): void {
  endLink(core, id);
  enqueueDispatch(core, id);
  // Receipts that the other side has not taken are said again.
  enqueueReceipt(core, id);
}

function pause(core: Core, id: ConversationId, reason: NoLinkReason | undefined): void {
  const failures = (core.live.linkTries.get(id)?.failures ?? 0) + 1;
  const declined = reason !== undefined && FIRM.includes(reason);
  const ceilingMs = Math.min(MAX_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(failures, 10));
  const pauseMs = declined ? DECLINED_MS : FIRST_PAUSE_MS + jitter(core, ceilingMs - FIRST_PAUSE_MS);
  core.live.linkTries.set(id, { failures, sinceMs: core.now(), pauseMs, reason });
  setTimer(core, "links", pauseMs);
  tellPath(core, id);
}

/** What was in the way before may be no more: the user has chosen another way, or the other side has begun anew. */
export function callAfresh(core: Core, id: ConversationId): void {
  core.live.linkTries.delete(id);
  considerCall(core, id);
}

/** The other side has come online, or has accepted. Both sides learn of it then; one of the two goes first. */
export function onPeerReady(core: Core, id: ConversationId): void {
  const { identity, conversations } = core.state;
  const peer = conversations.get(id)?.peer ?? undefined;
  if (peer !== undefined && identity.account < peer) letCall(core, id);
  else core.live.linkTries.delete(id);
  considerCall(core, id);
}
