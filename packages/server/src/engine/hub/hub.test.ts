import type { ClientFrame, ServerFrame } from "@sotto/protocol";
import { decodeServerFrame, encodeClientFrame, ERRORS, HEARTBEAT_MS, utf8 } from "@sotto/protocol";
import { beforeEach, describe, expect, test } from "vitest";
import { nodeCrypto } from "../../adapters/crypto/nodeCrypto.ts";
import type { Hub, HubEffect, HubEvent, Ticket } from "../../ports/hub.ts";
import { unpackFrames } from "../../ports/packedFrames.ts";
import type { StoreRequest } from "../../ports/requests.ts";
import type { TestAccount } from "../../testing/people.ts";
import { testId } from "../../testing/people.ts";
import type { RuleWorld } from "../../testing/ruleWorld.ts";
import {
  acceptedPair,
  addDevice,
  adding,
  befriend,
  createRuleWorld,
  groupRequest,
  handshakeRequest,
  mailboxOf,
  outline,
  postRequest,
  value,
} from "../../testing/ruleWorld.ts";
import { createHub } from "./hub.ts";
import { MAX_IN_FLIGHT_ENTRIES, MAX_UNANSWERED_FRAMES } from "./hubLimits.ts";

/** A hub over the real rules; store requests wait until a test commits them. */
let world: RuleWorld;
let hub: Hub;
let alice: TestAccount;
let bob: TestAccount;
let waiting: { readonly ticket: Ticket; readonly request: StoreRequest }[];
let sent: Map<number, ServerFrame[]>;
let closed: Map<number, number>;
let timerAtMs: number | undefined;

beforeEach(() => {
  world = createRuleWorld();
  hub = createHub({ sha256: nodeCrypto.sha256 });
  waiting = [];
  sent = new Map();
  closed = new Map();
  timerAtMs = undefined;
  alice = world.register("alice");
  bob = world.register("bob");
});

function handle(event: HubEvent): void {
  for (const effect of hub.handle(event, world.nowMs)) carryOut(effect);
}

function carryOut(effect: HubEffect): void {
  if (effect.type === "execute") waiting.push(effect);
  if (effect.type === "close") closed.set(effect.connection, effect.code);
  if (effect.type === "timer") timerAtMs = effect.atMs;
  if (effect.type === "send") note(effect.connection, effect.bytes);
  if (effect.type === "sendPacked")
    for (const bytes of unpackFrames(effect.frames)) note(effect.connection, bytes);
}

function note(connection: number, bytes: Uint8Array): void {
  const frame = decodeServerFrame(bytes);
  if (frame === undefined) throw new Error("the hub sent what is no frame");
  sent.set(connection, [...(sent.get(connection) ?? []), frame]);
}

/** Commits what waits, one batch per round, until nothing waits. */
function commit(): void {
  while (waiting.length > 0) commitOnce();
}

function commitOnce(): void {
  const batch = waiting;
  waiting = [];
  const outcomes = world.batch(batch.map(({ request }) => request));
  handle({ type: "notices", notices: outcomes.flatMap(({ notices }) => notices) });
  outcomes.forEach(({ result }, i) => handle({ type: "committed", ticket: batch[i]?.ticket ?? 0, result }));
}

/** Runs a request that no connection made, and tells the hub. */
function elsewhere(request: StoreRequest): void {
  const outcomes = world.batch([request]);
  if (outcomes[0]?.result.ok !== true) throw new Error(`refused: ${JSON.stringify(outcomes[0]?.result)}`);
  handle({ type: "notices", notices: outcomes.flatMap(({ notices }) => notices) });
}

const frame = (connection: number, item: ClientFrame): void =>
  handle({ type: "frames", connection, frames: [encodeClientFrame(item)] });

/** Gives the account a session whose token the test knows. */
function tokenOf(person: TestAccount): Uint8Array {
  const token = nodeCrypto.sha256(utf8(`token of ${person.userName}`));
  const session = Buffer.from(nodeCrypto.sha256(token)).toString("hex");
  world.store.transaction((tx) => {
    if (tx.session(session) !== undefined) return;
    const own = tx.session(person.device.session);
    if (own !== undefined) tx.insertSession({ ...own, session });
  });
  return token;
}

