/** What a contact or a server that means harm can make the machine of transfers do, and what it cannot. */
import type { ConversationId, FileFrame, GroupId, MessageId, TransferId } from "@sotto/protocol";
import {
  addLeaf,
  createHave,
  encodeFileFrame,
  FILE_LEAF_BYTES,
  idOf,
  leafBytes,
  MAX_LEAVES_ASKED,
} from "@sotto/protocol";
import { describe, expect, test } from "vitest";
import type { FileWord } from "../ports/fileLinks.ts";
import type { TransferEffect, TransferEvent, Way } from "./contract.ts";
import { HIGH_WATER_BYTES, IDLE_POLL_MS, MAX_SENDING, NO_LINK_MS, RECEIPT_MS } from "./limits.ts";
import { createTransferMachine } from "./machine.ts";
import type { TransferRecord } from "./record.ts";

const TALK = idOf<ConversationId>(new Uint8Array(16).fill(1));
const OTHER_TALK = idOf<ConversationId>(new Uint8Array(16).fill(2));
const GROUP = idOf<GroupId>(new Uint8Array(16).fill(3));
const LINK = 7;
const LEAVES = 200;

function recordOf(number: number, change: Partial<TransferRecord> = {}): TransferRecord {
  return {
    transfer: idOf<TransferId>(new Uint8Array(16).fill(number)),
    conversation: TALK,
    message: idOf<MessageId>(new Uint8Array(16).fill(9)),
    mine: true,
    path: ["a"],
    sizeBytes: LEAVES * FILE_LEAF_BYTES,
    key: new Uint8Array(32),
    root: new Uint8Array(32),
    state: "offered",
    paused: false,
    reason: null,
    relay: "none",
    relayUntilMs: 0,
    peerBelow: 0,
    owed: null,
    receipt: "none",
    losses: 0,
    ...change,
  };
}

type EffectOf<T extends TransferEffect["type"]> = Extract<TransferEffect, { readonly type: T }>;

/** A device with these files, and what it was asked to do since `take` was last called. */
function deviceOf(records: readonly TransferRecord[], way: Partial<Way> = {}) {
  const now: Way = { group: GROUP, mode: "auto", link: LINK, ...way };
  const surroundings = { way: now, buffered: 0 };
  const machine = createTransferMachine({
    wayOf: () => surroundings.way,
    bufferedBytes: () => surroundings.buffered,
    random: () => 0,
  });
  let nowMs = 1_000_000;
  let effects: TransferEffect[] = [];
  const tell = (event: TransferEvent, afterMs = 0): void => {
    nowMs += afterMs;
    effects.push(...machine.handle(event, nowMs));
  };
  for (const record of records) tell({ type: "known", record });
  return {
    machine,
    surroundings,
    tell,
    nowMs: () => nowMs,
    says: (frame: FileFrame, conversation = TALK): void =>
      tell({ type: "frame", link: LINK, conversation, frame: encodeFileFrame(frame) }),
    take<T extends TransferEffect["type"]>(type: T): EffectOf<T>[] {
      const taken = effects.filter((effect): effect is EffectOf<T> => effect.type === type);
      effects = effects.filter((effect) => effect.type !== type);
      return taken;
    },
    answerReads(): void {
      for (const { transfer, run, leaf, ticket } of this.take("read")) {
        const sizeBytes = machine.record(transfer)?.sizeBytes ?? 0;
        const sealed = new Uint8Array(leafBytes(sizeBytes, leaf) + 16);
        tell({ type: "read", transfer, run, leaf, ticket, parcel: { sealed, path: new Uint8Array() } });
      }
    },
    ends: (): FileFrame[] =>
      effects.flatMap((effect) =>
        effect.type === "send" && effect.frame.type === "end" ? effect.frame : [],
      ),
  };
}

const requestOf = ({ transfer }: TransferRecord, first: number, count: number, held = 0) =>
  ({ type: "request", transfer, first, count, held }) as const;

