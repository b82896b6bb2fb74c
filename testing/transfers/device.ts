/** A device of a simulated world: the transfers' own runtime over ports that can die at any call, and begin again on the same disks. */
import type { BlobId, ConversationId, GroupId, TransferId } from "@sotto/protocol";
import { idOf } from "@sotto/protocol";
import type { FileView } from "sotto";
import type { Blobs, FileWord, PathMode, TransferRecord, Transfers } from "sotto/simulation";
import { createTransfers, createTransferStore } from "sotto/simulation";
import type { MemoryDisk } from "sotto/testing";
import { createMemoryDisk } from "sotto/testing";
import type { Random } from "../sim/random.ts";
import type { Scheduler } from "../sim/scheduler.ts";
import { isLeaf, parcelFor } from "./contents.ts";
import type { LinkNetwork } from "./link.ts";
import type { Mutant } from "./mutants.ts";
import type { ReceiptPost } from "./receipts.ts";
import type { SimRelay } from "./relay.ts";
import type { SimShelf } from "./shelf.ts";
import { createSimShelf } from "./shelf.ts";
import type { Watch } from "./violation.ts";

export const CONVERSATION: ConversationId = idOf(new Uint8Array(16).fill(0xc0));
/** Of the same device with somebody else. */
export const OTHER: ConversationId = idOf(new Uint8Array(16).fill(0xd0));
const GROUP: GroupId = idOf(new Uint8Array(16).fill(0x99));
/** The number of the link to somebody else. */
export const OTHER_LINK = 1_000_000;

export interface DeviceSurroundings {
  readonly scheduler: Pick<Scheduler, "after" | "nowMs">;
  readonly random: Random;
  readonly network: LinkNetwork;
  readonly relay: SimRelay;
  readonly watch: Watch;
  readonly mutant: Mutant | undefined;
  readonly receipts: ReceiptPost;
  readonly onView: (device: string, view: FileView) => void;
  /** A frame to somebody else. */
  readonly onOther: (device: string, frame: Uint8Array) => void;
}

export interface SimDevice {
  readonly name: string;
  readonly shelf: SimShelf;
  readonly disk: MemoryDisk;
  mode: PathMode;
  /** While it runs. */
  readonly transfers: Transfers | undefined;
  /** Dies when it has called its ports so many times more. */
  diesAfter: number;
  /** How often each leaf was verified, and which of them were written. */
  readonly verified: Map<string, number>;
  deaths: number;
  readonly views: Map<TransferId, FileView>;
  start(): Promise<void>;
  die(): void;
  /** What a receipt of the other device says; nothing while it does not run. */
  onReceipt(transfer: TransferId, word: FileWord): void;
  onFrame(link: number, conversation: ConversationId, frame: Uint8Array): void;
  onDrained(link: number): void;
  onChanged(): void;
}