const hello = (
  person: TestAccount,
  change: Partial<Extract<ClientFrame, { type: "hello" }>> = {},
): ClientFrame => ({
  type: "hello",
  requestId: 1,
  minVersion: 1,
  maxVersion: 1,
  token: tokenOf(person),
  storeCounter: 0,
  client: "test",
  hidden: false,
  ...change,
});

function connect(connection: number, person: TestAccount, hidden = false): void {
  handle({ type: "opened", connection });
  frame(connection, hello(person, { hidden }));
  commit();
}

interface PostOptions {
  readonly index?: number;
  readonly resume?: boolean;
}

function postOf(
  requestId: number,
  text: string,
  { index = 1, resume = false }: PostOptions = {},
): ClientFrame {
  const ciphertext = utf8(text);
  return { type: "post", requestId, resume, group: testId("g"), index, ciphertext, storeCounter: 0 };
}

function post(connection: number, requestId: number, text: string, options: PostOptions = {}): void {
  frame(connection, postOf(requestId, text, options));
}

/** What was sent to the connection since the last look, in short. */
function take(connection: number): readonly string[] {
  const frames = sent.get(connection) ?? [];
  sent.delete(connection);
  return frames.map((item) => {
    if (item.type === "message") return `message ${new TextDecoder().decode(item.ciphertext)}`;
    if (item.type === "refused") return `${item.requestId} ${item.code}`;
    if (item.type === "ok") return `${item.requestId} ok`;
    if (item.type === "presence") return item.online ? "online" : "offline";
    return item.type;
  });
}

/** A group of alice and bob, who see nothing of each other besides. */
function group(name = "g"): void {
  const part = befriend(world, alice, bob);
  value(world.run(groupRequest(alice.device, name, adding(bob.device.mailbox))));
  part();
}

/** Lets time pass, with the timer that the hub asked for. */
function pass(ms: number): void {
  const endMs = world.nowMs + ms;
  while (timerAtMs !== undefined && timerAtMs <= endMs) {
    world.nowMs = timerAtMs;
    timerAtMs = undefined;
    handle({ type: "timer" });
  }
  world.nowMs = endMs;
}

describe("hello", () => {
  test("RLY-1 a device is greeted, then gets its mailbox in order", () => {
    group();
    value(world.run(postRequest(alice.device, "g", 1, "one", "two")));
    connect(1, bob);
    expect(take(1)).toEqual(["ready", "welcome", "message one", "message two"]);
    expect(hub.connections()).toBe(1);
  });

  test("RLY-1 an unknown token, a session without a device and a foreign version are refused and closed", () => {
    handle({ type: "opened", connection: 1 });
    frame(1, hello(alice, { token: new Uint8Array(32) }));
    commit();
    expect([take(1), closed.get(1)]).toEqual([["1 unauthorised"], 4401]);

    handle({ type: "opened", connection: 2 });
    frame(2, hello(alice, { minVersion: 9, maxVersion: 12 }));
    expect([take(2), closed.get(2)]).toEqual([["1 versionUnsupported"], 4426]);

    const session = Buffer.from(nodeCrypto.sha256(new Uint8Array(32).fill(5))).toString("hex");
    value(
      world.run({ type: "openSession", userName: "alice", registrationRecord: "record of alice", session }),
    );
    handle({ type: "opened", connection: 3 });
    frame(3, hello(alice, { token: new Uint8Array(32).fill(5) }));
    commit();
    expect([take(3), closed.get(3)]).toEqual([["1 noDevice"], 4403]);
  });

  test("DIR-3 ready tells the clock, in whole milliseconds", () => {
    world.nowMs = 1234.75;
    connect(1, bob);
    expect(sent.get(1)).toMatchObject([{ type: "ready", clockMs: 1234 }]);
  });

  test("RLY-1 nothing but one hello is taken before ready, nor another after", () => {
    handle({ type: "opened", connection: 1 });
    frame(1, { type: "ping", requestId: 1 });
    expect(closed.get(1)).toBe(ERRORS.unexpectedFrame.close);
    handle({ type: "opened", connection: 2 });
    frame(2, hello(alice));
    frame(2, hello(alice));
    expect(closed.get(2)).toBe(4402);
    commit();
    expect(take(2)).toEqual([]);
    connect(3, alice);
    frame(3, hello(alice));
    expect(closed.get(3)).toBe(4402);
  });

  test("garbage closes the connection and no other", () => {
    connect(1, alice);
    connect(2, bob);
    handle({ type: "frames", connection: 1, frames: [utf8("garbage")] });
    expect([closed.get(1), closed.get(2)]).toEqual([4400, undefined]);
    frame(2, { type: "ping", requestId: 7 });
    expect(take(2).at(-1)).toBe("pong");
  });

  test("RLY-1 a newer connection of the device replaces the older, of which nothing more is taken", () => {
    group();
    connect(1, alice);
    handle({ type: "opened", connection: 2 });
    frame(2, hello(alice));
    // Sent after the newer hello: it is judged after it.
    post(1, 5, "late");
    commit();
    expect(closed.get(1)).toBe(4409);
    post(1, 6, "later");
    commit();
    expect(take(2)).toEqual(["ready", "handshake"]);
    connect(3, bob);
    expect(take(3)).toEqual(["ready", "welcome"]);
  });

  test("RLY-1 the older connection is closed at once, also when it is silent", () => {
    connect(1, alice);
    connect(2, alice);
    expect([closed.get(1), closed.get(2), hub.connections()]).toEqual([4409, undefined, 1]);
  });

  test("RLY-1 what the older connection sent before the newer hello counts", () => {
    group();
    connect(1, alice);
    post(1, 5, "in time");
    handle({ type: "opened", connection: 2 });
    frame(2, hello(alice));
    commit();
    connect(3, bob);
    expect(take(3)).toEqual(["ready", "welcome", "message in time"]);
  });

  test("a connection that closes while its hello is judged is not greeted", () => {
    handle({ type: "opened", connection: 1 });
    frame(1, hello(alice));
    handle({ type: "closed", connection: 1 });
    commit();
    expect([take(1), hub.connections()]).toEqual([[], 0]);
  });
});

