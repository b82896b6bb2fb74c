/** Alice on a bench, whose platform can link devices; a test plays the connection, bob's end of it, and the server. */
import type {
  Content,
  ContentBody,
  DirectFrame,
  DirectMessageFrame,
  PostFrame,
  SignalPart,
} from "@sotto/protocol";
import { decodeDirectFrame, encodeDirectFrame, toHex } from "@sotto/protocol";
import type { LinkAction, LinkHappening, PathMode, StoredMessage } from "../engine/contract.ts";
import { messageOf } from "../engine/index.ts";
import { decodeHistory } from "../engine/records/history.ts";
import { TABLE } from "../engine/records/table.ts";
import type { BenchPair } from "./benchPair.ts";
import { createPair } from "./benchPair.ts";

export interface LinkBench extends BenchPair {
  /** Posts since the last look, as bob reads them. */
  readonly posted: () => Promise<readonly Content[]>;
  /** Messages that have gone over links since the last look, as bob reads them. */
  readonly carried: () => Promise<readonly Content[]>;
  /** Frames other than messages that have gone over links since the last look. */
  readonly told: () => readonly DirectFrame[];
  /** Actions since the last look, other than sending. */
  readonly actions: () => readonly LinkAction["do"][];
  /** Something happens on the link of that number; the last one without it. */
  readonly happen: (happening: LinkHappening, link?: number) => Promise<void>;
  /** A frame arrives on the link. */
  readonly arrive: (frame: DirectFrame) => Promise<void>;
  /** Bob says this over the link. */
  readonly say: (body: ContentBody) => Promise<void>;
  /** Bob's signal comes by the server. */
  readonly signal: (call: string, ...parts: readonly SignalPart[]) => Promise<void>;
  /** Bob confirms so many of alice's messages over the link. */
  readonly confirm: (delivered: number) => Promise<void>;
  readonly write: (text: string) => Promise<void>;
  readonly choose: (path: PathMode) => Promise<void>;
  /** The server answers the posts that wait for it. */
  readonly answer: () => Promise<void>;
  /** The clock goes on, and the timers that are due fire. */
  readonly pass: (ms: number) => Promise<void>;
  /** The call that alice has made last. */
  readonly call: () => Promise<string>;
  /** A link is called for, answered and open. */
  readonly open: () => Promise<void>;
  readonly history: () => readonly StoredMessage[];
}

const OFFER = { kind: "offer", sdp: "offer of alice" } as const;
const ANSWER = { kind: "answer", sdp: "answer of bob" } as const;

export async function createLinkBench(isLookedAt = false): Promise<LinkBench> {
  const pair = await createPair(undefined, true, isLookedAt);
  const { bench, conversation, group, entry, seal } = pair;
  /** By ciphertext: one that goes both ways is opened once. */
  const opened = new Map<string, Promise<Content>>();
  const read = (ciphertext: Uint8Array): Promise<Content> => {
    const content = opened.get(toHex(ciphertext)) ?? pair.read(ciphertext);
    opened.set(toHex(ciphertext), content);
    return content;
  };
  const { engine } = bench;
  const before = bench.onRequest;
  bench.onRequest = (asked) =>
    asked.kind === "iceServers" ? { kind: "iceServers", servers: [], ttlSeconds: 3600 } : before(asked);
  let [sent, acted, framed] = [bench.sent.length, 0, 0];
  let unanswered: PostFrame[] = [];
  const frames = (): readonly DirectFrame[] =>
    bench.links.flatMap(({ action }) =>
      action.do === "send" ? (decodeDirectFrame(action.frame) ?? []) : [],
    );
  const isMessage = (frame: DirectFrame): frame is DirectMessageFrame => frame.type === "message";

  const self: LinkBench = {
    ...pair,
    async posted() {
      const posts = bench.sent.slice(sent).filter((frame) => frame.type === "post");
      sent = bench.sent.length;
      unanswered = [...unanswered, ...posts];
      const contents: Content[] = [];
      for (const { ciphertext } of posts) contents.push(await read(ciphertext));
      return contents;
    },
    async carried() {
      const messages = frames().filter(isMessage).slice(framed);
      framed += messages.length;
      const contents: Content[] = [];
      for (const { ciphertext } of messages) contents.push(await read(ciphertext));
      return contents;
    },
    told() {
      return frames().filter((frame) => !isMessage(frame));
    },
    actions() {
      const done = bench.links.slice(acted).map(({ action }) => action.do);
      acted = bench.links.length;
      return done.filter((action) => action !== "send");
    },
    happen: (happening, link = engine.live.linkNumber) => bench.feed({ type: "link", link, happening }),
    arrive: (frame) => self.happen({ kind: "frame", frame: encodeDirectFrame(frame) }),
    async say(body) {
      const index = engine.state.conversations.get(conversation)?.headIndex ?? 0;
      await self.arrive({ type: "message", group, index, ciphertext: await seal(body) });
    },
    async signal(call, ...parts) {
      const body = {
        kind: "signal",
        call: call as never,
        generation: 1,
        expiresAtMs: 60_000,
        parts,
      } as const;
      await bench.push(entry(await seal(body)));
    },
    async confirm(delivered) {
      const stream = engine.state.conversations.get(conversation)?.stream as never;
      await self.say({ kind: "receipt", receipts: [{ stream, delivered, read: 0 }], whole: [], asked: [] });
    },
    async write(text) {
      const result = await bench.command({ kind: "sendText", conversation, text, replyTo: null });
      if (!result.ok) throw new Error(result.problem);
    },
    async choose(path) {
      await bench.command({ kind: "setPath", conversation, path });
    },
    async answer() {
      await self.posted();
      for (const { requestId } of unanswered) await bench.push({ type: "ok", requestId, number: 0 });
      unanswered = [];
    },
    async pass(ms) {
      bench.nowMs += ms;
      for (const [name, atMs] of bench.timers)
        if (atMs <= bench.nowMs) {
          bench.timers.delete(name);
          await bench.feed({ type: "timer", name });
        }
    },
    async call() {
      const signals = (await self.posted()).flatMap(({ body }) => (body.kind === "signal" ? [body] : []));
      const last = signals.at(-1);
      if (last === undefined) throw new Error("alice has not called");
      return last.call;
    },
    async open() {
      await bench.push({ type: "presence", group, online: true });
      await bench.command({ kind: "attend", conversation });
      await self.happen({ kind: "description", description: OFFER });
      await self.signal(await self.call(), ANSWER);
      await self.answer();
      await self.happen({ kind: "open", via: "local" });
      self.actions();
    },
    history: () =>
      [...bench.disk.read(TABLE.history).values()].map((bytes) =>
        messageOf(engine.state, decodeHistory(bytes) as NonNullable<ReturnType<typeof decodeHistory>>),
      ),
  };
  return self;
}
