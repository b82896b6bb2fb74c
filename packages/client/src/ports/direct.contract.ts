/**
 * What every {@link LinkMaker} must do, as cases for any test runner, a page included: two of its links, with signals carried in memory. Each
 * rejects with an error that says what was wrong. They take seconds.
 *
 * ```ts
 * for (const { run } of LINK_CONTRACT) await run({ caller: maker, callee: maker, via: "local" });
 * ```
 */
import type { LinkChannel } from "./direct.ts";
import { LOW_WATER_BYTES } from "./direct.ts";
import type { Courier, LinkContractSite } from "./directEnds.contract.ts";
import {
  NOBODY,
  NO_SERVERS,
  PATIENCE_MS,
  candidatesFirst,
  candidatesLate,
  descriptionKinds,
  disguised,
  framesOf,
  isCandidate,
  none,
  nowhere,
  openEnd,
  pattern,
  same,
  straight,
  withPair,
} from "./directEnds.contract.ts";

export interface LinkContractCase {
  readonly name: string;
  /** Waits until the library gives up looking for a way: up to a minute, idle. */
  readonly long?: true;
  readonly run: (site: LinkContractSite) => Promise<void>;
}

const CHANNELS: readonly LinkChannel[] = ["messages", "files"];
const FRAME_BYTES = 64 * 1024;
/** How long nothing must come where nothing may. */
const SILENCE_MS = 700;

const COURIERS: readonly (readonly [string, Courier])[] = [
  ["as they are made", straight],
  ["candidates first, the last of them before the others", candidatesFirst],
  ["candidates long after the description", candidatesLate],
];