describe("requests", () => {
  beforeEach(() => {
    group();
    connect(1, alice);
    take(1);
  });

  test("RLY-2 nothing is answered or pushed before the commit", () => {
    connect(2, bob);
    take(2);
    post(1, 5, "hi");
    expect([take(1), take(2)]).toEqual([[], []]);
    commit();
    expect([take(1), take(2)]).toEqual([["5 ok"], ["message hi"]]);
  });

  test("RLY-4 pipelined posts keep their order and share a request", () => {
    connect(2, bob);
    take(2);
    for (let i = 0; i < 10; i++) post(1, 10 + i, `${i}`);
    expect(waiting).toHaveLength(1);
    commitOnce();
    expect(waiting).toHaveLength(1);
    commit();
    expect(take(1)).toEqual(Array.from({ length: 10 }, (_, i) => `${10 + i} ok`));
    expect(take(2)).toEqual(Array.from({ length: 10 }, (_, i) => `message ${i}`));
  });

  test("RLY-4 posts that come at once share the first request, also those before a frame that is none", () => {
    connect(2, bob);
    take(2);
    const posts = ["a", "b", "c"].map((text, i) => encodeClientFrame(postOf(i + 1, text)));
    handle({ type: "frames", connection: 1, frames: posts });
    const runs = (): unknown =>
      waiting.map(({ request }) => request.type === "posts" && request.posts.length);
    expect(runs()).toEqual([3]);
    commit();
    expect(take(1)).toEqual(["1 ok", "2 ok", "3 ok"]);
    expect(take(2)).toEqual(["message a", "message b", "message c"]);
    handle({ type: "frames", connection: 1, frames: [...posts, utf8("garbage"), ...posts] });
    expect([closed.get(1), runs()]).toEqual([ERRORS.badFrame.close, [3]]);
    commit();
    expect([take(1), take(2)]).toEqual([[], ["message a", "message b", "message c"]]);
  });

  test("RLY-7 a refusal stops every post behind it, sent before or after, until one resumes", () => {
    connect(2, bob);
    take(2);
    post(1, 1, "a");
    post(1, 2, "b", { index: 9 });
    post(1, 3, "c");
    commit();
    post(1, 4, "d");
    commit();
    expect(take(1)).toEqual(["1 ok", "2 staleEpoch", "3 earlierRefused", "4 earlierRefused"]);
    post(1, 5, "b", { resume: true });
    post(1, 6, "c");
    commit();
    expect(take(1)).toEqual(["5 ok", "6 ok"]);
    expect(take(2)).toEqual(["message a", "message b", "message c"]);
  });

  test("RLY-7 a refused handshake stops posts too; a refusal in one group stops no other", () => {
    group("h");
    const { parts } = handshakeRequest(alice.device, "g", 9);
    frame(1, { type: "handshake", requestId: 1, group: testId("g"), index: 9, ...parts });
    post(1, 2, "x");
    frame(1, {
      type: "post",
      requestId: 3,
      resume: false,
      group: testId("h"),
      index: 1,
      ciphertext: utf8("y"),
      storeCounter: 0,
    });
    commit();
    expect(
      take(1)
        .filter((item) => item !== "handshake")
        .toSorted(),
    ).toEqual(["1 staleEpoch", "2 earlierRefused", "3 ok"]);
  });

  test("RLY-7 a new connection begins without a refusal", () => {
    post(1, 1, "x", { index: 9 });
    commit();
    connect(2, alice);
    take(2);
    post(2, 2, "y");
    commit();
    expect(take(2)).toEqual(["2 ok"]);
  });

  test("RLY-5 a commit and the posts of its epoch may be sent at once", () => {
    const { parts } = handshakeRequest(alice.device, "g", 2);
    frame(1, { type: "handshake", requestId: 1, group: testId("g"), index: 2, ...parts });
    post(1, 2, "x", { index: 2 });
    commit();
    expect(take(1)).toEqual(["handshake", "1 ok", "2 ok"]);
  });

  test("RLY-19 a client that does not wait for answers is closed with slowDown", () => {
    for (let i = 0; i <= MAX_UNANSWERED_FRAMES; i++) post(1, i, "x");
    expect(closed.get(1)).toBe(4429);
  });

  test("RLY-19 answered frames do not count", () => {
    for (let i = 0; i <= 2 * MAX_UNANSWERED_FRAMES; i++) {
      post(1, i, "x");
      commit();
    }
    expect(closed.get(1)).toBeUndefined();
  });

  test("ACC-12 the end of a session ends its connection", () => {
    const session = Buffer.from(nodeCrypto.sha256(tokenOf(alice))).toString("hex");
    elsewhere({ type: "logout", session: alice.device.session, everywhere: false });
    expect(closed.get(1)).toBeUndefined();
    elsewhere({ type: "logout", session, everywhere: false });
    expect(closed.get(1)).toBe(4401);
  });

  test("ACC-15 a changed device list is pushed to those who share a group", () => {
    connect(2, bob);
    take(2);
    handle({
      type: "notices",
      notices: [
        { type: "accountChanged", account: alice.account, version: 2, mailboxes: [bob.device.mailbox] },
      ],
    });
    expect([take(1), take(2)]).toEqual([[], ["accountChanged"]]);
  });

  test("a leave is answered and its departure pushed", () => {
    connect(2, bob);
    take(2);
    frame(2, { type: "leave", requestId: 3, group: testId("g") });
    commit();
    expect([take(1), take(2)]).toEqual([["departed"], ["3 ok"]]);
  });
});

