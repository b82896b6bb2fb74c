/** Reads request bodies no further than their limit. */
import type { IncomingMessage } from "node:http";
import type { ErrorCode } from "@sotto/protocol";
import { fromUtf8, parseJson } from "@sotto/protocol";
import type { Result } from "../../ports/result.ts";
import { accepted, refused } from "../../ports/result.ts";

/** The bytes of the body. Refused: badRequest for another media type or a body cut short, tooLarge. */
export async function readBytes(
  request: IncomingMessage,
  mediaType: string,
  maxBytes: number,
): Promise<Result<Uint8Array>> {
  const given = request.headers["content-type"]?.split(";")[0]?.trim().toLowerCase();
  if (given !== mediaType) return refused("badRequest", { detail: `content-type must be ${mediaType}` });
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

/** The value of a JSON body, its form not yet checked. */
export async function readJson(request: IncomingMessage, maxBytes: number): Promise<Result<unknown>> {
  const bytes = await readBytes(request, "application/json", maxBytes);
  if (!bytes.ok) return bytes;
  const text = fromUtf8(bytes.value);
  const value = text === undefined ? undefined : parseJson(text);
  return value === undefined ? refused("badRequest", { detail: "the body is not JSON" }) : accepted(value);
}