export const LINK_CONTRACT: readonly LinkContractCase[] = [
  ...COURIERS.map(([order, courier]) => ({
    name: `both ends open once, whatever the order of signals: ${order}`,
    async run(site: LinkContractSite) {
      await withPair(site, courier, async (ends) => {
        await pause(SILENCE_MS);
        for (const end of ends) {
          const opened = end.told.filter(({ kind }) => kind === "open");
          equal("openings", opened, [{ kind: "open", via: site.via }]);
          check("no channel is announced and nothing fails", none(end, "frame", "drained", "closed"));
        }
        const kinds = ends.map((end) => end.told.flatMap((told) => descriptionKinds(told)));
        equal("descriptions", kinds, [["offer"], ["answer"]]);
      });
    },
  })),
  {
    name: "frames of 0 B to 64 KiB arrive whole and in order, on both channels and in both directions",
    async run(site) {
      const sizes = [1, 0, FRAME_BYTES, 2, 1200, 0, FRAME_BYTES - 1, 17, FRAME_BYTES, 16 * 1024];
      await withPair(site, straight, async (ends) => {
        for (const [index, sizeBytes] of sizes.entries())
          for (const channel of CHANNELS)
            for (const { link } of ends) {
              const frame = pattern(index, sizeBytes);
              link.send(channel, frame);
              // It was the sender's only until then.
              frame.fill(0);
            }
        for (const end of ends)
          await end.until("all frames", () => framesOf(end).length >= sizes.length * CHANNELS.length);
        for (const end of ends)
          for (const channel of CHANNELS) {
            const frames = framesOf(end, channel);
            equal(
              `sizes on ${channel}`,
              frames.map(({ length }) => length),
              sizes,
            );
            const whole = frames.every((frame, index) => same(frame, pattern(index, frame.length)));
            check(`frames on ${channel} are what was sent`, whole);
          }
      });
    },
  },
  {
    name: "what waits to be sent is counted, and drained is told once it has fallen to the low water mark",
    async run(site) {
      const count = 128;
      await withPair(site, straight, async ([from, to]) => {
        equal("bytes that wait at first", from.link.bufferedBytes("files"), 0);
        const frame = pattern(0, FRAME_BYTES);
        for (let index = 0; index < count; index++) from.link.send("files", frame);
        check("8 MiB are not gone at once", from.link.bufferedBytes("files") > LOW_WATER_BYTES);
        equal("bytes that wait on the other channel", from.link.bufferedBytes("messages"), 0);
        let atDrained = Infinity;
        from.watch((told) => {
          if (told.kind === "drained") atDrained = from.link.bufferedBytes(told.channel);
        });
        await from.until("drained", () => from.told.some(({ kind }) => kind === "drained"));
        check(`at most the low water mark waits then, not ${atDrained}`, atDrained <= LOW_WATER_BYTES);
        await to.until("all frames", () => framesOf(to).length === count);
        await pause(SILENCE_MS);
        equal("bytes that wait at last", from.link.bufferedBytes("files"), 0);
        const drained = from.told.filter(({ kind }) => kind === "drained");
        equal("drained", drained, [{ kind: "drained", channel: "files" }]);
      });
    },
  },
  {
    name: "an end that closes is told nothing more, and the other is told once that it has",
    async run(site) {
      await withPair(site, straight, async ([from, to]) => {
        from.link.send("messages", pattern(1, 100));
        await to.until("the frame", () => framesOf(to).length === 1);
        const toldBefore = from.told.length;
        from.link.close();
        await to.until("closed", () => !none(to, "closed"));
        to.link.send("messages", pattern(2, 100));
        await pause(SILENCE_MS);
        equal("told after its own close", from.told.slice(toldBefore), []);
        equal(
          "the last that the other is told",
          to.told.filter(({ kind }) => kind === "closed"),
          [{ kind: "closed", failure: "closed" }],
        );
        equal("the last that the other is told", to.told.at(-1), { kind: "closed", failure: "closed" });
      });
    },
  },
  {
    name: "a link can be closed at any time and more than once, and does nothing afterwards",
    async run({ caller, callee }) {
      const untouched = openEnd(caller);
      const offering = openEnd(caller);
      const answering = openEnd(callee);
      straight(offering, answering.link);
      offering.link.offer(false);
      await answering.until("its answer", () => answering.told.some(({ kind }) => kind === "signal"));
      for (const { link } of [untouched, offering, answering]) link.close();
      const told = [untouched, offering, answering].map((end) => end.told.length);
      for (const { link } of [untouched, offering, answering]) {
        link.close();
        link.offer(false);
        link.accept({ kind: "offer", sdp: "" });
        link.addCandidates([{ kind: "candidate", candidate: NOBODY, mid: "0" }]);
        link.send("messages", pattern(0, 1));
        equal("bytes that wait", link.bufferedBytes("messages"), 0);
      }
      await pause(SILENCE_MS);
      const toldNow = [untouched, offering, answering].map((end) => end.told.length);
      equal("told in all", toldNow, told);
    },
  },
  {
    name: "an end that nobody answers finds no way, and says so once",
    long: true,
    async run({ caller, callee }) {
      const [from, to] = [openEnd(caller), openEnd(callee)];
      nowhere(from, to.link);
      nowhere(to, from.link);
      from.link.offer(false);
      await from.until("the end", () => !none(from, "closed"), 4 * PATIENCE_MS);
      to.link.close();
      await pause(SILENCE_MS);
      const ends = from.told.filter(({ kind }) => kind !== "signal");
      equal("told beside signals", ends, [{ kind: "closed", failure: "noWay" }]);
    },
  },
  {
    name: "an end that is not the one described is refused, and the networks are not blamed",
    async run({ caller, callee }) {
      const [from, to] = [openEnd(caller), openEnd(callee)];
      straight(from, to.link);
      disguised(to, from.link);
      from.link.offer(false);
      await from.until("the end", () => !none(from, "closed"));
      to.link.close();
      const ends = from.told.filter(({ kind }) => kind !== "signal");
      equal("told beside signals", ends, [{ kind: "closed", failure: "failed" }]);
    },
  },
  {
    name: "candidates of TURN servers alone are none without such a server",
    async run({ caller, callee }) {
      const options = { ...NO_SERVERS, turnOnly: true };
      const [from, to] = [openEnd(caller, options), openEnd(callee, options)];
      straight(from, to.link);
      straight(to, from.link);
      from.link.offer(false);
      await to.until("its answer", () => to.told.length > 0);
      await pause(SILENCE_MS);
      for (const end of [from, to]) {
        const sdps = end.told.flatMap((told) => (told.kind === "signal" ? [told.signal] : []));
        equal("signals that are descriptions", sdps.map(isCandidate), [false]);
        check("no candidate inside them", !JSON.stringify(sdps).includes("a=candidate"));
        end.link.close();
      }
    },
  },
  {
    name: "a description that is none ends the link; a candidate that is none does not",
    async run(site) {
      const refused = openEnd(site.caller);
      refused.link.accept({ kind: "offer", sdp: "no description" });
      await refused.until("failed", () => !none(refused, "closed"));
      equal("told", refused.told, [{ kind: "closed", failure: "failed" }]);
      const odd = ["", "candidate:", "no candidate", `${NOBODY} generation`].map(
        (candidate) => ({ kind: "candidate", candidate, mid: null }) as const,
      );
      const oddFirst: Courier = (from, to) => {
        to.addCandidates(odd);
        straight(from, to);
      };
      await withPair(site, oddFirst, async ([from, to]) => {
        from.link.addCandidates(odd);
        to.link.addCandidates(odd);
        from.link.send("messages", pattern(1, 10));
        await to.until("the frame", () => framesOf(to).length === 1);
      });
    },
  },
  {
    name: "an open link that is to look for a new way makes an offer and goes on, or fails",
    async run(site) {
      await withPair(site, straight, async ([from, to]) => {
        from.link.offer(true);
        const offers = (): number =>
          from.told.flatMap((told) => descriptionKinds(told)).filter((kind) => kind === "offer").length;
        await from.until("the offer or the end", () => offers() === 2 || !none(from, "closed"));
        if (offers() !== 2)
          return equal("the last that it is told", from.told.at(-1), { kind: "closed", failure: "failed" });
        const answers = (): number => to.told.flatMap((told) => descriptionKinds(told)).length;
        await to.until("its second answer", () => answers() === 2);
        to.link.send("messages", pattern(1, 10));
        from.link.send("messages", pattern(1, 10));
        for (const end of [from, to]) await end.until("the frame", () => framesOf(end).length === 1);
      });
    },
  },
];

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function check(what: string, holds: boolean): void {
  if (!holds) throw new Error(`does not hold: ${what}`);
}

function equal(what: string, actual: unknown, expected: unknown): void {
  const [is, must] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (is !== must) throw new Error(`${what}: ${is}, expected ${must}`);
}
