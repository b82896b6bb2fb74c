/** The two endpoints that carry bytes: frames that are too large for the socket, and payloads delivered by reference. */
import type { IncomingMessage } from "node:http";
import { HASH_BYTES, MAX_HTTP_FRAME_BYTES, fromHex } from "@sotto/protocol";
import type { Result } from "../../../ports/result.ts";
import { accepted, refused } from "../../../ports/result.ts";
import type { Session } from "../access.ts";
import { readBytes } from "../readBody.ts";
import type { Service } from "../service.ts";

/** Executes one frame for the caller's device. A refusal of the request itself is a `refused` frame; one of the HTTP call is not. */
export async function submitFrame(
  { executor, prepareFrame }: Service,
  caller: Session,
  request: IncomingMessage,
): Promise<Result<Uint8Array>> {
  const bytes = await readBytes(request, "application/octet-stream", MAX_HTTP_FRAME_BYTES);
  if (!bytes.ok) return bytes;
  const prepared = prepareFrame(caller.key, bytes.value);
  if ("code" in prepared) return { ok: false, refusal: prepared };
  return accepted(prepared.reply(await executor.execute(prepared.request)));
}

/** A payload that an entry of the caller's mailbox refers to. */
export async function fetchBody(
  { executor }: Service,
  caller: Session,
  hashText: string,
): Promise<Result<Uint8Array>> {
  const hash = fromHex(hashText);
  if (hash?.length !== HASH_BYTES)
    return refused("badRequest", { detail: "a hash has 64 hexadecimal characters" });
  const body = await executor.execute({ type: "body", session: caller.key, hash });
  return body.ok ? accepted(body.value.bytes) : body;
}
