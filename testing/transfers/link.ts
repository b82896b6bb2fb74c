/** Links between two devices in a simulated world: each end has a number of its own, learns of ends late, and sees silences that the other may not. */
import { LOW_WATER_BYTES } from "sotto/simulation";
import type { Random } from "../sim/random.ts";
import type { Scheduler } from "../sim/scheduler.ts";

export interface LinkEnd {
  readonly device: string;
  /** undefined when it has learnt that the link is over. */
  number: number | undefined;
  isSteady: boolean;
  bufferedBytes: number;
  freeAtMs: number;
  /** What has come before it was open. */
  readonly early: Uint8Array[];
}

export interface SimLink {
  readonly ends: readonly [LinkEnd, LinkEnd];
  isOver: boolean;
}

export interface LinkEvents {
  onFrame(device: string, link: number, frame: Uint8Array): void;
  onDrained(device: string, link: number): void;
  onChanged(device: string): void;
  onBuffered(device: string, bytes: number): void;
}

/** Networks of 60 down to 6 MB/s. */
const FRAME_MS = [1, 10] as const;
const LATENCY_MS = [1, 8] as const;

export interface LinkNetwork {
  current: SimLink | undefined;
  open(): void;
  /** It ends; the ends learn of it at their own times, or at once. */
  end(atOnce: boolean): void;
  /** One end sees that no packets go through, for a while. */
  silence(device: string, forMs: number): void;
  endOf(device: string): LinkEnd | undefined;
  send(device: string, link: number, frame: Uint8Array): void;
}

export function createLinkNetwork(
  { after, nowMs }: Pick<Scheduler, "after" | "nowMs">,
  random: Random,
  devices: readonly [string, string],
  events: LinkEvents,
): LinkNetwork {
  const numbers = new Map<string, number>(devices.map((device) => [device, 0]));
  let current: SimLink | undefined;

  const endFor = (device: string): LinkEnd => ({
    device,
    number: undefined,
    isSteady: true,
    bufferedBytes: 0,
    freeAtMs: 0,
    early: [],
  });

  const network: LinkNetwork = {
    get current() {
      return current;
    },
    open() {
      if (current !== undefined && !current.isOver) return;
      const link: SimLink = { ends: [endFor(devices[0]), endFor(devices[1])], isOver: false };
      current = link;
      for (const end of link.ends)
        after(random.between(1, 20), () => {
          if (current !== link || link.isOver) return;
          const number = (numbers.get(end.device) ?? 0) + 1;
          numbers.set(end.device, number);
          end.number = number;
          events.onChanged(end.device);
          for (const frame of end.early.splice(0)) events.onFrame(end.device, number, frame);
        });
    },
    end(atOnce) {
      const link = current;
      if (link === undefined || link.isOver) return;
      link.isOver = true;
      for (const end of link.ends)
        after(atOnce ? 0 : random.between(1, 4000), () => {
          end.number = undefined;
          if (current === link || current === undefined) events.onChanged(end.device);
        });
    },
    silence(device, forMs) {
      const end = network.endOf(device);
      if (end === undefined) return;
      end.isSteady = false;
      events.onChanged(device);
      after(forMs, () => {
        end.isSteady = true;
        events.onChanged(device);
      });
    },
    endOf(device) {
      const end = current?.ends.find((one) => one.device === device);
      return end?.number === undefined ? undefined : end;
    },
    send(device, number, frame) {
      const link = current;
      const end = network.endOf(device);
      if (link === undefined || end?.number !== number) return;
      const other = link.ends.find((one) => one !== end) as LinkEnd;
      end.bufferedBytes += frame.length;
      events.onBuffered(device, end.bufferedBytes);
      end.freeAtMs = Math.max(end.freeAtMs, nowMs()) + frameMs;
      after(end.freeAtMs - nowMs(), () => {
        const before = end.bufferedBytes;
        end.bufferedBytes -= frame.length;
        if (end.number === undefined || link !== current) return;
        if (before > LOW_WATER_BYTES && end.bufferedBytes <= LOW_WATER_BYTES)
          events.onDrained(device, number);
      });
      const arriveMs = end.freeAtMs - nowMs() + latency;
      after(arriveMs, () => {
        // What is under way when a link ends is lost with it.
        if (link.isOver || link !== current) return;
        if (other.number === undefined) other.early.push(frame);
        else events.onFrame(other.device, other.number, frame);
      });
    },
  };
  const frameMs = random.between(...FRAME_MS);
  const latency = random.between(...LATENCY_MS);
  return network;
}
