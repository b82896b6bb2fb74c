/** Two ends that have found each other: what passes between them, when each says that it is open, steady or closed. */
import type { LinkChannel, LinkFailure, LinkHappening, LinkVia } from "sotto/simulation";
import type { Pipe } from "./pipe.ts";
import { createPipe } from "./pipe.ts";
import type { Random } from "./random.ts";
import type { Scheduler } from "./scheduler.ts";
import type { Ways } from "./ways.ts";

/** What a connection knows of an end. */
export interface ConnectedEnd {
  readonly device: string;
  readonly isGone: () => boolean;
  tell(happening: LinkHappening): void;
  fail(failure: Exclude<LinkFailure, "unsupported">): void;
}

export interface Connection {
  /** A way was found in the networks in which both are now, the first or another one. */
  found(via: LinkVia): void;
  /** Frames of an end that has not said that it is open go nowhere. */
  send(from: ConnectedEnd, channel: LinkChannel, frame: Uint8Array): void;
  /** One end is gone; the other learns it at once if it is told and nothing is in the way. */
  ended(by: ConnectedEnd, politely: boolean): void;
  /** Something between the devices may have changed. */
  readonly review: () => void;
  /** Both ends have said so, and neither is gone. */
  readonly isOpen: () => boolean;
}

export interface ConnectionOptions {
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly ways: Ways;
  readonly onOpened: (end: ConnectedEnd, other: ConnectedEnd) => void;
}

type Item = { readonly frame: Uint8Array } | "close";

interface Side {
  readonly end: ConnectedEnd;
  readonly out: Readonly<Record<LinkChannel, Pipe<Item>>>;
  mayOpen: boolean;
  opened: boolean;
  /** It has said that packets stop. */
  unsteady: boolean;
  /** Number of the silence in which it is. */
  silence: number | undefined;
}

/** ICE notices that consent is not renewed (RFC 7675), and gives up. */
const NOTICE_MS = [2000, 7000] as const;
const GIVE_UP_MS = [25_000, 35_000] as const;

export function createConnection(
  options: ConnectionOptions,
  ends: readonly [ConnectedEnd, ConnectedEnd],
): Connection {
  const { scheduler, random, ways } = options;
  let via: LinkVia = "local";
  let networks: readonly number[] = [];
  let silences = 0;

  const passes = (from: ConnectedEnd, to: ConnectedEnd): boolean =>
    !to.isGone() &&
    !ways.isCut(from.device, to.device) &&
    ends.every(({ device }, i) => ways.networkOf(device) === networks[i]);

  function pipe(from: 0 | 1, to: 0 | 1, channel: LinkChannel): Pipe<Item> {
    const end = ends[to];
    return createPipe<Item>({
      scheduler,
      latencyMs: () => random.between(1, 30),
      blockedUntilMs: () => (sides[to].opened && passes(ends[from], end) ? 0 : Number.POSITIVE_INFINITY),
      deliver(item) {
        if (item === "close") end.fail("closed");
        else end.tell(channel === "messages" ? { kind: "frame", frame: item.frame } : { kind: "heard" });
      },
    });
  }

  function sideOf(own: 0 | 1, other: 0 | 1): Side {
    const out = { messages: pipe(own, other, "messages"), files: pipe(own, other, "files") };
    return { end: ends[own], out, mayOpen: false, opened: false, unsteady: false, silence: undefined };
  }
  const sides: readonly [Side, Side] = [sideOf(0, 1), sideOf(1, 0)];
  const otherOf = (side: Side): Side => (side === sides[0] ? sides[1] : sides[0]);

  const hears = (side: Side): boolean => {
    const other = otherOf(side).end;
    return !other.isGone() && passes(other, side.end);
  };

  function review(): void {
    for (const side of sides) {
      if (side.end.isGone()) continue;
      if (!side.opened) open(side);
      else if (hears(side)) comesBack(side);
      else fallsSilent(side);
      for (const channel of Object.values(otherOf(side).out)) channel.wake();
    }
  }

  function open(side: Side): void {
    if (!side.mayOpen || !hears(side)) return;
    side.opened = true;
    side.end.tell({ kind: "open", via });
    if (!side.end.isGone()) options.onOpened(side.end, otherOf(side).end);
  }

  function fallsSilent(side: Side): void {
    if (side.silence !== undefined) return;
    const own = ++silences;
    side.silence = own;
    const still = (): boolean => side.silence === own && !side.end.isGone();
    scheduler.after(random.between(...NOTICE_MS), () => {
      if (!still()) return;
      side.unsteady = true;
      side.end.tell({ kind: "steady", steady: false, via });
    });
    scheduler.after(random.between(...GIVE_UP_MS), () => {
      if (still()) side.end.fail("failed");
    });
  }

  function comesBack(side: Side): void {
    side.silence = undefined;
    if (!side.unsteady) return;
    scheduler.after(random.between(50, 2000), () => {
      if (!side.unsteady || side.silence !== undefined) return;
      side.unsteady = false;
      side.end.tell({ kind: "steady", steady: true, via });
    });
  }

  return {
    found(by) {
      via = by;
      networks = ends.map(({ device }) => ways.networkOf(device));
      // ICE may fail half-way: then one side opens long after the other, or never.
      const late = random.chance(ways.isTroubled() ? 0.25 : 0.02) ? random.pick(sides) : undefined;
      for (const side of sides) {
        if (side === late && random.chance(0.5)) continue;
        const delayMs = side === late ? random.between(1000, 25_000) : random.between(0, 60);
        scheduler.after(delayMs, () => {
          side.mayOpen = true;
          review();
        });
      }
      review();
    },
    send(from, channel, frame) {
      const side = sides.find(({ end }) => end === from);
      if (side?.opened === true) side.out[channel].put({ frame });
    },
    ended(by, politely) {
      const side = sides[0].end === by ? sides[0] : sides[1];
      const other = otherOf(side);
      if (!politely || !passes(by, other.end)) {
        // Of what is on its way a part arrives.
        for (const channel of Object.values(side.out))
          channel.cut(Math.floor(random.next() * (channel.size() + 1)));
      } else if (other.opened) side.out.messages.put("close");
      else scheduler.after(random.between(1, 30), () => other.end.fail("closed"));
      review();
    },
    review,
    isOpen: () => sides.every(({ end, opened }) => opened && !end.isGone()),
  };
}
