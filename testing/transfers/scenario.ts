/**
 * Files between two devices in a world where links open, end, and fall silent, a relay is away, slow, full or hostile, disks fill, users change their minds, and
 * devices die between any two calls. Then all is well again, and everything must be where it belongs, or say why not.
 */
import type { BlobId, FileChunkFrame, MessageId, TransferId } from "@sotto/protocol";
import {
  chunkCount,
  decodeFileFrame,
  encodeFileFrame,
  FILE_LEAF_BYTES,
  fileLeafCount,
  idOf,
  parcelBytes,
} from "@sotto/protocol";
import type { FileView } from "sotto";
import type { PathMode, TransferRecord, Transfers } from "sotto/simulation";
import { FIRST_WINDOW, HIGH_WATER_BYTES } from "sotto/simulation";
import type { Random } from "../sim/random.ts";
import { createRandom } from "../sim/random.ts";
import { createScheduler } from "../sim/scheduler.ts";
import { isLeaf } from "./contents.ts";
import type { SimDevice } from "./device.ts";
import { CONVERSATION, createDevice, OTHER, OTHER_LINK } from "./device.ts";
import { createLinkNetwork } from "./link.ts";
import type { Mutant } from "./mutants.ts";
import { offeredFile } from "./offeredFile.ts";
import { createReceiptPost } from "./receipts.ts";
import { createSimRelay } from "./relay.ts";
import type { Violation } from "./violation.ts";
import { createWatch } from "./violation.ts";

/** Much in a short time, or with time between. */
const TROUBLE_MS = [1000, 3000, 10_000, 60_000] as const;
/** The longest pause between two tries, twice. */
const PEACE_MS = 25 * 60_000;
const MODES: readonly PathMode[] = ["auto", "auto", "auto", "turn", "direct", "relay"];

export interface Outcome {
  readonly seed: number;
  readonly violations: readonly Violation[];
  readonly leaves: number;
  /** Leaves verified more than once, and what can be a reason for it. */
  readonly again: number;
  readonly deaths: number;
  readonly steps: number;
}

interface SentFile {
  readonly record: TransferRecord;
  readonly from: SimDevice;
  readonly to: SimDevice;
  /** What users have done to it that it need not arrive, or anew. */
  isCancelled: boolean;
  /** Who has given it up for good, as stored. */
  readonly givenUpBy: Set<SimDevice>;
  refetches: number;
}

