/** Outgoing signals (DIR-3): gathered while others are encrypted, posted to the relay, made again after a refusal while they mean something. */
import type { CallId, ConversationId, SignalBody, SignalPart } from "@sotto/protocol";
import { MAX_SIGNAL_PARTS, SIGNAL_LIFETIME_MS } from "@sotto/protocol";
import type { Core, Step } from "../core.ts";
import { post } from "../posts.ts";
import { sealUncounted } from "../uncounted.ts";
import { canUseRelay } from "./route.ts";

/** Text of the descriptions and candidates in one content, in UTF-16 units: padded it stays below the limit of a content. */
const MAX_SIGNAL_CHARS = 16 * 1024;

/** The server's clock, as far as this device can tell. */
export function serverNow(core: Core): number {
  return Math.max(0, core.now() + core.live.clockOffsetMs);
}

/** Sends the part, with others of its call if there are any. */
export function signal(
  core: Core,
  id: ConversationId,
  { call, generation }: { readonly call: CallId; readonly generation: number },
  part: SignalPart,
): void {
  const queued = core.live.signals.get(id) ?? [];
  const last = queued.at(-1);
  const joins = last?.call === call && last.generation === generation && hasRoom(last.parts, part);
  const body: SignalBody = {
    kind: "signal",
    call,
    generation,
    expiresAtMs: serverNow(core) + SIGNAL_LIFETIME_MS,
    parts: joins ? [...last.parts, part] : [part],
  };
  core.live.signals.set(id, joins ? [...queued.slice(0, -1), body] : [...queued, body]);
  enqueueSignals(core, id);
}

/** What was refused goes first when the conversation may post again, if its call is still the one. */
export function signalAgain(core: Core, id: ConversationId, body: SignalBody): void {
  if (!isMeant(core, id, body)) return;
  const queued = core.live.signals.get(id) ?? [];
  const place = queued.findIndex(({ expiresAtMs }) => expiresAtMs > body.expiresAtMs);
  core.live.signals.set(id, queued.toSpliced(place === -1 ? queued.length : place, 0, body));
}

export function enqueueSignals(core: Core, id: ConversationId): void {
  if (core.live.signals.has(id)) core.enqueue({ key: `signals/${id}`, run: () => sendSignals(core, id) });
}

function* sendSignals(core: Core, id: ConversationId): Step<void> {
  const conversation = core.state.conversations.get(id);
  if (conversation === undefined || !canUseRelay(core, conversation)) return;
  const bodies = (core.live.signals.get(id) ?? []).flatMap((body) => stillMeant(core, id, body) ?? []);
  core.live.signals.delete(id);
  if (bodies.length === 0) return;
  const ciphertexts = yield* sealUncounted(core, conversation, bodies);
  for (const [i, body] of bodies.entries()) {
    // A refusal that has come meanwhile holds what is behind it; and the user may have chosen another way.
    if (canUseRelay(core, conversation) && isMeant(core, id, body))
      post(core, conversation, conversation.headIndex, ciphertexts[i] as Uint8Array, {
        kind: "signal",
        conversation: id,
        index: conversation.headIndex,
        body,
      });
    else signalAgain(core, id, body);
  }
}

/** What of the signal still means something: where this device can be reached is told only while its call is the one that it wants. */
function stillMeant(core: Core, id: ConversationId, body: SignalBody): SignalBody | undefined {
  if (body.expiresAtMs < serverNow(core)) return undefined;
  const isCurrent = core.live.links.get(id)?.call === body.call;
  const parts = isCurrent ? body.parts : body.parts.filter(({ kind }) => kind === "end");
  return parts.length === 0 ? undefined : { ...body, parts };
}

function isMeant(core: Core, id: ConversationId, body: SignalBody): boolean {
  return stillMeant(core, id, body)?.parts.length === body.parts.length;
}

function hasRoom(parts: readonly SignalPart[], part: SignalPart): boolean {
  const chars = [...parts, part].reduce((sum, each) => sum + charsOf(each), 0);
  return parts.length < MAX_SIGNAL_PARTS && chars <= MAX_SIGNAL_CHARS;
}

function charsOf(part: SignalPart): number {
  switch (part.kind) {
    case "offer":
    case "answer":
      return part.sdp.length;
    case "candidate":
      return part.candidate.length;
    case "end":
      return 0;
  }
}