describe("FIL-12: what a contact asks for", () => {
  test("leaves that are read for it at a time are few, however often it asks for the same", () => {
    const file = recordOf(10);
    const device = deviceOf([file]);
    for (let i = 0; i < 1000; i++) device.says(requestOf(file, i % 50, 2));
    expect(device.take("read").length).toBeLessThanOrEqual(2 * MAX_SENDING);
  });

  test("and however often it stops and goes on with one file after the other", () => {
    const files = Array.from({ length: 100 }, (_, i) => recordOf(10 + i));
    const device = deviceOf(files);
    for (let i = 0; i < 10; i++)
      for (const file of files) {
        device.says(requestOf(file, 0, 2));
        device.says({ type: "pause", transfer: file.transfer });
      }
    expect(device.take("read").length).toBeLessThanOrEqual(2 * MAX_SENDING);
  });

  test("what it asks for after a flood of requests comes, in the order of the last ones", () => {
    const file = recordOf(10);
    const device = deviceOf([file]);
    for (let i = 0; i < 100; i++) device.says(requestOf(file, i % 50, 2));
    device.says({ type: "pause", transfer: file.transfer });
    device.says(requestOf(file, 3, 1));
    for (let i = 0; i < 50; i++) device.answerReads();
    const chunks = device.take("send").flatMap(({ frame }) => (frame.type === "chunk" ? frame : []));
    expect(chunks.filter(({ leaf }) => leaf === 3)).toHaveLength(17);
    expect(chunks.at(-1)).toMatchObject({ leaf: 3, chunk: 16 });
  });

  test("in mode relay nothing goes over a link, though one is open yet", () => {
    const file = recordOf(10);
    const device = deviceOf([file], { mode: "relay", link: LINK });
    device.says(requestOf(file, 0, 1));
    device.answerReads();
    expect(device.take("send")).toEqual([]);
  });

  test("64 leaves may be open, one more ends the transfer", () => {
    const file = recordOf(10);
    const device = deviceOf([file]);
    device.says(requestOf(file, 0, MAX_LEAVES_ASKED));
    expect(device.ends()).toEqual([]);
    device.says(requestOf(file, 0, MAX_LEAVES_ASKED));
    expect(device.ends()).toEqual([]);
    device.says(requestOf(file, 64, 1));
    expect(device.ends()).toEqual([{ type: "end", transfer: file.transfer, reason: "invalid" }]);
    expect(device.machine.record(file.transfer)).toMatchObject({ state: "failed", reason: "invalid" });
  });

  test("files of other conversations do not exist, whatever is said of them", () => {
    const file = recordOf(10);
    const theirs = recordOf(11, { mine: false, state: "wanted" });
    const device = deviceOf([file, theirs]);
    const before = [device.machine.record(file.transfer), device.machine.record(theirs.transfer)];
    for (const { transfer } of [file, theirs]) {
      device.says({ type: "request", transfer, first: 0, count: 1, held: 0 }, OTHER_TALK);
      device.says({ type: "chunk", transfer, leaf: 0, chunk: 0, bytes: new Uint8Array(9) }, OTHER_TALK);
      for (const type of ["pause", "resume"] as const) device.says({ type, transfer }, OTHER_TALK);
      for (const reason of ["done", "cancelled", "invalid"] as const)
        device.says({ type: "end", transfer, reason }, OTHER_TALK);
    }
    expect(device.ends().map((frame) => "reason" in frame && frame.reason)).toEqual(["unknown", "unknown"]);
    expect([device.machine.record(file.transfer), device.machine.record(theirs.transfer)]).toEqual(before);
    expect([device.take("read"), device.take("remove")]).toEqual([[], []]);
  });

  test("answers that nobody reads do not pile up: the link ends", () => {
    const file = recordOf(10, { paused: true });
    const device = deviceOf([file]);
    device.surroundings.buffered = 2 * HIGH_WATER_BYTES + 1;
    device.take("send");
    device.says(requestOf(recordOf(99), 0, 1));
    device.says(requestOf(file, 0, 1));
    device.says(requestOf(file, LEAVES, 1));
    expect(device.take("send")).toEqual([]);
    expect(device.take("closeLink").length).toBeGreaterThan(0);
  });
});

