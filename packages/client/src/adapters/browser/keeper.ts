/**
 * The life of a tab's worker: it seeks the lead, leads, loses it to another tab and seeks it again. For calls that are its own page's alone it takes
 * the lead at once.
 */
import type { Clock } from "../../runtime/clock.ts";
import { sottoError } from "../../sdk/messages.ts";
import type { Candidate } from "./candidate.ts";
import type {
  Channel,
  Envelope,
  FromLeader,
  FromWorker,
  Hall,
  OwnCall,
  TabId,
  ToLeader,
  ToWorker,
} from "./channel.ts";
import { TABS_VERSION } from "./channel.ts";
import type { DeviceHost } from "./deviceHost.ts";
import type { Ending, OwnedHome, Reign } from "./reign.ts";
import { after, errorData, startReign } from "./reign.ts";

/** For a leader to close its device and store when it is asked for the lead; then it is taken. */
const YIELD_MS = 2000;
/** For a leader whose page says nothing of it: it answers pings from its worker, which does little else. */
const LAST_CHANCE_MS = 700;
/** Spreads the tabs that miss the same leader. */
const SPREAD_MS = 400;

export interface KeeperOptions {
  readonly tab: TabId;
  readonly page: Channel<ToWorker, FromWorker>;
  readonly hall: Hall;
  readonly candidate: Candidate;
  /** Opens the store for who holds the lock. Calls back when it refuses a write because another has opened it since. */
  readonly takeHome: (onLost: () => void) => Promise<OwnedHome>;
  readonly clock: Clock;
  /** 0 … 1. */
  readonly random: () => number;
}

/** Begins at once and never ends. */
export function runKeeper({ tab, page, hall, candidate, takeHome, clock, random }: KeeperOptions): void {
  let reign: Reign | undefined;
  /** Resolves with the next reign. */
  let next = Promise.withResolvers<Reign>();
  /** Aborted while this worker does not seek the lead. */
  let seeking = new AbortController();
  let seekAgain = Promise.withResolvers<void>();
  /** The lead is wanted at once, whoever has it. */
  let seizing = false;
  /** Somebody else is listening in the hall. */
  let heardOthers = false;
  /** Signs of life from a leader elsewhere. */
  let signs = 0;
  let onYielded: (() => void) | undefined;

  page.listen(onPage);
  hall.listen(onHall);
  void rule();

  async function rule(): Promise<never> {
    for (;;) {
      // One reign follows the other.
      await (seeking.signal.aborted ? seekAgain.promise : reignOnce().catch(onNotStanding));
    }
  }

  async function reignOnce(): Promise<void> {
    const standing = candidate.stand(seeking.signal);
    if (seizing) candidate.seize();
    const lease = await standing;
    seizing = false;
    reign = startReign({ lease, takeHome, clock, tell });
    next.resolve(reign);
    const ending = await reign.over;
    reign = undefined;
    next = Promise.withResolvers();
    onEnded(ending);
  }

  /** It has stopped seeking the lead, or cannot. */
  function onNotStanding(error: unknown): void {
    if (isAbort(error)) return;
    seeking.abort();
    page.post({ type: "failed", error: errorData(error) });
  }

  function onEnded(ending: Ending): void {
    if (ending.kind === "failed") {
      seeking.abort();
      page.post({ type: "failed", error: errorData(ending.error) });
    } else page.post({ type: "resigned" });
  }

  function stand(): void {
    if (!seeking.signal.aborted) return;
    seeking = new AbortController();
    seekAgain.resolve();
    seekAgain = Promise.withResolvers();
  }

  function onPage(message: ToWorker): void {
    switch (message.type) {
      case "own":
        return void carryOut(message);
      case "seize":
        return void seizeFromSilent();
      case "stand":
        return stand();
      default:
        return reign?.answer(message, tab);
    }
  }

  function onHall({ version, tab: from, message }: Envelope): void {
    heardOthers = true;
    if (version !== TABS_VERSION) return version > TABS_VERSION ? giveWay() : undefined;
    switch (message.type) {
      case "who":
      case "ping":
      case "call":
      case "yield":
        return reign?.answer(message, from);
      case "yielded":
        if (message.to === tab) onYielded?.();
        return undefined;
      case "taking":
      case "alive":
      case "leads":
        signs++;
        return undefined;
      case "result":
      case "failure":
      case "changed":
        return undefined;
    }
  }

  /** A tab of a later version is there: the store is soon its own. */
  function giveWay(): void {
    seeking.abort();
    const error = sottoError("storeNewer");
    if (reign === undefined) page.post({ type: "failed", error: errorData(error) });
    else reign.end({ kind: "failed", error });
  }

  async function carryOut(call: OwnCall): Promise<void> {
    try {
      const value =
        call.name === "close"
          ? await resign()
          : await (await lead()).carryOut(call, (step) => page.post({ type: "step", call: call.call, step }));
      page.post({ type: "done", call: call.call, value });
    } catch (error) {
      page.post({ type: "refused", call: call.call, error: errorData(error) });
    }
  }

  async function resign(): Promise<void> {
    seeking.abort();
    const ending = reign;
    ending?.end({ kind: "closed" });
    await ending?.over;
  }

  /** This worker's device, after taking the lead if another has it. */
  async function lead(): Promise<DeviceHost> {
    stand();
    if (reign !== undefined) return reign.ready;
    const yielded = new Promise<void>((resolve) => {
      onYielded = resolve;
    });
    sayInHall({ type: "yield" });
    await Promise.race([next.promise, yielded, after(clock, YIELD_MS)]);
    seize();
    const mine = await next.promise;
    return mine.ready;
  }

  /** The page has heard nothing of the leader: it is asked once more, then robbed. */
  async function seizeFromSilent(): Promise<void> {
    if (reign !== undefined || seizing || seeking.signal.aborted) return;
    const before = signs;
    sayInHall({ type: "ping" });
    await after(clock, LAST_CHANCE_MS + random() * SPREAD_MS);
    if (signs === before) seize();
  }

  function seize(): void {
    if (reign !== undefined) return;
    seizing = true;
    // Others that have missed the same leader need not do the same.
    sayInHall({ type: "taking" });
    candidate.seize();
  }

  function tell(message: FromLeader): void {
    if ("to" in message && message.to === tab) return page.post(message);
    if (!("to" in message)) page.post(message);
    if (heardOthers || message.type === "leads") sayInHall(message);
  }

  function sayInHall(message: ToLeader | FromLeader): void {
    hall.post({ version: TABS_VERSION, tab, message });
  }
}

function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}
