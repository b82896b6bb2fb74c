/** Messages of STUN and TURN (RFC 8489, RFC 8656), as far as {@link ./turnClient.ts} speaks them. */
import { createHmac } from "node:crypto";
import { SocketAddress } from "node:net";

export interface IpAddress {
  readonly address: string;
  readonly port: number;
}

export const METHOD = { binding: 0x001, allocate: 0x003, refresh: 0x004, permit: 0x008 } as const;
export const INDICATION = { send: 0x0016, data: 0x0017 } as const;
export const ATTRIBUTE = {
  username: 0x0006,
  integrity: 0x0008,
  error: 0x0009,
  peer: 0x0012,
  data: 0x0013,
  realm: 0x0014,
  nonce: 0x0015,
  relayed: 0x0016,
  family: 0x0017,
  transport: 0x0019,
  mapped: 0x0020,
} as const;

export const ID_BYTES = 12;
const HEADER_BYTES = 20;
const INTEGRITY_BYTES = 24;
const COOKIE = Buffer.from("2112a442", "hex");
const ERROR_CLASS = 0x0110;

export type Attribute = readonly [type: number, value: Buffer];

export interface Message {
  readonly type: number;
  readonly id: Buffer;
  /** Of an error (RFC 8489 §14.8), such as 401, 403, 486; else 0. */
  readonly code: number;
  readonly attributes: ReadonlyMap<number, Buffer>;
}

/** With the code that `key` makes, if there is one (RFC 8489 §14.5). */
export function encodeMessage(
  type: number,
  id: Buffer,
  attributes: readonly Attribute[],
  key?: Buffer,
): Buffer {
  const body = Buffer.concat(attributes.map(encodeAttribute));
  const head = (length: number): Buffer => Buffer.concat([uint16(type), uint16(length), COOKIE, id]);
  if (key === undefined) return Buffer.concat([head(body.length), body]);
  // The code covers a length that already counts it.
  const covered = Buffer.concat([head(body.length + INTEGRITY_BYTES), body]);
  const code = createHmac("sha1", key).update(covered).digest();
  return Buffer.concat([covered, encodeAttribute([ATTRIBUTE.integrity, code])]);
}

export function decodeMessage(bytes: Buffer): Message {
  const attributes = new Map<number, Buffer>();
  for (let at = HEADER_BYTES; at + 4 <= bytes.length;) {
    const length = bytes.readUInt16BE(at + 2);
    attributes.set(bytes.readUInt16BE(at), bytes.subarray(at + 4, at + 4 + length));
    at += 4 + length + padding(length);
  }
  const type = bytes.readUInt16BE(0);
  const error = (type & ERROR_CLASS) === ERROR_CLASS ? attributes.get(ATTRIBUTE.error) : undefined;
  const code = error === undefined ? 0 : (error[2] ?? 0) * 100 + (error[3] ?? 0);
  return { type, id: bytes.subarray(8, HEADER_BYTES), code, attributes };
}

/** Bytes of the first message of a stream, or 0 before it is all there. */
export function messageBytes(stream: Buffer): number {
  const bytes = stream.length < HEADER_BYTES ? Infinity : HEADER_BYTES + stream.readUInt16BE(2);
  return bytes <= stream.length ? bytes : 0;
}

/** Port and address are XORed with the cookie and, in IPv6, the message's id (RFC 8489 §14.2). */
export function xorAddress({ address, port }: IpAddress, id: Buffer): Buffer {
  const isV6 = address.includes(":");
  const bytes = isV6 ? bytesOfV6(address) : Buffer.from(address.split(".").map(Number));
  const xorPort = uint16(port ^ COOKIE.readUInt16BE(0));
  return Buffer.concat([Buffer.from([0, isV6 ? 2 : 1]), xorPort, xor(bytes, id)]);
}

/** The inverse of {@link xorAddress}. */
export function addressOf(value: Buffer, id: Buffer): IpAddress {
  const port = value.readUInt16BE(2) ^ COOKIE.readUInt16BE(0);
  const bytes = xor(value.subarray(4), id);
  if (bytes.length === 4) return { address: [...bytes].join("."), port };
  const groups = Array.from({ length: 8 }, (_, i) => bytes.readUInt16BE(2 * i).toString(16));
  return { address: new SocketAddress({ address: groups.join(":"), family: "ipv6" }).address, port };
}

function bytesOfV6(address: string): Buffer {
  const [head = "", tail] = address.split("::");
  const groups = (text: string): string[] => (text === "" ? [] : text.split(":"));
  const [first, last] = [groups(head), groups(tail ?? "")];
  const zeros = Array.from({ length: 8 - first.length - last.length }, () => "0");
  return Buffer.concat([...first, ...zeros, ...last].map((group) => uint16(Number.parseInt(group, 16))));
}

function xor(bytes: Buffer, id: Buffer): Buffer {
  const mask = Buffer.concat([COOKIE, id]);
  return Buffer.from(bytes.map((byte, i) => byte ^ (mask[i] ?? 0)));
}

function encodeAttribute([type, value]: Attribute): Buffer {
  return Buffer.concat([uint16(type), uint16(value.length), value, Buffer.alloc(padding(value.length))]);
}

function padding(length: number): number {
  return -length & 3;
}

function uint16(value: number): Buffer {
  return Buffer.from([value >> 8, value & 0xff]);
}
