/** Links come, stop for a while, and are replaced by others (FIL-13, DIR-13). */
import type { ConversationId } from "@sotto/protocol";
import { resetTries } from "./pauses.ts";
import { forgetAsked } from "./receiving.ts";
import { forgetRequests, pourLink } from "./sending.ts";
import type { Core, LinkSession, Talk } from "./state.ts";
import { talkOf, touch } from "./state.ts";

/** Looks what the conversation's link is now. */
export function reviewLink(core: Core, conversation: ConversationId): void {
  const talk = talkOf(core, conversation);
  const link = fileLinkOf(core, conversation);
  const { session } = talk;
  if (link === undefined) {
    if (session?.steady === true) interrupt(core, talk, session);
  } else if (session?.link !== link) begin(core, talk, link, true);
  else if (!session.steady) {
    session.steady = true;
    session.sinceMs = core.nowMs;
    pourLink(core, session);
  }
  touchAll(core, talk);
}

/** Of the link on which a frame has come; `undefined` if that link has been replaced. */
export function sessionOf(core: Core, link: number, conversation: ConversationId): LinkSession | undefined {
  const talk = talkOf(core, conversation);
  if (talk.session?.link === link) return talk.session;
  const now = fileLinkOf(core, conversation);
  if ((now !== undefined && now !== link) || (talk.session?.link ?? 0) > link) return undefined;
  begin(core, talk, link, now === link);
  touchAll(core, talk);
  return talk.session;
}

/** None in mode relay, also while one is open yet (FIL-15). */
function fileLinkOf(core: Core, conversation: ConversationId): number | undefined {
  const way = core.surroundings.wayOf(conversation);
  return way?.mode === "relay" ? undefined : way?.link;
}

/** No packets go through, or the link has ended: what was asked is kept, because the other side may not have noticed. */
function interrupt(core: Core, talk: Talk, session: LinkSession): void {
  session.steady = false;
  session.sinceMs = core.nowMs;
  talk.linklessSinceMs = core.nowMs;
  for (const { incoming } of talk.files) {
    incoming.muddled = true;
    resetTries(incoming.polls);
  }
}

function begin(core: Core, talk: Talk, link: number, steady: boolean): void {
  talk.session = {
    link,
    steady,
    sinceMs: core.nowMs,
    requestedAtMs: core.nowMs,
    slots: [],
    reading: new Set(),
    waiting: [],
    turn: 0,
  };
  for (const file of talk.files) {
    forgetAsked(core, file);
    forgetRequests(file);
    file.incoming.muddled = false;
    file.incoming.hasAsked = false;
    file.incoming.pausedByPeer = false;
    file.outgoing.pausedByPeer = false;
    file.outgoing.wasAsked = false;
    file.saidPaused = false;
  }
}

function touchAll(core: Core, talk: Talk): void {
  for (const file of talk.files) touch(core, file);
}