describe("delivery window", () => {
  beforeEach(() => group());
  const posts = (from: number, to: number): void => {
    const texts = Array.from({ length: to - from }, (_, i) => `${from + i}`);
    elsewhere(postRequest(alice.device, "g", 1, ...texts));
  };
  const expected = (from: number, to: number): string[] =>
    Array.from({ length: to - from }, (_, i) => `message ${from + i}`);
  const lastSequence = (connection: number): number =>
    Math.max(...(sent.get(connection) ?? []).map((item) => ("sequence" in item ? item.sequence : 0)));
  const ack = (connection: number, sequence: number): void =>
    frame(connection, { type: "ack", requestId: 0, sequence, storeCounter: 0 });

  test("RLY-12 no more than the window is pushed; acks let the rest follow, in order, each once", () => {
    posts(0, 600);
    connect(2, bob);
    const got: string[] = [];
    const seen: number[] = [];
    while (true) {
      seen.push(lastSequence(2));
      const batch = take(2).filter((item) => item.startsWith("message"));
      if (batch.length === 0) break;
      expect(batch.length).toBeLessThanOrEqual(MAX_IN_FLIGHT_ENTRIES);
      got.push(...batch);
      ack(2, seen.at(-1) as number);
      commit();
    }
    expect(got).toEqual(expected(0, 600));
  });

  test("RLY-12 what arrives while the mailbox is being read follows it in order", () => {
    posts(0, 3);
    handle({ type: "opened", connection: 2 });
    frame(2, hello(bob));
    commitOnce();
    // The read is on its way: one entry comes before it is judged, one between its judgement and its answer.
    posts(3, 4);
    const [read] = waiting;
    waiting = [];
    const [outcome] = world.batch([read?.request as StoreRequest]);
    posts(4, 5);
    handle({
      type: "committed",
      ticket: read?.ticket ?? 0,
      result: outcome?.result ?? { ok: false, refusal: { code: "internal" } },
    });
    commit();
    posts(5, 6);
    expect(take(2)).toEqual(["ready", "welcome", ...expected(0, 6)]);
  });

  test("RLY-12 what a read found no room for is read next, however much is told meanwhile", () => {
    connect(2, bob);
    const before = lastSequence(2);
    take(2);
    const got: string[] = [];
    const look = (): void => void got.push(...take(2));
    posts(0, MAX_IN_FLIGHT_ENTRIES + 10);
    // Room for ten: they are read while four more come, so that the read sees that there is more.
    ack(2, before + 10);
    posts(MAX_IN_FLIGHT_ENTRIES + 10, MAX_IN_FLIGHT_ENTRIES + 14);
    commit();
    look();
    ack(2, before + 20);
    posts(MAX_IN_FLIGHT_ENTRIES + 14, MAX_IN_FLIGHT_ENTRIES + 15);
    commit();
    look();
    expect(got).toEqual(expected(0, MAX_IN_FLIGHT_ENTRIES + 15));
  });

  test("RLY-12 what was committed together with the hello is pushed too", () => {
    value(
      world.run({
        type: "ack",
        sender: { session: bob.device.session, connection: null },
        sequence: 1e6,
        storeCounter: 0,
      }),
    );
    connect(1, alice);
    handle({ type: "opened", connection: 2 });
    frame(2, hello(bob));
    post(1, 1, "same batch");
    commit();
    expect(take(2)).toEqual(["ready", "message same batch"]);
  });

  test("RLY-12 of what was stored together as much is pushed as the window has room for, the rest after an ack", () => {
    connect(2, bob);
    take(2);
    ack(2, 1e6);
    commit();
    posts(0, MAX_IN_FLIGHT_ENTRIES - 5);
    posts(MAX_IN_FLIGHT_ENTRIES - 5, MAX_IN_FLIGHT_ENTRIES + 5);
    const last = lastSequence(2);
    expect(take(2)).toEqual(expected(0, MAX_IN_FLIGHT_ENTRIES));
    posts(MAX_IN_FLIGHT_ENTRIES + 5, MAX_IN_FLIGHT_ENTRIES + 8);
    expect(take(2)).toEqual([]);
    ack(2, last - 20);
    commit();
    expect(take(2)).toEqual(expected(MAX_IN_FLIGHT_ENTRIES, MAX_IN_FLIGHT_ENTRIES + 8));
  });

  test("RLY-11 acks that come while one is being stored are stored as one, the highest", () => {
    posts(0, 5);
    connect(2, bob);
    const last = lastSequence(2);
    for (const sequence of [last - 4, last - 3, last - 1, last - 2]) ack(2, sequence);
    const acks = (): unknown => waiting.map(({ request }) => request.type === "ack" && request.sequence);
    expect(acks()).toEqual([last - 4]);
    commitOnce();
    expect(acks()).toEqual([last - 1]);
    commitOnce();
    expect(waiting).toEqual([]);
    expect(outline(mailboxOf(world, bob.device))).toEqual(["message 4"]);
    ack(2, last);
    expect(acks()).toEqual([last]);
  });

  test("RLY-13 a slow reader costs nothing: pushing stops, and goes on from the mailbox", () => {
    connect(2, bob);
    take(2);
    handle({ type: "congested", connection: 2 });
    posts(0, 50);
    commit();
    expect(take(2)).toEqual([]);
    handle({ type: "drained", connection: 2 });
    posts(50, 60);
    commit();
    expect(take(2)).toEqual(expected(0, 60));
  });

  test("RLY-12 a device that comes back gets everything after its last ack again", () => {
    posts(0, 3);
    connect(2, bob);
    const second = (sent.get(2) ?? []).flatMap((item) =>
      "sequence" in item ? [item.sequence] : [],
    )[2] as number;
    ack(2, second);
    commit();
    handle({ type: "closed", connection: 2 });
    connect(3, bob);
    expect(take(3)).toEqual(["ready", "message 2"]);
  });

  test("RLY-18 entries that expired while they were waited for stop nothing", () => {
    posts(0, MAX_IN_FLIGHT_ENTRIES + 10);
    connect(2, bob);
    world.nowMs += 31 * 86_400_000;
    value(world.run({ type: "sweep" }));
    ack(2, lastSequence(2));
    take(2);
    commit();
    posts(0, 2);
    commit();
    expect(take(2)).toEqual(expected(0, 2));
  });

  test("RLY-12 a read that failed is tried again within a second", () => {
    posts(0, 2);
    handle({ type: "opened", connection: 2 });
    frame(2, hello(bob));
    commitOnce();
    const [read] = waiting;
    waiting = [];
    handle({
      type: "committed",
      ticket: read?.ticket ?? 0,
      result: { ok: false, refusal: { code: "unavailable" } },
    });
    posts(2, 3);
    expect(take(2)).toEqual(["ready"]);
    pass(1000);
    commit();
    expect(take(2)).toEqual(["welcome", ...expected(0, 3)]);
  });
});

