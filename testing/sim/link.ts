/** The way between one device and the server: how long it takes, what it loses, and since when. Faults change it; sockets and requests obey. */
import type { IceServer } from "sotto/simulation";
import type { Random } from "./random.ts";
import type { Scheduler } from "./scheduler.ts";
import type { ServerNode } from "./serverNode.ts";

/** What a relay in the server's place does with frames on their way; an honest one passes them on. */
export interface Relay {
  toClient(frame: Uint8Array): readonly Uint8Array[];
  toServer(frame: Uint8Array): Uint8Array;
}

export interface Link {
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly server: ServerNode;
  /** Nothing passes in either direction until then. */
  downUntilMs: number;
  /** Nothing passes from server to device until then. */
  deafUntilMs: number;
  /** Until then requests get lost before or after they are carried out, come late, or come twice. */
  unreliableUntilMs: number;
  readonly latencyMs: () => number;
  readonly relay: Relay;
  /** Which servers the operator names to help with direct links. */
  readonly iceServers: () => readonly IceServer[];
  /** Open sockets, for faults that break them. */
  readonly sockets: Set<BreakableSocket>;
}

/** How a socket ends: which sides learn of it, and how much of what is on its way still arrives. */
export interface Break {
  readonly clientLearns: boolean;
  readonly serverLearns: boolean;
  /** Of the frames on their way, 0 none … 1 all. */
  readonly toServer: number;
  readonly toClient: number;
  /** How long after the break the server gets the frames that still arrive: the device may have a new socket by then. */
  readonly lingerMs: number;
}

export interface BreakableSocket {
  break(how: Break): void;
}

const HONEST: Relay = { toClient: (frame) => [frame], toServer: (frame) => frame };

export function createLink(
  scheduler: Scheduler,
  random: Random,
  server: ServerNode,
  relay: Relay = HONEST,
  iceServers: () => readonly IceServer[] = () => [],
): Link {
  return {
    scheduler,
    random,
    server,
    downUntilMs: 0,
    deafUntilMs: 0,
    unreliableUntilMs: 0,
    latencyMs: () => random.between(1, 40),
    relay,
    iceServers,
    sockets: new Set(),
  };
}

export function isDown(link: Link): boolean {
  return link.scheduler.nowMs() < link.downUntilMs;
}
