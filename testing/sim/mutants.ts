/**
 * Planted faults: what our engines would do wrong if a rule were forgotten. Each must be caught, or the simulation proves nothing. They are
 * wrapped around the engines; nothing in them knows of it.
 */
import { padContent, unpadContent } from "@sotto/crypto";
import type { Content } from "@sotto/protocol";
import {
  decodeClientFrame,
  decodeContent,
  decodeServerFrame,
  encodeClientFrame,
  encodeContent,
  encodeServerFrame,
  idOf,
  isMessageBody,
  SERVER_FRAME,
  toHex,
} from "@sotto/protocol";
import type { HubEffect } from "@sotto/server/simulation";
import { unpackFrames } from "@sotto/server/simulation";
import type { Effect, MlsOperation, MlsOutputs } from "sotto/simulation";
import { decodeOutbox, encodeOutbox, TABLE } from "sotto/simulation";
import type { ClientMutation } from "./clientNode.ts";
import type { Cast } from "./people.ts";
import type { Random } from "./random.ts";
import { LINK_MUTANTS } from "./linkMutants.ts";
import { runScenario } from "./scenario.ts";
import type { Mutation } from "./world.ts";

export interface Mutant {
  readonly name: string;
  readonly mutation: Mutation;
}

export const MUTANTS: readonly Mutant[] = [
  { name: "server says ok before the commit", mutation: { server: { door: hastyDoor } } },
  { name: "server pushes out of sequence", mutation: { server: { hub: shufflingHub } } },
  { name: "server does not stop after a refusal", mutation: { server: { hub: forgivingHub } } },
  { name: "client sends before it has stored", mutation: { client: () => ({ lyingDisk: true }) } },
  { name: "client stores the cursor by itself", mutation: { client: () => ({ transaction: cursorFirst }) } },
  { name: "client shows every copy", mutation: { client: takeCopies } },
  { name: "client posts out of order", mutation: { client: () => ({ effects: swapPosts }) } },
  { name: "client counts anew when it encrypts again", mutation: { client: countAnew } },
  {
    name: "outbox forgets what a message offers",
    mutation: { client: () => ({ transaction: forgetFiles }) },
  },
  { name: "receipt confirms what has not come", mutation: { client: () => ({ operation: boast }) } },
  { name: "rollback goes unnoticed", mutation: { client: () => ({ serverFrame: hideCounter }) } },
  {
    name: "client skips what fails for it alone",
    mutation: { client: () => ({ completion: skipUndecided }) },
  },
  ...LINK_MUTANTS,
];

/** What caught a mutant, and after how many seeds. */
export interface Catch {
  readonly rule: string;
  readonly seeds: number;
}

/** Runs a mutant's worlds from seed 1 until one shows it; `undefined` when none of `limit` does. */
export async function catchMutant(
  cast: Cast,
  { mutation }: Mutant,
  limit: number,
): Promise<Catch | undefined> {
  for (let seed = 1; seed <= limit; seed++) {
    const [violation] = (await runScenario({ cast, seed, mutation })).violations;
    if (violation !== undefined) return { rule: violation.rule, seeds: seed };
  }
  return undefined;
}

type Door = Parameters<NonNullable<NonNullable<Mutation["server"]>["door"]>>[0];
type Hub = Parameters<NonNullable<NonNullable<Mutation["server"]>["hub"]>>[0];

function hastyDoor(door: Door): Door {
  return {
    execute(request, settle) {
      if (request.type !== "posts") return door.execute(request, settle);
      settle({ ok: true, value: { results: request.posts.map(() => ({ ok: true, value: {} })) } });
      door.execute(request, () => {});
    },
  };
}

function shufflingHub(hub: Hub): Hub {
  return {
    ...hub,
    handle: (event, nowMs) => swapNeighbours(hub.handle(event, nowMs).flatMap(oneByOne), arePushes),
  };
}

function oneByOne(effect: HubEffect): readonly HubEffect[] {
  if (effect.type !== "sendPacked") return [effect];
  const { connection } = effect;
  return unpackFrames(effect.frames).map((frame) => ({ type: "send", connection, bytes: frame.slice() }));
}

function arePushes(a: HubEffect, b: HubEffect): boolean {
  return (
    a.type === "send" &&
    b.type === "send" &&
    a.connection === b.connection &&
    isEntry(a.bytes) &&
    isEntry(b.bytes)
  );
}

function isEntry(bytes: Uint8Array): boolean {
  const type = bytes[1] ?? 0;
  return type >= SERVER_FRAME.message && type <= SERVER_FRAME.departed;
}

/** Takes every post for one that resumes (RLY-7). */
function forgivingHub(hub: Hub): Hub {
  return {
    ...hub,
    handle(event, nowMs) {
      if (event.type !== "frames") return hub.handle(event, nowMs);
      const frames = event.frames.map((bytes) => {
        const frame = decodeClientFrame(bytes);
        return frame?.type === "post" ? encodeClientFrame({ ...frame, resume: true }) : bytes;
      });
      return hub.handle({ ...event, frames }, nowMs);
    },
  };
}

