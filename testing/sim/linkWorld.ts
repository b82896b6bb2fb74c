/** All links between the devices of a world: peer connections in virtual time that repeat with the seed. */
import type { LinkAction, LinkHappening } from "sotto/simulation";
import { LinkEnd } from "./linkEnd.ts";
import type { LinkGround } from "./linkEnd.ts";
import type { Random } from "./random.ts";
import type { Scheduler } from "./scheduler.ts";
import type { Ways } from "./ways.ts";
import { createWays } from "./ways.ts";

/** The links of one process. */
export interface ProcessLinks {
  act(link: number, action: LinkAction): void;
  /** The process has died: its links say nothing more to anybody. */
  vanish(): void;
}

export interface LinkWorld {
  readonly ways: Ways;
  process(device: string, tell: (link: number, happening: LinkHappening) => void): ProcessLinks;
  /** Devices that are connected now, both ways round. */
  readonly openPairs: () => readonly (readonly [string, string])[];
  /** How often a link has opened at one end. */
  readonly opened: () => number;
}

/** `onOpened` is called when `device` has been told that a link to `other` is open. */
export function createLinkWorld(
  scheduler: Scheduler,
  random: Random,
  onOpened: (device: string, other: string) => void,
): LinkWorld {
  const ends = new Set<LinkEnd>();
  let opened = 0;
  const ways = createWays(scheduler, random, () => {
    for (const end of ends) {
      if (end.isGone()) ends.delete(end);
      else end.review();
    }
  });
  const ground: LinkGround = {
    scheduler,
    random,
    ways,
    made: new Map(),
    candidates: new Map(),
    onOpened(end, other) {
      opened++;
      onOpened(end.device, other.device);
    },
  };
  return {
    ways,
    process(device, tell) {
      const own = new Map<number, LinkEnd>();
      return {
        act(link, action) {
          if (action.do !== "open") return own.get(link)?.act(action);
          const end = new LinkEnd(ground, device, link, action.options, (happening) => tell(link, happening));
          own.set(link, end);
          ends.add(end);
        },
        vanish() {
          for (const end of own.values()) end.vanish();
        },
      };
    },
    openPairs: () =>
      [...ends].flatMap((end) => {
        const other = end.linkedTo();
        return other === undefined ? [] : [[end.device, other] as const];
      }),
    opened: () => opened,
  };
}
