/** Planted faults of a client with links: what would go wrong between the two ways if a rule of docs/protocol/direct.md were forgotten. */
import type { DirectFrame, MessageId } from "@sotto/protocol";
import {
  decodeClientFrame,
  decodeContent,
  decodeDirectFrame,
  encodeClientFrame,
  encodeDirectFrame,
  encodeServerFrame,
  isMessageBody,
} from "@sotto/protocol";
import { unpadContent } from "@sotto/crypto";
import type { Effect, MlsOutputs } from "sotto/simulation";
import { decodeHistory, TABLE } from "sotto/simulation";
import type { ClientMutation } from "./clientNode.ts";
import type { Mutant } from "./mutants.ts";
import { keyOf } from "./sealedLedger.ts";

export const LINK_MUTANTS: readonly Mutant[] = [
  { name: "client counts what a link brings before it is stored", mutation: { client: hastyTaken } },
  {
    name: "client does not store what a link brings",
    mutation: { client: () => ({ transaction: notDirect }) },
  },
  { name: "client posts what is meant for the link alone", mutation: { client: postToo } },
  { name: "client takes direct mode for auto", mutation: { client: () => ignoring("direct") } },
  { name: "client makes links in relay mode", mutation: { client: () => ignoring("relay") } },
  { name: "client does not post what a link has lost", mutation: { client: neverAgain } },
  { name: "client sends only what is new over a link", mutation: { client: onlyNew } },
  { name: "client sends over a link out of order", mutation: { client: () => ({ effects: swapMessages }) } },
  { name: "client says that everything came directly", mutation: { client: () => ({ effects: allDirect }) } },
];

type LinkEffect = Extract<Effect, { type: "link" }>;

/** The frame that a link carries by this effect. */
function frameOf(effect: Effect): DirectFrame | undefined {
  if (effect.type !== "link" || effect.action.do !== "send" || effect.action.channel !== "messages")
    return undefined;
  return decodeDirectFrame(effect.action.frame);
}

function sending(link: number, frame: DirectFrame): LinkEffect {
  return {
    type: "link",
    link,
    action: { do: "send", channel: "messages", frame: encodeDirectFrame(frame) },
  };
}

function hastyTaken(): ClientMutation {
  const came = new Map<number, number>();
  let due: number | undefined;
  return {
    happening(link, happening) {
      if (happening.kind === "open") came.set(link, 0);
      if (happening.kind === "frame" && decodeDirectFrame(happening.frame)?.type === "message") {
        came.set(link, (came.get(link) ?? 0) + 1);
        due = link;
      }
      return happening;
    },
    effects(effects) {
      if (due === undefined) return effects;
      const taken = sending(due, { type: "taken", count: came.get(due) ?? 0 });
      due = undefined;
      return [...effects, taken];
    },
  };
}

const notDirect: NonNullable<ClientMutation["transaction"]> = (writes) => {
  const brings = writes.some(
    (write) => "put" in write && write.put === TABLE.history && decodeHistory(write.value)?.path === "direct",
  );
  const isOwn = writes.some((write) => "put" in write && write.put === TABLE.outbox);
  return brings && !isOwn ? [] : [writes];
};

function postToo(): ClientMutation {
  let connection = 0;
  let requestId = 0x7000_0000;
  return {
    effects: (effects) =>
      effects.flatMap((effect) => {
        if (effect.type === "connect") ({ connection } = effect);
        const frame = frameOf(effect);
        if (frame?.type !== "message") return [effect];
        const { group, index, ciphertext } = frame;
        const post = { type: "post", resume: false, group, index, ciphertext, storeCounter: 0 } as const;
        return [
          effect,
          { type: "send", connection, frame: encodeClientFrame({ ...post, requestId: requestId++ }) },
        ];
      }),
  };
}

/** The user's choice of this mode changes nothing. */
function ignoring(mode: "direct" | "relay"): ClientMutation {
  return {
    command: (request) =>
      (request.kind === "setPath" || request.kind === "setDefaultPath") && request.path === mode
        ? { ...request, path: "auto" }
        : request,
  };
}

/** Which text is in which ciphertext of this device. */
function knowing(): Required<Pick<ClientMutation, "completion">> & {
  readonly textOf: (bytes: Uint8Array) => MessageId | undefined;
} {
  const texts = new Map<string, MessageId>();
  return {
    textOf: (bytes) => texts.get(keyOf(bytes)),
    completion(operation, completion) {
      if (operation.op !== "encrypt" || !completion.ok) return completion;
      for (const [i, ciphertext] of (completion.output as MlsOutputs["encrypt"]).ciphertexts.entries()) {
        const encoded = unpadContent(operation.messages[i]?.plaintext ?? new Uint8Array());
        const content = encoded && decodeContent(encoded);
        if (content !== undefined && isMessageBody(content.body)) texts.set(keyOf(ciphertext), content.id);
      }
      return completion;
    },
  };
}

/** What has gone over a link once counts as taken by the server. */
function neverAgain(): ClientMutation {
  const { textOf, completion } = knowing();
  const carried = new Set<MessageId>();
  return {
    completion,
    effects: (effects, happens) =>
      effects.filter((effect) => {
        const frame = frameOf(effect);
        const text = frame?.type === "message" ? textOf(frame.ciphertext) : undefined;
        if (text !== undefined) carried.add(text);
        const post = effect.type === "send" ? decodeClientFrame(effect.frame) : undefined;
        if (effect.type !== "send" || post?.type !== "post" || post.resume) return true;
        const posted = textOf(post.ciphertext);
        if (posted === undefined || !carried.has(posted)) return true;
        const answer = encodeServerFrame({ type: "ok", requestId: post.requestId, number: 0 });
        happens({ type: "frame", connection: effect.connection, frame: answer });
        return false;
      }),
  };
}

/** What the relay has had does not go over a link. */
function onlyNew(): ClientMutation {
  const { textOf, completion } = knowing();
  const posted = new Set<MessageId>();
  return {
    completion,
    effects: (effects) =>
      effects.filter((effect) => {
        const post = effect.type === "send" ? decodeClientFrame(effect.frame) : undefined;
        const text = post?.type === "post" ? textOf(post.ciphertext) : undefined;
        if (text !== undefined) posted.add(text);
        const frame = frameOf(effect);
        const carried = frame?.type === "message" ? textOf(frame.ciphertext) : undefined;
        return carried === undefined || !posted.has(carried);
      }),
  };
}

/** Two messages that go over a link at once change places. */
const swapMessages: NonNullable<ClientMutation["effects"]> = (effects) => {
  const swapped = [...effects];
  for (let i = 0; i + 1 < swapped.length; i++) {
    const [a, b] = [swapped[i] as Effect, swapped[i + 1] as Effect];
    if ([a, b].some((effect) => frameOf(effect)?.type !== "message")) continue;
    swapped[i] = b;
    swapped[++i] = a;
  }
  return swapped;
};

const allDirect: NonNullable<ClientMutation["effects"]> = (effects) =>
  effects.map((effect) =>
    effect.type === "emit" && effect.event.type === "message"
      ? {
          ...effect,
          event: { ...effect.event, message: { ...effect.event.message, path: "direct" as const } },
        }
      : effect,
  );