describe("FIL-13: what a contact says", () => {
  test("no words of it take the copy of an own file away but that it does not want it", () => {
    for (const state of ["offered", "done", "failed"] as const) {
      const file = recordOf(10, { state });
      const device = deviceOf([file]);
      const { transfer } = file;
      for (const reason of ["done", "unknown", "changed", "failed", "invalid"] as const)
        device.says({ type: "end", transfer, reason });
      device.says({ type: "chunk", transfer, leaf: 0, chunk: 0, bytes: new Uint8Array(9) });
      expect(device.take("remove")).toEqual([]);
      device.says(requestOf(file, 0, 1));
      expect(device.take("read")).toHaveLength(1);
    }
  });

  test("who is told of a pause by the answer to a request is told when it is over", () => {
    const file = recordOf(10);
    const device = deviceOf([file]);
    device.surroundings.way = { ...device.surroundings.way, link: undefined };
    device.tell({ type: "changed", conversation: TALK });
    device.tell({ type: "command", transfer: file.transfer, command: "pause" });
    const types = (): string[] => device.take("send").map(({ frame }) => frame.type);
    device.says(requestOf(file, 0, 1));
    expect(types()).toEqual(["pause"]);
    device.tell({ type: "command", transfer: file.transfer, command: "resume" });
    device.surroundings.way = { ...device.surroundings.way, link: LINK };
    device.tell({ type: "changed", conversation: TALK });
    expect(types()).toEqual(["resume"]);
  });

  test("what was asked for goes on when packets go through again", () => {
    const file = recordOf(10);
    const device = deviceOf([file]);
    device.says(requestOf(file, 0, 1));
    device.surroundings.way = { ...device.surroundings.way, link: undefined };
    device.tell({ type: "changed", conversation: TALK });
    device.answerReads();
    expect(device.take("send")).toEqual([]);
    device.surroundings.way = { ...device.surroundings.way, link: LINK };
    device.tell({ type: "changed", conversation: TALK });
    expect(device.take("send")).toHaveLength(17);
  });

  test("chunks that were on their way when a file was removed and fetched again are no fault of their sender", () => {
    const file = recordOf(10, { mine: false, state: "wanted" });
    const device = deviceOf([file]);
    const { transfer } = file;
    const opened = (): void => {
      const [{ run }] = device.take("open") as [EffectOf<"open">];
      device.tell({ type: "opened", transfer, run, have: createHave(LEAVES) });
    };
    opened();
    device.says({ type: "chunk", transfer, leaf: 0, chunk: 0, bytes: new Uint8Array(61_712) });
    device.tell({ type: "command", transfer, command: "remove" });
    device.tell({ type: "command", transfer, command: "fetch" });
    device.says({ type: "chunk", transfer, leaf: 0, chunk: 1, bytes: new Uint8Array(61_712) });
    opened();
    device.says({ type: "chunk", transfer, leaf: 1, chunk: 0, bytes: new Uint8Array(61_712) });
    expect(device.machine.record(transfer)).toMatchObject({ state: "wanted" });
  });
});