export async function runScenario(seed: number, mutant?: Mutant): Promise<Outcome> {
  const random = createRandom(seed, "transfers");
  const scheduler = createScheduler();
  const watch = createWatch();
  const relay = createSimRelay(random);
  relay.isHostile = random.chance(0.1) || mutant === "no-check";
  relay.maxLeaves = random.chance(0.1) ? 2 : 1000;
  const troubleMs = random.pick(TROUBLE_MS);
  let switches = 0;
  const carried = new Map<string, number>();

  /** Each step ends when all that follows from it at once has happened. */
  const after = (ms: number, work: () => void): void =>
    scheduler.after(ms, async () => {
      work();
      await new Promise((resolve) => setImmediate(resolve));
    });
  const time = { nowMs: () => scheduler.nowMs(), after };
  const network = createLinkNetwork(time, random, ["alice", "bob"], {
    onFrame(device, link, frame) {
      const tapped = decodeFileFrame(frame);
      if (tapped === undefined) watch.report("FIL-10", `${device} gets what is no frame`);
      else if (tapped.type === "chunk") count(tapped);
      deviceOf(device).onFrame(link, CONVERSATION, frame);
    },
    onDrained: (device, link) => deviceOf(device).onDrained(link),
    onChanged: (device) => deviceOf(device).onChanged(),
    onBuffered(device, bytes) {
      if (bytes > HIGH_WATER_BYTES + 70_000)
        watch.report("FIL-12", `${bytes} bytes wait in ${device}'s channel`);
    },
  });
  const world = {
    scheduler: time,
    random,
    network,
    relay,
    receipts: createReceiptPost({
      scheduler: time,
      random,
      network,
      relay,
      mutant,
      otherOf: (name) => (name === "alice" ? bob : alice),
    }),
    watch,
    mutant,
    onView,
    onOther(device: string, bytes: Uint8Array) {
      const frame = decodeFileFrame(bytes);
      if (frame?.type !== "end" || frame.reason !== "unknown")
        watch.report("FIL-10", `${device} answers ${frame?.type} in another conversation`);
    },
  };
  const alice = createDevice("alice", world);
  const bob = createDevice("bob", world);
  const deviceOf = (name: string): SimDevice => (name === "alice" ? alice : bob);
  const files = makeFiles(random, alice, bob);
  const arrived = new Set<TransferId>();
  /** Messages come by the server, whatever becomes of links. */
  const learnAll = (device: SimDevice): void => {
    for (const { record, from } of files) device.transfers?.learn({ ...record, mine: from === device });
    device.onChanged();
  };
  const begin = async (device: SimDevice): Promise<void> => {
    await device.start();
    learnAll(device);
  };
  await begin(alice);
  await begin(bob);

  const trouble = (): void => {
    const device = random.pick([alice, bob]);
    const file = random.pick(files);
    const kind = random.between(1, 18);
    if (kind <= 3) {
      if (isLinkable()) network.open();
    } else if (kind === 4) {
      switches++;
      network.end(random.chance(0.5));
    } else if (kind === 5) {
      switches++;
      network.silence(device.name, random.between(10, 8000));
    } else if (kind === 6) device.diesAfter = random.between(1, 60);
    else if (kind === 7) device.die();
    else if (kind === 8)
      spell(
        () => (relay.isAway = true),
        () => (relay.isAway = false),
        10_000,
      );
    else if (kind === 9)
      spell(
        () => (relay.isBusy = true),
        () => (relay.isBusy = false),
        10_000,
      );
    else if (kind === 10)
      spell(
        () => (relay.isFull = true),
        () => (relay.isFull = false),
        10_000,
      );
    else if (kind === 11) {
      // All that comes while it is full comes again.
      switches += files.length * FIRST_WINDOW;
      spell(
        () => (device.shelf.isFull = true),
        () => (device.shelf.isFull = false),
        5000,
      );
    } else if (kind === 12) setMode(device, random.pick(MODES));
    else if (kind === 13) {
      switches++;
      void device.transfers?.command(file.record.transfer, "pause");
    } else if (kind <= 15) {
      switches += device.shelf.isFull ? FIRST_WINDOW : 1;
      void device.transfers?.command(file.record.transfer, "resume");
    } else if (kind === 16 && random.chance(0.15)) cancel(device, file);
    else if (kind === 17) askElsewhere(device, file);
    // It loses a file, or wants it to look delivered.
    else if (kind === 18) relay.places.delete(file.record.transfer as string as BlobId);
    for (const one of [alice, bob])
      if (one.transfers === undefined) after(random.between(1, 3000), () => void restart(one));
  };

  async function restart(device: SimDevice): Promise<void> {
    if (device.transfers === undefined) await begin(device);
  }

  function spell(start: () => void, end: () => void, ms: number): void {
    start();
    after(random.between(1, ms), end);
  }

  function isLinkable(): boolean {
    return [alice, bob].every(({ mode, transfers }) => mode !== "relay" && transfers !== undefined);
  }

  function setMode(device: SimDevice, mode: PathMode): void {
    device.mode = mode;
    if (mode === "relay") {
      switches++;
      network.end(true);
    }
    device.onChanged();
  }

  function cancel(device: SimDevice, file: SentFile): void {
    if (device.transfers === undefined) return;
    file.isCancelled = true;
    void giveUp(device, device.transfers, file);
  }

  async function giveUp(device: SimDevice, transfers: Transfers, file: SentFile): Promise<void> {
    const { transfer } = file.record;
    await transfers.command(transfer, random.chance(0.5) ? "cancel" : "remove");
    const isOut = transfers.view(transfer)?.state === "cancelled";
    if (isOut && device.transfers === transfers) file.givenUpBy.add(device);
  }

  /** Somebody else knows the transfer's id, and asks for it. */
  function askElsewhere({ transfers }: SimDevice, { record }: SentFile): void {
    const { transfer } = record;
    const frame = encodeFileFrame({ type: "request", transfer, first: 0, count: 1, held: 0 });
    transfers?.changed(OTHER);
    transfers?.frame(OTHER_LINK, mutant === "no-conversation" ? CONVERSATION : OTHER, frame);
  }

  for (const file of files)
    after(random.between(0, Math.floor(troubleMs / 2)), function ask() {
      if (file.to.transfers === undefined) return after(1000, ask);
      void file.to.transfers.command(file.record.transfer, "fetch");
    });
  for (let i = random.between(5, 30); i > 0; i--) after(random.between(0, troubleMs), trouble);
  await scheduler.run(troubleMs);

  // Peace: all is well again, and users want what they did not give up.
  for (const device of [alice, bob]) {
    device.diesAfter = Number.POSITIVE_INFINITY;
    device.shelf.isFull = false;
    if (device.transfers === undefined) await begin(device);
  }
  relay.isAway = relay.isBusy = relay.isFull = false;
  const lastMode = random.pick<PathMode>(["auto", "direct", "relay", "auto"]);
  for (const device of [alice, bob]) setMode(device, lastMode);
  const keepLinked = (): void => {
    if (isLinkable()) network.open();
    after(10_000, keepLinked);
  };
  const isLinkedAtLast = lastMode === "direct" || random.chance(0.5);
  if (isLinkedAtLast) keepLinked();
  for (const device of [alice, bob]) {
    device.transfers?.online();
    for (const { record, to } of files) {
      void device.transfers?.command(record.transfer, "resume");
      if (to === device) void device.transfers?.command(record.transfer, "fetch");
    }
  }
  const isOver = (): boolean => watch.found.length > 0 || files.every((file) => isSettled(file));
  await scheduler.run(troubleMs + PEACE_MS, isOver);
  if (watch.found.length === 0) files.forEach(judge);
  const again = countAgain();
  return {
    seed,
    violations: watch.found,
    leaves: files.reduce((sum, { record }) => sum + fileLeafCount(record.sizeBytes), 0),
    again,
    deaths: alice.deaths + bob.deaths,
    steps: scheduler.steps(),
  };

  /** A leaf has come over a link, whole. */
  function count({ transfer, leaf, chunk }: FileChunkFrame): void {
    const sizeBytes = files.find(({ record }) => record.transfer === transfer)?.record.sizeBytes ?? 0;
    if (chunk !== chunkCount(parcelBytes(sizeBytes, leaf)) - 1) return;
    const key = `${transfer}/${leaf}`;
    carried.set(key, (carried.get(key) ?? 0) + 1);
  }

  /** FIL-19: a sender believes no file to have come that has not been whole with the other side. */
  function onView(device: string, { transfer, state, mine }: FileView): void {
    if (state !== "done") return;
    if (!mine) arrived.add(transfer);
    else if (!arrived.has(transfer))
      watch.report("FIL-19", `${device} takes for delivered what has not come`);
  }

  function isSettled({ record, from, to }: SentFile): boolean {
    return [from, to].every((device) => isFinal(device.transfers?.view(record.transfer)?.state));
  }

  function judge(file: SentFile): void {
    const { record, from, to, isCancelled } = file;
    const { transfer, sizeBytes } = record;
    const [own, theirs] = [from, to].map((device) => device.transfers?.view(transfer));
    const said = `${from.name} to ${to.name}, ${fileLeafCount(sizeBytes)} leaves: ${own?.state} ${own?.reason} / ${theirs?.state} ${theirs?.reason}, mode ${lastMode}`;
    for (const device of file.givenUpBy)
      if (device.transfers?.view(transfer)?.state !== "cancelled")
        return watch.report("FIL-8", `${device.name} has forgotten that it gave it up: ${said}`);
    const isTold = isLinkedAtLast && isLinkable() && file.givenUpBy.has(from);
    if (isTold && !isFinal(theirs?.state))
      return watch.report("FIL-18", `the receiver does not know that it is taken back: ${said}`);
    if (theirs?.state === "done") {
      const kept = to.shelf.files.get(transfer)?.leaves;
      // A device that died while a copy was removed finds out when it is opened.
      if (kept === undefined && isCancelled) return;
      for (let leaf = 0; leaf < fileLeafCount(sizeBytes); leaf++) {
        const bytes = kept?.get(leaf);
        if (bytes === undefined || !isLeaf(transfer, leaf, bytes))
          return watch.report("FIL-5", `leaf ${leaf} is not what was sent: ${said}`);
      }
      const isUntold = relay.maxLeaves < fileLeafCount(sizeBytes) && own?.state === "waiting";
      if (own?.state !== "done" && !isCancelled && !isUntold)
        watch.report("FIL-18", `the sender does not know: ${said}`);
      return;
    }
    const isExcused =
      isCancelled ||
      (relay.isHostile && [own, theirs].some((view) => view?.reason === "invalid")) ||
      (relay.maxLeaves < fileLeafCount(sizeBytes) && theirs?.state === "waiting");
    if (!isExcused) watch.report("FIL-15", `it has not come: ${said}`);
  }

  /** FIL-12: what is verified again was lost by a death or a switch, one leaf each, or more where the disk was slower than the link. */
  function countAgain(): number {
    let count = 0;
    for (const times of carried.values()) count += times - 1;
    const excuse = alice.deaths + bob.deaths + switches;
    const mayLose = excuse;
    if (count > mayLose && watch.found.length === 0 && !files.some(({ isCancelled }) => isCancelled))
      watch.report("FIL-12", `${count} leaves came again after ${excuse} deaths and switches`);
    return count;
  }
}

