/** Reads request bodies no further than their limit. */
import type { IncomingMessage } from "node:http";
import type { ErrorCode } from "@sotto/protocol";
import { fromUtf8, parseJson } from "@sotto/protocol";
import type { Result } from "../../ports/result.ts";
import { accepted, refused } from "../../ports/result.ts";

const BYTES = "application/octet-stream";

/** The bytes of the body. Refused: badRequest for another media type or a body cut short, tooLarge. */
export async function readBytes(
  request: IncomingMessage,
  mediaType: string,
  maxBytes: number,
): Promise<Result<Uint8Array>> {
  if (!isOfType(request, mediaType))
    return refused("badRequest", { detail: `content-type must be ${mediaType}` });
  const tooLarge: ErrorCode = "tooLarge";
  if (Number(request.headers["content-length"] ?? 0) > maxBytes) return refused(tooLarge);
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      sizeBytes += (chunk as Buffer).length;
      if (sizeBytes > maxBytes) return refused(tooLarge);
      chunks.push(chunk as Buffer);
    }
  } catch {
    return refused("badRequest", { detail: "the body was cut short" });
  }
  return accepted(new Uint8Array(Buffer.concat(chunks)));
}

/**
 * Fills `into` with a body of exactly as many bytes. Refused before anything is read if another length is announced: tooLarge, badRequest. Refused too: as {@link readBytes}. */
export async function readExactly(request: IncomingMessage, into: Uint8Array): Promise<Result<Uint8Array>> {
  if (!isOfType(request, BYTES)) return refused("badRequest", { detail: `content-type must be ${BYTES}` });
  const wrongLength = (): Result<Uint8Array> =>
    refused("badRequest", { detail: `this parcel has ${into.length} bytes` });
  const announced = request.headers["content-length"];
  if (Number(announced ?? 0) > into.length) return refused("tooLarge");
  if (announced !== undefined && Number(announced) !== into.length) return wrongLength();
  let done = 0;
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      if (done + (chunk as Buffer).length > into.length) return refused("tooLarge");
      into.set(chunk as Buffer, done);
      done += (chunk as Buffer).length;
    }
  } catch {
    return refused("badRequest", { detail: "the body was cut short" });
  }
  return done === into.length ? accepted(into) : wrongLength();
}

function isOfType(request: IncomingMessage, mediaType: string): boolean {
  return request.headers["content-type"]?.split(";")[0]?.trim().toLowerCase() === mediaType;
}

/** The value of a JSON body, its form not yet checked. */
export async function readJson(request: IncomingMessage, maxBytes: number): Promise<Result<unknown>> {
  const bytes = await readBytes(request, "application/json", maxBytes);
  if (!bytes.ok) return bytes;
  const text = fromUtf8(bytes.value);
  const value = text === undefined ? undefined : parseJson(text);
  return value === undefined ? refused("badRequest", { detail: "the body is not JSON" }) : accepted(value);
}