describe("FIL-19: receipts", () => {
  /** Another's file that is whole on the shelf. */
  function whole(change: Partial<TransferRecord> = {}) {
    const file = recordOf(10, { mine: false, state: "wanted", sizeBytes: 1, relay: "begun", ...change });
    const device = deviceOf([file], { mode: "relay", link: undefined });
    const { transfer } = file;
    for (const { run } of device.take("open"))
      device.tell({ type: "opened", transfer, run, have: new Uint8Array([1]) });
    const word = (said: FileWord, conversation = TALK): void =>
      device.tell({ type: "receipt", conversation, transfer, word: said });
    return { device, transfer, word };
  }

  test("whoever has a file whole says so, and tells the relay when the receipt has got away", () => {
    const { device, transfer, word } = whole();
    expect(device.take("receipt")).toEqual([
      { type: "receipt", conversation: TALK, transfer, word: "whole" },
    ]);
    device.tell({ type: "wake" }, IDLE_POLL_MS.last);
    expect(device.take("settle")).toEqual([]);
    word("told");
    expect(device.take("settle")).toHaveLength(1);
    expect(device.machine.record(transfer)).toMatchObject({ receipt: "told" });
  });

  test("says it again after a new connection and a restart, until it has got away, and when it is asked", () => {
    const { device, transfer, word } = whole();
    device.take("receipt");
    device.tell({ type: "online" });
    expect(device.take("receipt")).toHaveLength(1);
    const { device: later } = whole(device.machine.record(transfer));
    expect(later.take("receipt")).toHaveLength(1);
    word("told");
    device.tell({ type: "online" });
    expect(device.take("receipt")).toEqual([]);
    for (const { run } of device.take("settle"))
      device.tell({ type: "settled", transfer, run, answer: { kind: "ok", value: undefined } });
    word("asked");
    word("asked");
    expect(device.take("receipt")).toHaveLength(1);
    word("told");
    // What its sender may have brought there again meanwhile.
    expect(device.take("place")).toHaveLength(1);
  });

  test("is said by who removes the copy later, not by who does not have it whole", () => {
    const { device, transfer, word } = whole();
    word("told");
    device.tell({ type: "command", transfer, command: "remove" });
    device.take("receipt");
    word("asked");
    expect(device.take("receipt")).toHaveLength(1);
    word("told");
    device.tell({ type: "command", transfer, command: "fetch" });
    word("asked");
    expect(device.take("receipt")).toEqual([]);
  });

  test("counts for an own file that is on its way, in its conversation alone", () => {
    for (const [change, conversation, state] of [
      [{}, TALK, "done"],
      [{ paused: true }, TALK, "done"],
      [{ state: "failed", reason: "invalid" }, TALK, "done"],
      [{}, OTHER_TALK, "offered"],
      [{ mine: false }, TALK, "offered"],
      [{ state: "cancelled" }, TALK, "cancelled"],
    ] as const) {
      const file = recordOf(10, change);
      const device = deviceOf([file]);
      device.tell({ type: "receipt", conversation, transfer: file.transfer, word: "whole" });
      expect(device.machine.record(file.transfer)).toMatchObject({ state, paused: false });
      expect(device.take("remove")).toEqual([]);
    }
  });

  test("is asked for once after a restart", () => {
    const file = recordOf(10, { relay: "uploaded" });
    const device = deviceOf([file], { mode: "relay", link: undefined });
    expect(device.take("receipt")).toMatchObject([{ word: "asked" }]);
    device.tell({ type: "online" });
    device.tell({ type: "wake" }, IDLE_POLL_MS.last);
    expect(device.take("receipt")).toEqual([]);
  });
});

