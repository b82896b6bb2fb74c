/**
 * A page's line to whoever leads. It keeps every call until it is answered, and makes it again when another leads; it notices a leader that has
 * stopped without ending.
 */
import type { SottoError } from "../../api.ts";
import { SottoError as SottoErrorClass } from "../../api.ts";
import type { ClientEvent } from "../../index.ts";
import type { Clock } from "../../runtime/clock.ts";
import { sottoError } from "../../sdk/messages.ts";
import type {
  CallName,
  Calls,
  DeviceView,
  FromLeader,
  LeaderCall,
  LeaderState,
  TabId,
  Term,
  ToLeader,
} from "./channel.ts";

/** Patience is counted in beats, not by the clock: a page that has slept itself has heard nothing meanwhile. */
export const BEAT_MS = 1000;
/** An idle leader is asked for a sign of life that often. */
const IDLE_BEATS = 4;
/** Beats without an answer after which it has stopped. */
const PATIENCE_BEATS = 3;
/** A call that none of so many leaders has answered is what they die of. */
const MAX_LEADERS = 20;

export type Call = <Name extends CallName>(
  name: Name,
  ...args: Parameters<Calls[Name]>
) => Promise<ReturnType<Calls[Name]>>;

export interface LeaderLinkOptions {
  readonly tab: TabId;
  /** To the own worker, or into the hall. */
  readonly post: (message: ToLeader, toOwn: boolean) => void;
  /** Somebody leads; `isNew` when it was somebody else before. */
  readonly onState: (state: LeaderState, isNew: boolean) => void;
  readonly onChanged: (events: readonly ClientEvent[], view: DeviceView | undefined) => void;
  /** The leader has stopped. */
  readonly onSilence: () => void;
  readonly clock: Clock;
  /** Whether somebody looks at the page: an idle leader is watched only then. */
  readonly isWatched: () => boolean;
}

export interface LeaderLink {
  readonly call: Call;
  receive(message: FromLeader, fromOwn: boolean): void;
  /** Asks who leads. */
  ask(): void;
  /** Rejects the calls under way. */
  rejectAll(error: SottoError): void;
}

interface Waiting {
  readonly name: CallName;
  readonly args: readonly unknown[];
  readonly resolve: (value: ReturnType<Calls[CallName]>) => void;
  readonly reject: (error: SottoError) => void;
  /** Of the leader that was asked last. */
  term?: Term;
  leaders: number;
}

export function createLeaderLink(options: LeaderLinkOptions): LeaderLink {
  const { tab, post, onState, onChanged, onSilence, clock, isWatched } = options;
  const waiting = new Map<number, Waiting>();
  let nextCall = 1;
  let leader: { readonly term: Term; readonly isOwn: boolean; readonly isOpen: boolean } | undefined;
  let quietBeats = 0;
  let unansweredBeats: number | undefined;
  beatLater();

  return {
    call: (name, ...args) =>
      new Promise((resolve, reject) => {
        const call = nextCall++;
        // Each call is answered with its own kind of value.
        waiting.set(call, { name, args, resolve: resolve as Waiting["resolve"], reject, leaders: 0 });
        make(call);
      }),
    receive,
    ask,
    rejectAll(error) {
      for (const { reject } of waiting.values()) reject(error);
      waiting.clear();
    },
  };

  function receive(message: FromLeader, fromOwn: boolean): void {
    switch (message.type) {
      case "taking":
      case "alive":
        return onSign();
      case "leads":
        return onLeads(message, fromOwn);
      case "changed":
        if (message.term === leader?.term) {
          onSign();
          return onChanged(message.events, message.view);
        }
        // Its announcement was missed.
        return leader !== undefined && message.term > leader.term ? ask() : undefined;
      case "result":
        return taken(message)?.resolve(message.value);
      case "failure":
        return taken(message)?.reject(new SottoErrorClass(message.error.code, message.error.message));
      case "yielded":
        return undefined;
    }
  }

  function onLeads({ term, state }: Extract<FromLeader, { type: "leads" }>, isOwn: boolean): void {
    if (leader !== undefined && term < leader.term) return;
    const isNew = leader?.term !== term;
    leader = { term, isOwn, isOpen: state.kind === "open" };
    onSign();
    onState(state, isNew);
    for (const [call, { term: asked }] of waiting) if (asked !== term) make(call);
  }

  function make(call: number): void {
    const one = waiting.get(call);
    if (one === undefined || leader === undefined) return;
    if (!leader.isOpen || one.leaders >= MAX_LEADERS) {
      waiting.delete(call);
      return one.reject(sottoError(leader.isOpen ? "internal" : "closed"));
    }
    const { term, isOwn } = leader;
    const { name, args } = one;
    const again = one.term !== undefined;
    one.term = term;
    one.leaders++;
    post({ type: "call", term, call, again, name, args } as LeaderCall, isOwn);
  }

  /** The call that is answered; answers of a leader that is one no more are not taken. */
  function taken({
    term,
    to,
    call,
  }: {
    readonly term: Term;
    readonly to: TabId;
    readonly call: number;
  }): Waiting | undefined {
    if (to !== tab || term !== leader?.term) return undefined;
    onSign();
    const one = waiting.get(call);
    waiting.delete(call);
    return one;
  }

  function ask(): void {
    post({ type: "who" }, false);
  }

  function onSign(): void {
    quietBeats = 0;
    unansweredBeats = undefined;
  }

  function beatLater(): void {
    clock.schedule(clock.nowMs() + BEAT_MS, () => {
      beat();
      beatLater();
    });
  }

  function beat(): void {
    if (unansweredBeats !== undefined) {
      if (++unansweredBeats < PATIENCE_BEATS) return;
      unansweredBeats = 0;
      return onSilence();
    }
    quietBeats++;
    const isDue = leader === undefined || waiting.size > 0 || (isWatched() && quietBeats >= IDLE_BEATS);
    if (!isDue) return;
    unansweredBeats = 0;
    post({ type: "ping" }, leader?.isOwn ?? false);
  }
}