describe("heartbeat", () => {
  test("RLY-1 a socket that does not say hello within five seconds is closed", () => {
    handle({ type: "opened", connection: 1 });
    pass(4900);
    expect(closed.get(1)).toBeUndefined();
    pass(1200);
    expect(closed.get(1)).toBe(4408);
    expect(timerAtMs).toBeUndefined();
  });

  test("RLY-21 a device that is silent for two and a half heartbeats is closed, one that pings is not", () => {
    connect(1, alice);
    connect(2, bob);
    for (let i = 0; i < 4; i++) {
      pass(HEARTBEAT_MS);
      frame(2, { type: "ping", requestId: i });
    }
    expect([closed.get(1), closed.get(2)]).toEqual([4408, undefined]);
    expect(hub.connections()).toBe(1);
  });
});

describe("presence", () => {
  beforeEach(() => acceptedPair(world, alice, bob, "p"));
  const presence = (connection: number): readonly string[] =>
    take(connection).filter((item) => item === "online" || item === "offline");

  test("RLY-17 the two sides of an accepted pair see each other come and go", () => {
    connect(1, alice);
    connect(2, bob);
    expect([presence(1), presence(2)]).toEqual([["online"], ["online"]]);
    handle({ type: "closed", connection: 2 });
    expect(presence(1)).toEqual(["offline"]);
  });

  test("RLY-17 a replaced connection is no departure", () => {
    connect(1, alice);
    connect(2, bob);
    presence(1);
    connect(3, bob);
    expect([presence(1), presence(3)]).toEqual([[], ["online"]]);
  });

  test("RLY-17 a pair that is accepted together with the hello is seen", () => {
    const carol = world.register("carol");
    value(world.run(groupRequest(carol.device, "q", adding(alice.device.mailbox), { kind: "pair" })));
    connect(1, alice);
    handle({ type: "opened", connection: 3 });
    frame(3, hello(carol));
    const { parts } = handshakeRequest(alice.device, "q", 2);
    frame(1, { type: "handshake", requestId: 1, group: testId("q"), index: 2, ...parts });
    commit();
    expect([presence(1), presence(3)]).toEqual([["online"], ["online"]]);
  });

  test("RLY-17 a device that is not in the pair is told nothing", () => {
    const { device: tablet } = addDevice(world, bob, "tablet");
    connect(3, { ...bob, userName: "tablet", device: tablet });
    connect(1, alice);
    expect([presence(1), presence(3)]).toEqual([["online"], []]);
    handle({ type: "closed", connection: 1 });
    expect(presence(3)).toEqual([]);
  });

  test("RLY-17 strangers, requests that nobody accepted and groups show nothing", () => {
    const carol = world.register("carol");
    value(world.run(groupRequest(carol.device, "q", adding(bob.device.mailbox), { kind: "pair" })));
    const part = befriend(world, carol, bob);
    value(world.run(groupRequest(carol.device, "r", adding(bob.device.mailbox))));
    part();
    connect(2, bob);
    connect(3, carol);
    expect([presence(2), presence(3)]).toEqual([[], []]);
    elsewhere(handshakeRequest(bob.device, "q", 2));
    expect([presence(2), presence(3)]).toEqual([["online"], ["online"]]);
    elsewhere({
      type: "leave",
      sender: { session: carol.device.session, connection: null },
      group: testId("q"),
    });
    expect([presence(2), presence(3)]).toEqual([["offline"], ["offline"]]);
  });
});