describe("FIL-16: what a server says", () => {
  const done = { kind: "ok", value: undefined } as const;
  const notFound = { kind: "refused", code: "notFound", detail: "" } as const;
  /** A relay that has taken a file, and these leaves of it. */
  function uploading(leaves: readonly number[]) {
    const file = recordOf(10, { sizeBytes: 3 * FILE_LEAF_BYTES });
    const device = deviceOf([file], { mode: "relay", link: undefined });
    const { transfer } = file;
    const [{ run }] = device.take("place") as [EffectOf<"place">];
    const held = createHave(3);
    for (const leaf of leaves) addLeaf(held, leaf);
    const answer = { kind: "ok", value: { leafCount: 3, held, expiresAtMs: 1e15 } } as const;
    device.tell({ type: "place", transfer, run, answer });
    return { device, transfer, run };
  }

  test("a file of which leaves never left this device has not come, though the relay does not know it any more", () => {
    const { device, transfer, run } = uploading([0]);
    expect(device.take("put").map(({ leaf }) => leaf)).toEqual([1, 2]);
    device.tell({ type: "put", transfer, run, leaf: 1, outcome: notFound });
    device.tell({ type: "put", transfer, run, leaf: 2, outcome: notFound });
    expect(device.machine.record(transfer)).toMatchObject({ state: "offered", relay: "none" });
    device.tell({ type: "wake" }, IDLE_POLL_MS.last);
    expect(device.take("place")).toMatchObject([{ group: GROUP }]);
  });

  test("a relay, or a contact, that has it taken away again and again is not brought it for ever", () => {
    const { device, transfer } = uploading([0]);
    let placed = 0;
    for (let i = 0; i < 1000; i++) {
      for (const { run, leaf } of device.take("put"))
        device.tell({ type: "put", transfer, run, leaf, outcome: leaf === 1 ? done : notFound });
      for (const { run } of device.take("place")) {
        placed++;
        const value = { leafCount: 3, held: createHave(3), expiresAtMs: 1e15 };
        device.tell({ type: "place", transfer, run, answer: { kind: "ok", value } });
      }
      device.tell({ type: "wake" }, IDLE_POLL_MS.last);
    }
    expect(placed).toBeLessThan(10);
    expect(device.machine.record(transfer)).toMatchObject({ state: "offered", relay: "lost" });
    expect(device.machine.view(transfer)).toMatchObject({ state: "waiting", reason: "lost" });
    expect(device.take("remove")).toEqual([]);
    device.tell({ type: "command", transfer, command: "resume" });
    expect(device.take("place")).toHaveLength(1);
  });

  test("one whose time was nearly over, by a clock that may be slow, has not come", () => {
    const { device, transfer, run } = uploading([0, 1, 2]);
    const held = new Uint8Array([7]);
    const value = { leafCount: 3, held, expiresAtMs: device.nowMs() + 3_600_000 + IDLE_POLL_MS.last };
    device.tell({ type: "wake" }, IDLE_POLL_MS.last);
    device.tell({ type: "place", transfer, run, answer: { kind: "ok", value } });
    device.tell({ type: "wake" }, IDLE_POLL_MS.last);
    device.tell({ type: "place", transfer, run, answer: notFound });
    expect(device.machine.record(transfer)).toMatchObject({ state: "offered", relay: "gone" });
  });

  test("a place that is made when the file has been taken back already is given up", () => {
    const file = recordOf(10);
    const device = deviceOf([file], { mode: "relay", link: undefined });
    const { transfer } = file;
    const [{ run }] = device.take("place") as [EffectOf<"place">];
    device.tell({ type: "command", transfer, command: "cancel" });
    expect(device.take("settle")).toEqual([]);
    const value = { leafCount: LEAVES, held: createHave(LEAVES), expiresAtMs: 1e15 };
    device.tell({ type: "place", transfer, run, answer: { kind: "ok", value } });
    expect(device.take("settle")).toHaveLength(1);
    expect(device.machine.record(transfer)).toMatchObject({ state: "cancelled" });
  });

  /** A file that was at the relay whole, and is there no more. */
  function dropped(way: Partial<Way> = {}) {
    const { device, transfer, run } = uploading([0, 1, 2]);
    expect(device.machine.record(transfer)).toMatchObject({ relay: "uploaded" });
    device.take("receipt");
    device.tell({ type: "wake" }, IDLE_POLL_MS.last);
    expect(device.take("place")).toHaveLength(1);
    device.surroundings.way = { ...device.surroundings.way, ...way };
    device.tell({ type: "place", transfer, run, answer: notFound });
    return { device, transfer, run };
  }

  test("FIL-19: one that was there whole, and is there no more, has not come: it is asked for, and brought again", () => {
    const { device, transfer } = dropped();
    expect(device.machine.view(transfer)).toMatchObject({ state: "waiting" });
    device.tell({ type: "wake" }, RECEIPT_MS - 1);
    expect([device.take("receipt"), device.take("place")]).toEqual([[], []]);
    device.tell({ type: "wake" }, 1);
    expect(device.take("receipt")).toEqual([
      { type: "receipt", conversation: TALK, transfer, word: "asked" },
    ]);
    expect(device.take("place")).toMatchObject([{ group: GROUP }]);
  });

  test("FIL-19: the receipt comes a little later than the relay's word", () => {
    const { device, transfer } = dropped();
    device.tell({ type: "receipt", conversation: TALK, transfer, word: "whole" }, RECEIPT_MS - 1);
    expect(device.machine.view(transfer)).toMatchObject({ state: "done" });
    device.tell({ type: "wake" }, IDLE_POLL_MS.last);
    expect([device.take("place"), device.take("settle"), device.take("remove")]).toEqual([[], [], []]);
  });

  test("FIL-19: what one device of a contact has is left at the relay for the others, whatever was asked of the relay", () => {
    const { device, transfer, run } = uploading([0, 1, 2]);
    device.tell({ type: "wake" }, IDLE_POLL_MS.last);
    device.tell({ type: "receipt", conversation: TALK, transfer, word: "whole" });
    const value = { leafCount: 3, held: new Uint8Array([7]), expiresAtMs: 1e15 };
    device.tell({ type: "place", transfer, run, answer: { kind: "ok", value } });
    device.tell({ type: "wake" }, IDLE_POLL_MS.last);
    expect(device.machine.record(transfer)).toMatchObject({ state: "done" });
    expect(device.take("settle")).toEqual([]);
  });

  test("FIL-19: how often the relay has lost it outlives a restart", () => {
    const file = recordOf(10, { relay: "uploaded", losses: 3 });
    const device = deviceOf([file], { mode: "relay", link: undefined });
    const { transfer } = file;
    const [{ run }] = device.take("place") as [EffectOf<"place">];
    device.tell({ type: "place", transfer, run, answer: notFound });
    expect(device.machine.view(transfer)).toMatchObject({ state: "waiting", reason: "lost" });
  });

  test("who gives up a file does not tell the relay that it has it", () => {
    for (const command of ["cancel", "remove"] as const) {
      const file = recordOf(10, { mine: false, state: "wanted", relay: "begun" });
      const device = deviceOf([file], { mode: "relay", link: undefined });
      device.tell({ type: "command", transfer: file.transfer, command });
      device.tell({ type: "wake" }, IDLE_POLL_MS.last);
      expect(device.take("settle")).toEqual([]);
    }
  });
});