export function createDevice(name: string, world: DeviceSurroundings): SimDevice {
  const { scheduler, random, network, relay, receipts, watch, mutant } = world;
  const disk = createMemoryDisk();
  const shelf = createSimShelf();
  let life: { isOver: boolean } = { isOver: true };
  /** Every call of a port, and whatever else is done, may be the last. */
  const called = (own: { readonly isOver: boolean }): boolean => {
    if (!own.isOver && --device.diesAfter <= 0) device.die();
    return !own.isOver;
  };
  let transfers: Transfers | undefined;

  const device: SimDevice = {
    name,
    shelf,
    disk,
    mode: "auto",
    get transfers() {
      return transfers;
    },
    diesAfter: Number.POSITIVE_INFINITY,
    verified: new Map(),
    deaths: 0,
    views: new Map(),
    start,
    die() {
      if (life.isOver) return;
      life.isOver = true;
      transfers = undefined;
      device.deaths++;
      device.diesAfter = Number.POSITIVE_INFINITY;
      disk.crash();
      network.end(false);
    },
    onFrame(link, conversation, frame) {
      transfers?.frame(link, mutant === "no-conversation" ? CONVERSATION : conversation, frame);
    },
    onReceipt(transfer, word) {
      if (called(life)) transfers?.receipt(CONVERSATION, transfer, word);
    },
    onDrained: (link) => transfers?.drained(link),
    onChanged: () => transfers?.changed(CONVERSATION),
  };
  return device;

  async function start(): Promise<void> {
    const own = { isOver: false };
    life = own;
    /** Resolves only in this life. */
    const wait = (ms: number, atDeath: () => void = () => {}): Promise<void> =>
      new Promise((resolve) => {
        if (!called(own)) return;
        scheduler.after(ms, () => {
          if (!own.isOver) return resolve();
          if (random.chance(0.5)) atDeath();
        });
      });
    const store = disk.open();
    const slowStore: typeof store = {
      ...store,
      async commit(writes) {
        await wait(random.between(1, 5));
        if (mutant !== "no-records") await store.commit(writes);
      },
    };
    const { records } = await createTransferStore(store, clock()).load();
    const isAlive = (): boolean => !own.isOver;

    function clock() {
      return {
        nowMs: () => scheduler.nowMs(),
        schedule(atMs: number, action: () => void) {
          let isCancelled = mutant === "no-clock" && random.chance(0.5);
          scheduler.after(Math.max(0, atMs - scheduler.nowMs()), () => {
            if (!isCancelled && isAlive()) action();
          });
          return () => {
            isCancelled = true;
          };
        },
      };
    }

    const linkOf = (conversation: ConversationId): number | undefined => {
      if (conversation === OTHER) return OTHER_LINK;
      const end = network.endOf(name);
      return end?.isSteady === true ? end.number : undefined;
    };

    transfers = createTransfers(
      {
        shelf: shelf.owned({
          isOver: () => own.isOver,
          wait: (atDeath) => wait(random.between(1, 10), atDeath),
          forgets: mutant === "no-write" && random.chance(0.2),
        }),
        store: slowStore,
        clock: clock(),
        links: {
          of: linkOf,
          send(link, bytes) {
            if (!called(own)) return;
            const frame = bytes.slice();
            if (mutant === "no-end" && frame[0] === 5) return;
            if (link === OTHER_LINK) return world.onOther(name, frame);
            if (device.mode === "relay") watch.report("FIL-15", `${name} sends over a link in mode relay`);
            network.send(name, link, frame);
            if (mutant === "ask-twice" && frame[0] === 1)
              scheduler.after(200, () => network.send(name, link, frame));
          },
          bufferedBytes(link) {
            const end = network.endOf(name);
            return mutant === "no-buffer" || end?.number !== link ? 0 : end.bufferedBytes;
          },
          close: () => network.end(true),
        },
        blobs: mutant === "trust-relay" ? trusting(blobs(wait)) : blobs(wait),
        blobIdOf: (transfer) => transfer as string as BlobId,
        parcels: {
          parcelOf: async (record, leaf, sealed) => parcelFor(record, leaf, sealed),
          async isValid(record, leaf, parcel) {
            await wait(random.between(1, 4));
            const key = `${record.transfer}/${leaf}`;
            device.verified.set(key, (device.verified.get(key) ?? 0) + 1);
            return mutant === "no-check" || isLeaf(record.transfer, leaf, parcel);
          },
          contentOf: async (_record, _leaf, sealed) => sealed,
        },
        surroundings: {
          wayOf: (conversation) => ({
            group: GROUP,
            mode: mutant === "no-mode" ? "auto" : device.mode,
            link: linkOf(conversation),
          }),
          random: () => random.next(),
        },
        attend: () => {},
        receipt(_conversation, transfer, word) {
          if (called(own)) receipts.say({ device, isAlive }, transfer, word);
        },
        onView(view) {
          device.views.set(view.transfer, view);
          world.onView(name, view);
        },
        onFault(error) {
          watch.report("FIL-0", `${name}: ${error instanceof Error ? error.stack : String(error)}`);
        },
      },
      records.filter((record: TransferRecord) => record.state !== "preparing"),
    );
    // It may have died of its first calls.
    if (!isAlive()) transfers = undefined;
  }

  /** What the relay does not have, the other side has. */
  function trusting(honest: Blobs): Blobs {
    return {
      ...honest,
      async status(blob) {
        const answer = await honest.status(blob);
        if (answer.kind === "refused") device.onReceipt(blob as string as TransferId, "whole");
        return answer;
      },
    };
  }

  function blobs(wait: (ms: number) => Promise<void>): Blobs {
    const underWay = { put: 0, get: 0 };
    return relay.of(
      name,
      () => wait(random.between(5, 50)),
      (call) => {
        if (device.mode === "direct")
          watch.report("FIL-15", `${name} calls ${call} of the relay in mode direct`);
        if (call !== "put" && call !== "get") return () => {};
        if (++underWay[call] > 3) watch.report("FIL-16", `${name} has ${underWay[call]} parcels under way`);
        return () => void underWay[call]--;
      },
    );
  }
}