describe("hidden presence", () => {
  beforeEach(() => acceptedPair(world, alice, bob, "p"));
  const presence = (connection: number): readonly string[] =>
    take(connection).filter((item) => item === "online" || item === "offline");
  const hide = (connection: number, hidden = true): void =>
    frame(connection, { type: "presence", requestId: 0, hidden });

  test("RLY-22 who says hello hidden is seen by nobody and sees nobody, whoever comes first", () => {
    connect(1, alice, true);
    connect(2, bob);
    expect([presence(1), presence(2)]).toEqual([[], []]);
    handle({ type: "closed", connection: 2 });
    connect(3, bob);
    connect(4, alice, true);
    handle({ type: "closed", connection: 4 });
    expect([presence(1), presence(3), presence(4)]).toEqual([[], [], []]);
  });

  test("RLY-22 hiding takes effect at once and both ways, and so does showing again", () => {
    connect(1, alice);
    connect(2, bob);
    presence(1);
    presence(2);
    hide(1);
    expect([presence(1), presence(2)]).toEqual([["offline"], ["offline"]]);
    hide(1);
    handle({ type: "closed", connection: 2 });
    connect(3, bob);
    expect([presence(1), presence(3)]).toEqual([[], []]);
    hide(1, false);
    expect([presence(1), presence(3)]).toEqual([["online"], ["online"]]);
  });

  test("RLY-22 a connection that comes hidden in place of one that was seen is a departure", () => {
    connect(1, alice);
    connect(2, bob);
    presence(2);
    connect(3, alice, true);
    expect([presence(2), presence(3)]).toEqual([["offline"], []]);
    connect(4, alice);
    expect([presence(2), presence(4)]).toEqual([["online"], ["online"]]);
  });

  test("RLY-22 an account is seen as long as one of its devices is", () => {
    const { device: tablet } = addDevice(world, alice, "tablet");
    connect(1, alice);
    connect(2, bob);
    connect(3, { ...alice, userName: "tablet", device: tablet });
    presence(2);
    hide(3);
    hide(3, false);
    hide(1);
    expect(presence(2)).toEqual([]);
    hide(1, false);
    hide(3);
    hide(1);
    expect(presence(2)).toEqual(["offline"]);
  });

  test("RLY-22 a pair that is accepted or left while one side hides shows nothing to either", () => {
    const carol = world.register("carol");
    value(world.run(groupRequest(carol.device, "q", adding(bob.device.mailbox), { kind: "pair" })));
    connect(2, bob, true);
    connect(3, carol);
    elsewhere(handshakeRequest(bob.device, "q", 2));
    expect([presence(2), presence(3)]).toEqual([[], []]);
    hide(2, false);
    expect([presence(2), presence(3)]).toEqual([["online"], ["online"]]);
    hide(2);
    presence(2);
    presence(3);
    const sender = { session: carol.device.session, connection: null };
    elsewhere({ type: "leave", sender, group: testId("q") });
    expect([presence(2), presence(3)]).toEqual([[], []]);
  });

  test("RLY-22 who changes the wish again and again is closed, and counts anew after a minute", () => {
    connect(1, alice);
    for (let i = 1; i <= 20; i++) hide(1, i % 2 === 1);
    expect(closed.get(1)).toBeUndefined();
    // The same wish again is none.
    hide(1, false);
    pass(60_000);
    frame(1, { type: "ping", requestId: 1 });
    for (let i = 1; i <= 20; i++) hide(1, i % 2 === 1);
    expect(closed.get(1)).toBeUndefined();
    hide(1);
    expect(closed.get(1)).toBe(ERRORS.slowDown.close);
  });
});

test("tickets, connections and events that the hub does not know are ignored", () => {
  handle({ type: "frames", connection: 9, frames: [utf8("x")] });
  handle({ type: "closed", connection: 9 });
  handle({ type: "drained", connection: 9 });
  handle({ type: "committed", ticket: 9, result: { ok: true, value: {} } });
  expect([sent.size, closed.size, waiting.length]).toEqual([0, 0, 0]);
});
