/** What each device has encrypted: which content is in a ciphertext, with which generation, and whether the state behind it is on disk. */
import type { GroupDelta, MlsGroup } from "@sotto/crypto";
import { unpadContent } from "@sotto/crypto";
import type { CborValue, Content, GroupId, MessageId, StreamId } from "@sotto/protocol";
import { decodeCbor, decodeContent, toHex } from "@sotto/protocol";
import type { MlsCompletion, MlsOperation, MlsOutputs, StoreWrite } from "sotto/simulation";
import { TABLE } from "sotto/simulation";
import { sha256 } from "./tier.ts";

export interface Sealed {
  readonly group: GroupId;
  /** Number of the operation that made it, to compare with what is durable. */
  readonly operation: number;
  /** Sender, epoch, kind and generation, as far as the engine's records show them. */
  readonly generation: string | undefined;
  /** Of application messages. */
  readonly content: Content | undefined;
}

export interface SealedLedger {
  /** Takes in an operation that is done. */
  record(device: string, operation: MlsOperation, completion: MlsCompletion): void;
  stored(device: string, writes: readonly StoreWrite[]): void;
  sealed(bytes: Uint8Array): Sealed | undefined;
  /** The group's state on disk includes the operation. */
  isDurable(device: string, sealed: Sealed): boolean;
  /** The places in streams under which a message has been encrypted; more than one after its conversation moved to a new group. */
  placesOf(message: MessageId): readonly Content[];
  /** The message with that counter. */
  messageAt(stream: StreamId, counter: number): MessageId | undefined;
}

type Kind = "application" | "handshake";

export function createSealedLedger(): SealedLedger {
  const byHash = new Map<string, Sealed>();
  const places = new Map<MessageId, Content[]>();
  const messages = new Map<string, MessageId>();
  const operationOfPart = new WeakMap<Uint8Array, number>();
  const durable = new Map<string, number>();
  let operations = 0;

  function remember(bytes: Uint8Array, sealed: Sealed): void {
    byHash.set(keyOf(bytes), sealed);
    const { content } = sealed;
    if (content === undefined || content.counter === 0) return;
    messages.set(`${content.stream} ${content.counter}`, content.id);
    const known = places.get(content.id) ?? [];
    if (known.every(({ stream, counter }) => stream !== content.stream || counter !== content.counter))
      places.set(content.id, [...known, content]);
  }

  return {
    record(device, operation, completion) {
      if (!completion.ok) return;
      operations++;
      const { output } = completion;
      if (typeof output === "object" && "delta" in output)
        for (const value of output.delta.put.values()) operationOfPart.set(value, operations);
      if (operation.op === "encrypt") {
        const { delta, ciphertexts } = output as MlsOutputs["encrypt"];
        const next = nextGeneration(operation.group, delta, "application");
        for (const [i, ciphertext] of ciphertexts.entries()) {
          const encoded = unpadContent(operation.messages[i]?.plaintext ?? new Uint8Array());
          remember(ciphertext, {
            group: operation.group.id,
            operation: operations,
            generation: nameOf(device, operation.group, "application", next, ciphertexts.length - i),
            content: encoded && decodeContent(encoded),
          });
        }
      } else if (operation.op === "commit" || operation.op === "leave") {
        const { delta, handshake } = output as MlsOutputs["commit" | "leave"];
        const next = nextGeneration(operation.group, delta, "handshake");
        const generation = nameOf(device, operation.group, "handshake", next, 1);
        remember(handshake, {
          group: operation.group.id,
          operation: operations,
          generation,
          content: undefined,
        });
      }
    },
    stored(device, writes) {
      for (const write of writes) {
        if (!("put" in write) || write.put !== TABLE.group) continue;
        const operation = operationOfPart.get(write.value);
        const key = `${device} ${write.key.slice(0, 32)}`;
        if (operation !== undefined) durable.set(key, Math.max(operation, durable.get(key) ?? 0));
      }
    },
    sealed: (bytes) => byHash.get(keyOf(bytes)),
    isDurable: (device, { group, operation }) => (durable.get(`${device} ${group}`) ?? 0) >= operation,
    placesOf: (message) => places.get(message) ?? [],
    messageAt: (stream, counter) => messages.get(`${stream} ${counter}`),
  };
}

export function keyOf(bytes: Uint8Array): string {
  return toHex(sha256(bytes).subarray(0, 12));
}

/** The stand-in stores each sender's next generations as one part; the real engine keeps its own counsel. */
function nextGeneration({ epoch, ownLeaf }: MlsGroup, { put }: GroupDelta, kind: Kind): number | undefined {
  const part = put.get(`ratchet/${epoch}/${ownLeaf}`);
  const ratchets = part && decodeCbor(part);
  const generations = listOf(ratchets)[kind === "application" ? 0 : 1];
  const next = listOf(generations)[0];
  return typeof next === "number" ? next : undefined;
}

function nameOf(
  device: string,
  { id, epoch }: MlsGroup,
  kind: Kind,
  next: number | undefined,
  before: number,
): string | undefined {
  return next === undefined ? undefined : `${device} ${id} epoch ${epoch} ${kind} ${next - before}`;
}

function listOf(value: CborValue | undefined): readonly CborValue[] {
  return Array.isArray(value) ? (value as readonly CborValue[]) : [];
}
