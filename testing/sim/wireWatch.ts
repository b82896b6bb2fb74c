/** State before wire: nothing leaves a device before what it stands for is on its disk, and no key is used for two messages. */
import type { ClientFrame } from "@sotto/protocol";
import { decodeClientFrame, decodeDirectFrame } from "@sotto/protocol";
import type { Effect } from "sotto/simulation";
import { decodePosition, POSITION_KEY, TABLE } from "sotto/simulation";
import type { ClientNode } from "./clientNode.ts";
import type { SealedLedger } from "./sealedLedger.ts";
import { keyOf } from "./sealedLedger.ts";
import type { Report } from "./violation.ts";

export interface WireWatch {
  effect(client: ClientNode, effect: Effect): void;
  /** From now on the device runs on an older disk than it has shown to the server: it may say hello and no more. */
  readonly rolledBack: (client: ClientNode) => void;
}

export function createWireWatch(ledger: SealedLedger, report: Report): WireWatch {
  const silent = new Set<ClientNode>();
  const usedGenerations = new Map<string, string>();

  function sends(client: ClientNode, bytes: Uint8Array): void {
    const frame = decodeClientFrame(bytes);
    if (frame === undefined) return report("bad-frame", `${client.name} sent no frame`);
    if (silent.has(client) && frame.type !== "hello" && frame.type !== "ping")
      report("sent-after-rollback", `${client.name} sent ${frame.type}`);
    switch (frame.type) {
      case "ack":
        return acknowledges(client, frame);
      case "post":
        return says(client, frame.ciphertext);
      case "handshake":
      case "createGroup":
        return submits(client, frame);
      default:
    }
  }

  function acknowledges(client: ClientNode, { sequence }: Extract<ClientFrame, { type: "ack" }>): void {
    const stored = tableOf(client, TABLE.meta).get(POSITION_KEY);
    const cursor = (stored && decodePosition(stored)?.cursor) ?? 0;
    if (sequence > cursor)
      report("ack-before-durable", `${client.name} acknowledged ${sequence}, stored ${cursor}`);
  }

  function saysOverLink(client: ClientNode, bytes: Uint8Array): void {
    const frame = decodeDirectFrame(bytes);
    if (silent.has(client)) report("sent-after-rollback", `${client.name} sent over a link`);
    if (frame?.type === "message") says(client, frame.ciphertext);
  }

  /** To the server or over a link. */
  function says(client: ClientNode, ciphertext: Uint8Array): void {
    const sealed = ledger.sealed(ciphertext);
    if (sealed === undefined)
      return report("post-before-durable", `${client.name} sent what it never encrypted`);
    if (!ledger.isDurable(client.name, sealed))
      report("post-before-durable", `${client.name}: the ratchet is not stored`);
    const isCounted = sealed.content !== undefined && sealed.content.counter > 0;
    if (isCounted && !holds(client, TABLE.outbox, ciphertext))
      report("post-before-durable", `${client.name}: the ciphertext is not in the outbox`);
    uses(sealed.generation, ciphertext);
  }

  function submits(
    client: ClientNode,
    { handshake }: Extract<ClientFrame, { type: "handshake" | "createGroup" }>,
  ): void {
    const sealed = ledger.sealed(handshake);
    if (sealed === undefined || !ledger.isDurable(client.name, sealed))
      report("commit-before-durable", `${client.name}: the handshake ratchet is not stored`);
    if (!holds(client, TABLE.pending, handshake))
      report("commit-before-durable", `${client.name}: the commit is not stored`);
    uses(sealed?.generation, handshake);
  }

  function uses(generation: string | undefined, bytes: Uint8Array): void {
    if (generation === undefined) return;
    const key = keyOf(bytes);
    const before = usedGenerations.get(generation) ?? key;
    if (before !== key) report("generation-reused", generation);
    usedGenerations.set(generation, key);
  }

  return {
    effect(client, effect) {
      if (effect.type === "send") sends(client, effect.frame);
      else if (effect.type === "request" && effect.request.kind === "frame")
        sends(client, effect.request.frame);
      else if (effect.type === "link" && effect.action.do === "send" && effect.action.channel === "messages")
        saysOverLink(client, effect.action.frame);
    },
    rolledBack: (client) => void silent.add(client),
  };
}

function tableOf(client: ClientNode, table: string): ReadonlyMap<string, Uint8Array> {
  return client.disk.snapshot().tables.get(table) ?? new Map();
}

/** Some record of the table contains the bytes. */
function holds(client: ClientNode, table: string, bytes: Uint8Array): boolean {
  for (const value of tableOf(client, table).values())
    if (Buffer.from(value.buffer, value.byteOffset, value.length).includes(bytes)) return true;
  return false;
}
