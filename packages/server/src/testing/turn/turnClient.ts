/** A TURN client (RFC 8656), as much of one as shows what a server grants to a credential and what it refuses. */
import { createHash, randomBytes } from "node:crypto";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { connect as connectTcp } from "node:net";
import { connect as connectTls } from "node:tls";
import type { Attribute, IpAddress, Message } from "./stunMessage.ts";
import {
  ATTRIBUTE,
  ID_BYTES,
  INDICATION,
  METHOD,
  addressOf,
  decodeMessage,
  encodeMessage,
  messageBytes,
  xorAddress,
} from "./stunMessage.ts";

/** What is proved to the server; the realm comes from it. */
export interface TurnCredential {
  readonly username: string;
  readonly credential: string;
}

/** Where the server is, and its certificate for TLS. */
export type TurnAddress = IpAddress &
  ({ readonly transport: "udp" | "tcp" } | { readonly transport: "tls"; readonly certificate: Buffer });

/** Answers are the code of the error, such as 401, or 0. */
export interface TurnClient {
  /** Where this client stands in the server's eyes; needs no credential. */
  binding(): Promise<IpAddress>;
  /** Asks for a relayed address of the family. */
  allocate(family?: 4 | 6): Promise<number>;
  refresh(): Promise<number>;
  /** Lets a peer's address send to the relayed address and be reached from there. */
  permit(peer: string): Promise<number>;
  /** What was allocated. */
  relayed(): IpAddress;
  /** Sends to a peer from the relayed address; nobody answers. */
  send(peer: IpAddress, data: Uint8Array): void;
  /** The next data that a peer has sent to the relayed address. */
  received(): Promise<Buffer>;
  close(): void;
}

/** Protocol 17 is UDP, the only one that may be relayed. */
const RELAY_UDP: Attribute = [ATTRIBUTE.transport, Buffer.from([17, 0, 0, 0])];
const STALE_NONCE = 438;
const RESEND_MS = 500;

export async function openTurnClient(server: TurnAddress, proof: TurnCredential): Promise<TurnClient> {
  const inbox: Buffer[] = [];
  const listeners = new Set<(message: Message) => void>();
  const wire = await openWire(server, (message) => {
    if (message.type === INDICATION.data)
      inbox.push(message.attributes.get(ATTRIBUTE.data) ?? Buffer.alloc(0));
    for (const listener of listeners) listener(message);
  });
  /** Realm and nonce of the last challenge. */
  let challenge: readonly Attribute[] = [];
  let allocated: IpAddress | undefined;

  function next(fits: (message: Message) => boolean): Promise<Message> {
    return new Promise((resolve) => {
      const listener = (message: Message): void => {
        if (!fits(message)) return;
        listeners.delete(listener);
        resolve(message);
      };
      listeners.add(listener);
    });
  }

  /** Sends again until it is answered: UDP may lose either. */
  async function exchange(method: number, attributes: readonly Attribute[], id: Buffer): Promise<Message> {
    const key = challenge.length > 0 ? keyOf(challenge, proof) : undefined;
    const post = (): void => wire.send(encodeMessage(method, id, attributes, key));
    const answer = next((message) => message.id.equals(id));
    const timer = setInterval(post, RESEND_MS);
    post();
    return answer.finally(() => clearInterval(timer));
  }

  /** With a proof, once the server has said its realm and nonce. */
  async function proved(
    method: number,
    attributesOf: (id: Buffer) => readonly Attribute[],
  ): Promise<Message> {
    for (let attempt = 0; ; attempt++) {
      const id = randomBytes(ID_BYTES);
      const name: Attribute = [ATTRIBUTE.username, Buffer.from(proof.username)];
      const proofs = challenge.length > 0 ? [name, ...challenge] : [];
      const answer = await exchange(method, [...attributesOf(id), ...proofs], id);
      const isChallenge = answer.code === STALE_NONCE || (answer.code === 401 && challenge.length === 0);
      if (!isChallenge || attempt > 1) return answer;
      challenge = [ATTRIBUTE.realm, ATTRIBUTE.nonce].map((type) => [type, needed(answer, type)] as const);
    }
  }

  return {
    async binding() {
      challenge = [];
      const answer = await exchange(METHOD.binding, [], randomBytes(ID_BYTES));
      return addressOf(needed(answer, ATTRIBUTE.mapped), answer.id);
    },
    async allocate(family = 4) {
      const familyWanted: Attribute = [ATTRIBUTE.family, Buffer.from([family === 4 ? 1 : 2, 0, 0, 0])];
      const answer = await proved(METHOD.allocate, () => [RELAY_UDP, familyWanted]);
      if (answer.code === 0) allocated = addressOf(needed(answer, ATTRIBUTE.relayed), answer.id);
      return answer.code;
    },
    refresh: async () => (await proved(METHOD.refresh, () => [])).code,
    async permit(address) {
      const peer = (id: Buffer): Attribute => [ATTRIBUTE.peer, xorAddress({ address, port: 0 }, id)];
      return (await proved(METHOD.permit, (id) => [peer(id)])).code;
    },
    relayed() {
      if (allocated === undefined) throw new Error("nothing was allocated");
      return allocated;
    },
    send(peer, data) {
      const id = randomBytes(ID_BYTES);
      const to: Attribute = [ATTRIBUTE.peer, xorAddress(peer, id)];
      wire.send(encodeMessage(INDICATION.send, id, [to, [ATTRIBUTE.data, Buffer.from(data)]]));
    },
    async received() {
      if (inbox.length === 0) await next(({ type }) => type === INDICATION.data);
      return inbox.shift() as Buffer;
    },
    close: () => wire.close(),
  };
}

interface Wire {
  send(bytes: Buffer): void;
  close(): void;
}

async function openWire(server: TurnAddress, onMessage: (message: Message) => void): Promise<Wire> {
  const { address, port } = server;
  if (server.transport === "udp") {
    const socket = createSocket("udp4");
    socket.on("message", (bytes) => onMessage(decodeMessage(bytes)));
    return { send: (bytes) => socket.send(bytes, port, address), close: () => socket.close() };
  }
  const isTls = server.transport === "tls";
  const socket = isTls
    ? connectTls({ host: address, port, ca: server.certificate })
    : connectTcp({ host: address, port });
  await once(socket, isTls ? "secureConnect" : "connect");
  // The server may end first; whoever waits for an answer then waits for ever.
  socket.on("error", () => {});
  let stream: Buffer = Buffer.alloc(0);
  socket.on("data", (chunk: Buffer) => {
    stream = Buffer.concat([stream, chunk]);
    for (let bytes = messageBytes(stream); bytes > 0; bytes = messageBytes(stream)) {
      onMessage(decodeMessage(stream.subarray(0, bytes)));
      stream = stream.subarray(bytes);
    }
  });
  return { send: (bytes) => void socket.write(bytes), close: () => socket.destroy() };
}

/** Of a long-term credential (RFC 8489 §9.2.2). */
function keyOf(challenge: readonly Attribute[], { username, credential }: TurnCredential): Buffer {
  const realm = String(challenge.find(([type]) => type === ATTRIBUTE.realm)?.[1]);
  return createHash("md5").update(`${username}:${realm}:${credential}`).digest();
}

function needed({ code, attributes }: Message, type: number): Buffer {
  const value = attributes.get(type);
  if (value === undefined) throw new Error(`an answer without attribute ${type}, code ${code}`);
  return value;
}