function isFinal(state: string | undefined): boolean {
  return state === "done" || state === "failed" || state === "cancelled" || state === "removed";
}

function makeFiles(random: Random, alice: SimDevice, bob: SimDevice): readonly SentFile[] {
  return Array.from({ length: random.between(1, 4) }, (_, i) => {
    const [from, to] = random.chance(0.7) ? [alice, bob] : [bob, alice];
    const sizeBytes = random.pick([
      0,
      5000,
      FILE_LEAF_BYTES,
      FILE_LEAF_BYTES + 1,
      3 * FILE_LEAF_BYTES,
      6 * FILE_LEAF_BYTES + 100,
    ]);
    const transfer = idOf<TransferId>(new Uint8Array(16).fill(i + 1));
    const message = idOf<MessageId>(new Uint8Array(16).fill(0x77));
    const record = offeredFile({
      transfer,
      conversation: CONVERSATION,
      message,
      path: [`file ${i}`],
      sizeBytes,
    });
    shelve(from, record);
    return { record, from, to, isCancelled: false, givenUpBy: new Set(), refetches: 0 };
  });
}

/** The sender's copy is there before its message is. */
function shelve(device: SimDevice, record: TransferRecord): void {
  device.shelf.fill(record.transfer, record.sizeBytes);
}