const cursorFirst: NonNullable<ClientMutation["transaction"]> = (writes) => {
  const isMeta = (write: (typeof writes)[number]): boolean => "put" in write && write.put === TABLE.meta;
  return [writes.filter(isMeta), writes.filter((write) => !isMeta(write))];
};

/** In memory they are still known: it shows after a restart. */
const forgetFiles: NonNullable<ClientMutation["transaction"]> = (writes) => [
  writes.map((write) => {
    const record = "put" in write && write.put === TABLE.outbox ? decodeOutbox(write.value) : undefined;
    return record === undefined ? write : { ...write, value: encodeOutbox({ ...record, files: [] }) };
  }),
];

/** A content that comes once more, encrypted anew, is taken for another one. */
function takeCopies(random: Random): ClientMutation {
  const seen = new Map<string, string>();
  const asAnother = (content: Content): Content => ({
    ...content,
    id: idOf(random.bytes(16)),
    stream: idOf(random.bytes(16)),
    counter: 1,
    previousHash: new Uint8Array(32),
  });
  return {
    completion(operation, completion) {
      if (operation.op !== "decrypt" || !completion.ok) return completion;
      const output = completion.output as MlsOutputs["decrypt"];
      const results = output.results.map((result, i) => {
        const content = result.kind === "message" ? contentOf(result.plaintext) : undefined;
        if (result.kind !== "message" || content === undefined || content.counter === 0) return result;
        const place = `${content.stream} ${content.counter}`;
        const ciphertext = toHex(operation.ciphertexts[i] ?? new Uint8Array());
        const first = seen.get(place) ?? ciphertext;
        seen.set(place, first);
        return first === ciphertext
          ? result
          : { ...result, plaintext: padContent(encodeContent(asAnother(content))) };
      });
      return { ok: true, output: { ...output, results } };
    },
  };
}

const swapPosts = (effects: readonly Effect[]): readonly Effect[] => swapNeighbours(effects, arePosts);

function arePosts(a: Effect, b: Effect): boolean {
  return (
    a.type === "send" &&
    b.type === "send" &&
    [a, b].every(({ frame }) => decodeClientFrame(frame)?.type === "post")
  );
}

/** Contents are numbered at first encryption; this device numbers them each time. */
function countAnew(): ClientMutation {
  const encrypted = new Map<string, number>();
  return {
    operation: (operation) =>
      withContents(operation, (content) => {
        if (!isMessageBody(content.body)) return content;
        const times = encrypted.get(content.id) ?? 0;
        encrypted.set(content.id, times + 1);
        return { ...content, counter: content.counter + times };
      }),
  };
}

const boast = (operation: MlsOperation): MlsOperation =>
  withContents(operation, (content) => {
    if (content.body.kind !== "receipt") return content;
    const receipts = content.body.receipts.map((receipt) => ({
      ...receipt,
      delivered: receipt.delivered + 1,
    }));
    return { ...content, body: { ...content.body, receipts } };
  });

function hideCounter(bytes: Uint8Array): Uint8Array {
  const frame = decodeServerFrame(bytes);
  return frame?.type === "ready" ? encodeServerFrame({ ...frame, storeCounter: 0 }) : bytes;
}

const skipUndecided: NonNullable<ClientMutation["completion"]> = (operation, completion) => {
  const outcome =
    completion.ok && operation.op === "process" ? (completion.output as MlsOutputs["process"]) : undefined;
  if (operation.op !== "process" || outcome?.kind !== "undecided") return completion;
  const unchanged = { group: operation.group, delta: { put: new Map<string, Uint8Array>(), drop: [] } };
  return { ok: true, output: { kind: "refused", reason: outcome.reason, ...unchanged } };
};

function withContents(operation: MlsOperation, change: (content: Content) => Content): MlsOperation {
  if (operation.op !== "encrypt") return operation;
  const messages = operation.messages.map((message) => {
    const content = contentOf(message.plaintext);
    return content === undefined
      ? message
      : { ...message, plaintext: padContent(encodeContent(change(content))) };
  });
  return { ...operation, messages };
}

function contentOf(plaintext: Uint8Array): Content | undefined {
  const encoded = unpadContent(plaintext);
  return encoded && decodeContent(encoded);
}

function swapNeighbours<T>(items: readonly T[], swap: (a: T, b: T) => boolean): readonly T[] {
  const swapped = [...items];
  for (let i = 0; i + 1 < swapped.length; i++) {
    const [a, b] = [swapped[i] as T, swapped[i + 1] as T];
    if (!swap(a, b)) continue;
    swapped[i] = b;
    swapped[++i] = a;
  }
  return swapped;
}
