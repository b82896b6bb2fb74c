/** Direct connections as the rest of the engine sees them: what happens on them, their clock, and what the user chooses. */
import type { ConversationId } from "@sotto/protocol";
import { encodeDirectFrame } from "@sotto/protocol";
import type { CommandResult, LinkHappening } from "../contract.ts";
import type { Core } from "../core.ts";
import { leftOfSpan, refusal, setTimer } from "../core.ts";
import { enqueueDispatch } from "../posts.ts";
import { enqueueReceipt } from "../receipts.ts";
import { pathOf } from "../settings.ts";
import {
  act,
  callAfresh,
  callAnew,
  considerCall,
  giveUp,
  hangUp,
  makesRestarts,
  noteAttention,
  onClosed,
  timeCall,
} from "./calls.ts";
import { findsOverdue } from "./carry.ts";
import { onFrame, sendFrame } from "./intake.ts";
import { canUseRelay } from "./route.ts";
import { signal } from "./signals.ts";
import type { DirectLink } from "./state.ts";
import { tellPath } from "./state.ts";

const PING_MS = 15_000;
/** Of a link that is doubted. */
const DOUBTED_PING_MS = 1500;
/** A link on which so many pings have brought no frame is dead. */
const MAX_SILENT_PINGS = 2;

/** Somebody looks at the conversation: a direct way is worth having. */
export function attend(core: Core, id: ConversationId): CommandResult {
  if (!core.state.conversations.has(id)) return refusal("unknownConversation");
  noteAttention(core, id);
  return { ok: true, conversation: id };
}

/** The user has chosen another way for the conversation: a link that it does not allow ends, and messages go the new way. */
export function onPathChosen(core: Core, id: ConversationId): void {
  const mode = pathOf(core.state.settings, id);
  const link = core.live.links.get(id);
  if (link !== undefined && mode === "relay") hangUp(core, link, "relayOnly");
  else if (link !== undefined && mode === "turn" && !link.turnOnly) hangUp(core, link, "closed");
  tellPath(core, id);
  callAfresh(core, id);
  enqueueDispatch(core, id);
  enqueueReceipt(core, id);
}

/** Something has happened on the connection of that number. */
export function onLink(core: Core, number: number, happening: LinkHappening): void {
  const link = [...core.live.links.values()].find((known) => known.number === number);
  if (link === undefined) return;
  switch (happening.kind) {
    case "description":
      return signal(core, link.conversation, link, happening.description);
    case "candidate":
      return signal(core, link.conversation, link, happening.candidate);
    case "open":
      link.via = happening.via;
      return onOpen(core, link);
    case "steady":
      link.via = happening.via;
      return onSteady(core, link, happening.steady);
    case "frame":
      return onFrame(core, link, happening.frame);
    case "heard":
      link.silentPings = 0;
      return;
    case "misused":
      return giveUp(core, link, undefined);
    case "closed":
      return onClosed(core, link, happening.failure);
  }
}

function onOpen(core: Core, link: DirectLink): void {
  const { conversation: id } = link;
  Object.assign(link, { phase: "open", sinceMs: core.now(), pingedAtMs: core.now() });
  core.live.linkTries.delete(id);
  setTimer(core, "links", PING_MS);
  tellPath(core, id);
  enqueueDispatch(core, id);
  enqueueReceipt(core, id);
}

function onSteady(core: Core, link: DirectLink, steady: boolean): void {
  link.steady = steady;
  tellPath(core, link.conversation);
  enqueueDispatch(core, link.conversation);
  const conversation = core.state.conversations.get(link.conversation);
  if (steady || conversation === undefined || !makesRestarts(core, link)) return;
  if (!canUseRelay(core, conversation)) return;
  link.generation++;
  act(core, link, { do: "offer", restart: true });
}

/** The timer "links": calls that take too long, pings, messages that are not confirmed, pauses that are over. */
export function onLinksTimer(core: Core): void {
  for (const link of core.live.links.values()) {
    if (link.phase !== "open") timeCall(core, link);
    else if (stillLives(core, link) && findsOverdue(core, link)) enqueueDispatch(core, link.conversation);
  }
  for (const id of core.live.linkTries.keys()) considerCall(core, id);
}

/**
 * The other side has gone from the server, or is there again: its program may have ended without a word. What it sent before may still come in,
 * so only the answer to a ping shows that it goes on (DIR-10).
 */
export function doubtLink(core: Core, id: ConversationId): void {
  const link = core.live.links.get(id);
  if (link?.phase !== "open" || link.isDoubted) return;
  link.isDoubted = true;
  link.silentPings = 0;
  ping(core, link);
}

/** Pings when it is time. False: nobody has answered. */
function stillLives(core: Core, link: DirectLink): boolean {
  const leftMs = leftOfSpan(core, link.pingedAtMs, spanOf(link));
  if (leftMs > 0) setTimer(core, "links", leftMs);
  else if (link.silentPings < MAX_SILENT_PINGS) ping(core, link);
  else {
    if (link.isDoubted) callAnew(core, link);
    else giveUp(core, link, undefined);
    return false;
  }
  return true;
}

function ping(core: Core, link: DirectLink): void {
  link.silentPings++;
  link.pingedAtMs = core.now();
  sendFrame(core, link, encodeDirectFrame({ type: "ping" }));
  setTimer(core, "links", spanOf(link));
}

function spanOf({ isDoubted }: DirectLink): number {
  return isDoubted ? DOUBTED_PING_MS : PING_MS;
}
