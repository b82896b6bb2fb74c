/** JSON-RPC 2.0 with one object per line: bytes to lines, lines to requests, answers to lines. */
import type { Readable } from "node:stream";
import { terminalSafeJson } from "../sanitize.ts";

/** Longest line accepted, in bytes. The longest text of a message is 16 KiB. */
export const MAX_LINE_BYTES = 1024 * 1024;

/** Codes of JSON-RPC 2.0 §5.1. */
export const RPC = {
  parseError: -32700,
  invalidRequest: -32600,
  methodNotFound: -32601,
  invalidParams: -32602,
  internalError: -32603,
  /** The application's own errors; `data.code` says which. */
  application: -32000,
} as const;

/** `null` answers what has no readable id (§5). */
export type RequestId = string | number | null;

export interface RpcRequest {
  /** `undefined`: a notification, which gets no answer. */
  readonly id: RequestId | undefined;
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
}

export interface RpcError {
  readonly code: number;
  readonly message: string;
  /** `code`: of the one error table. */
  readonly data: { readonly code: string };
}

export type ParsedLine =
  | { readonly kind: "request"; readonly request: RpcRequest }
  | { readonly kind: "invalid"; readonly id: RequestId; readonly error: RpcError };

/** Reads the lines of a stream as text; a line above the limit comes as `undefined` once it has ended, without having been kept. */
export async function* readLines(stream: Readable): AsyncGenerator<string | undefined, void> {
  let parts: Uint8Array[] = [];
  let sizeBytes = 0;
  const take = (piece: Uint8Array): void => {
    sizeBytes += piece.length;
    if (sizeBytes <= MAX_LINE_BYTES) parts.push(piece);
    else parts = [];
  };
  const end = (): string | undefined => {
    const line = sizeBytes <= MAX_LINE_BYTES ? Buffer.concat(parts).toString("utf8") : undefined;
    parts = [];
    sizeBytes = 0;
    return line;
  };
  for await (const chunk of stream) {
    let rest: Uint8Array = typeof chunk === "string" ? Buffer.from(chunk) : (chunk as Uint8Array);
    for (let at = rest.indexOf(0x0a); at >= 0; at = rest.indexOf(0x0a)) {
      take(rest.subarray(0, at));
      yield end();
      rest = rest.subarray(at + 1);
    }
    take(rest);
  }
  if (sizeBytes > 0) yield end();
}

/** The request in a line, or what to answer instead. */
export function parseLine(line: string | undefined): ParsedLine {
  if (line === undefined)
    return invalid(null, RPC.invalidRequest, `A line has at most ${MAX_LINE_BYTES} bytes.`, "tooLarge");
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return invalid(null, RPC.parseError, "The line is not JSON.");
  }
  if (Array.isArray(value))
    return invalid(null, RPC.invalidRequest, "Batches are not supported: one object per line.");
  if (!isObject(value)) return invalid(null, RPC.invalidRequest, "A request is an object.");
  const { jsonrpc, method, params = {} } = value;
  const id = value["id"];
  if (id !== undefined && id !== null && typeof id !== "string" && typeof id !== "number") {
    return invalid(null, RPC.invalidRequest, "id is a string, a number or null.");
  }
  const answerTo = id ?? null;
  if (jsonrpc !== "2.0") return invalid(answerTo, RPC.invalidRequest, 'jsonrpc must be "2.0".');
  if (typeof method !== "string") return invalid(answerTo, RPC.invalidRequest, "method is a string.");
  if (!isObject(params))
    return invalid(answerTo, RPC.invalidParams, "params is an object with named parameters.");
  return { kind: "request", request: { id, method, params } };
}

export function resultLine(id: RequestId, result: unknown): string {
  return `${terminalSafeJson({ jsonrpc: "2.0", id, result })}\n`;
}

export function errorLine(id: RequestId, error: RpcError): string {
  return `${terminalSafeJson({ jsonrpc: "2.0", id, error })}\n`;
}

export function eventLine(params: Readonly<Record<string, unknown>>): string {
  return `${terminalSafeJson({ jsonrpc: "2.0", method: "event", params })}\n`;
}

function invalid(id: RequestId, code: number, message: string, dataCode = "badRequest"): ParsedLine {
  return { kind: "invalid", id, error: { code, message, data: { code: dataCode } } };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
