/** When wishes are looked at again: their pauses, and the timer. */
import type { ConversationId } from "@sotto/protocol";
import type { Core } from "../core.ts";
import { jitter, leftOfSpan, setTimer } from "../core.ts";
import type { Wish } from "../records/wish.ts";
import type { StoredState } from "../state.ts";
import { isAsked } from "./plan.ts";

/** A commit that has lost its place is made again after a pause of up to this, and up to twice as much after each further loss. */
const FIRST_PAUSE_MS = 500;
const MAX_PAUSE_MS = 60_000;

export function wishesOf({ wishes }: Pick<StoredState, "wishes">, id: ConversationId): readonly Wish[] {
  return wishes.get(id) ?? [];
}

/** This device is getting out of the group; for its user it is out already. */
export function isLeaving(state: Pick<StoredState, "wishes">, id: ConversationId): boolean {
  return wishesOf(state, id).some(({ kind }) => kind === "leave");
}

/** Something that the user has asked for has not come true yet. */
export function isChanging(state: Pick<StoredState, "wishes">, id: ConversationId): boolean {
  return wishesOf(state, id).some(isAsked);
}

/** Has the wishes of all groups looked at by the timer of that name. */
export function considerWishes(core: Core, afterMs = 0): void {
  setTimer(core, "wishes", afterMs);
}

/** Another commit was first: many devices that have lost together shall not try again together. */
export function noteLoss(core: Core, id: ConversationId): void {
  const losses = Math.min((core.live.wishPauses.get(id)?.losses ?? 0) + 1, 16);
  const pauseMs = jitter(core, Math.min(MAX_PAUSE_MS, FIRST_PAUSE_MS * 2 ** losses));
  core.live.wishPauses.set(id, { losses, sinceMs: core.now(), pauseMs });
}

/** The server cannot take it now. */
export function notePause(core: Core, id: ConversationId, pauseMs: number): void {
  const losses = core.live.wishPauses.get(id)?.losses ?? 0;
  core.live.wishPauses.set(id, { losses, sinceMs: core.now(), pauseMs });
}

export function noteSuccess(core: Core, id: ConversationId): void {
  core.live.wishPauses.delete(id);
  core.live.singleWishes.delete(id);
  core.live.claims.delete(id);
}

export function pauseLeft(core: Core, id: ConversationId): number {
  const pause = core.live.wishPauses.get(id);
  return pause === undefined ? 0 : leftOfSpan(core, pause.sinceMs, pause.pauseMs);
}
