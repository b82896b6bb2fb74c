/** What lies between devices: whose packets reach whom, behind which networks, and which servers help to find a way. */
import type { IceServer } from "sotto/simulation";
import type { Random } from "./random.ts";
import { pairKey } from "./pairs.ts";
import type { Scheduler } from "./scheduler.ts";

/** local: in one network · nat: each knows its outer address by STUN · none: nothing gets through but by TURN. */
export type Between = "local" | "nat" | "none";

export interface Ways {
  between(a: string, b: string): Between;
  /** The operator has a TURN server. */
  readonly turn: boolean;
  readonly iceServers: () => readonly IceServer[];
  /** Packets of `from` do not reach `to` now. */
  isCut(from: string, to: string): boolean;
  /** They do not until that long from now. */
  cut(from: string, to: string, forMs: number): void;
  /** Counts the networks that the device has been in: a way that was found in another one is none any more. */
  networkOf(device: string): number;
  moves(device: string): void;
  /** Until that long from now candidates get lost, links open on one side alone, and who ends one does not say so. */
  trouble(forMs: number): void;
  isTroubled(): boolean;
  /** Everything passes from now on that could pass at all. */
  calm(): void;
}

/** `onChange` is called after every change of what passes between devices. */
export function createWays(scheduler: Scheduler, random: Random, onChange: () => void): Ways {
  const between = new Map<string, Between>();
  const cutUntilMs = new Map<string, number>();
  const networks = new Map<string, number>();
  const turn = random.chance(0.5);
  let troubledUntilMs = 0;
  const stun: IceServer = { urls: ["stun:turn.sotto.example:3478"] };
  const helper = {
    urls: ["turn:turn.sotto.example:3478"],
    username: "1800003600:alice",
    credential: "secret",
  };
  return {
    between(a, b) {
      const key = pairKey(a, b);
      const known = between.get(key) ?? random.pick(["local", "local", "nat", "nat", "none"] as const);
      between.set(key, known);
      return known;
    },
    turn,
    iceServers: () => (turn ? [stun, helper] : [stun]),
    isCut: (from, to) => scheduler.nowMs() < (cutUntilMs.get(`${from} ${to}`) ?? 0),
    cut(from, to, forMs) {
      cutUntilMs.set(`${from} ${to}`, scheduler.nowMs() + forMs);
      onChange();
      scheduler.after(forMs, onChange);
    },
    networkOf: (device) => networks.get(device) ?? 0,
    moves(device) {
      networks.set(device, (networks.get(device) ?? 0) + 1);
      onChange();
    },
    trouble(forMs) {
      troubledUntilMs = Math.max(troubledUntilMs, scheduler.nowMs() + forMs);
    },
    isTroubled: () => scheduler.nowMs() < troubledUntilMs,
    calm() {
      troubledUntilMs = 0;
      cutUntilMs.clear();
      onChange();
    },
  };
}