describe("FIL-17: what a relay can do to who asks it", () => {
  const wanted = (mode: Way["mode"]) => {
    const file = recordOf(10, { mine: false, state: "wanted", sizeBytes: 3 * FILE_LEAF_BYTES });
    const device = deviceOf([file], { mode, link: undefined });
    const { transfer } = file;
    device.tell({ type: "opened", transfer, run: 0, have: createHave(3) });
    device.tell({ type: "wake" }, NO_LINK_MS);
    const place = (held: Uint8Array): void =>
      device.tell({
        type: "place",
        transfer,
        run: 0,
        answer: { kind: "ok", value: { leafCount: 3, held, expiresAtMs: 1e12 } },
      });
    return { file, device, transfer, place };
  };
  const all = Uint8Array.of(0b111);

  test("a parcel that does not verify ends its part, and a link may bring the file", () => {
    const { file, device, transfer, place } = wanted("auto");
    place(all);
    expect(device.take("fetch")).toHaveLength(3);
    for (const [leaf, outcome] of [
      [0, "written"],
      [1, "invalid"],
      [2, "written"],
    ] as const)
      device.tell({ type: "fetched", transfer, run: 0, leaf, outcome });
    for (let i = 0; i < 50; i++) device.tell({ type: "wake" }, 60_000);
    expect([device.take("fetch"), device.take("place")]).toMatchObject([[], [{}]]);
    expect(device.machine.view(transfer)).toMatchObject({ state: "waiting", reason: "invalid" });
    device.surroundings.way = { ...device.surroundings.way, link: LINK };
    device.tell({ type: "changed", conversation: TALK });
    expect(device.take("send").map(({ frame }) => frame)).toEqual([requestOf(file, 1, 1, 2)]);
    expect(device.machine.view(transfer)).toMatchObject({ state: "moving", reason: null });
  });

  test("in mode relay, where no link may bring it, the file is refused", () => {
    const { device, transfer, place } = wanted("relay");
    place(all);
    device.tell({ type: "fetched", transfer, run: 0, leaf: 1, outcome: "invalid" });
    for (const leaf of [0, 2]) device.tell({ type: "fetched", transfer, run: 0, leaf, outcome: "written" });
    expect(device.machine.record(transfer)).toMatchObject({ state: "failed", reason: "invalid" });
  });

  test("what never comes is asked for all the time in the first hour, and later at most 12 times in one", () => {
    const { device, place } = wanted("relay");
    const asksIn = (hours: number): number => {
      let asks = 0;
      const endMs = device.nowMs() + hours * 3_600_000;
      while (device.nowMs() < endMs) {
        asks += device.take("place").length;
        place(createHave(3));
        const wakeAtMs = device.take("wake").at(-1)?.atMs ?? endMs;
        device.tell({ type: "wake" }, wakeAtMs - device.nowMs());
      }
      return asks;
    };
    expect(asksIn(1)).toBeGreaterThan(100);
    asksIn(2);
    expect(asksIn(10)).toBeLessThanOrEqual(122);
  });
});
