/**
 * One scripting session: requests in, answers and events out. Requests may be pipelined; answers come as they are ready, and what goes to one
 * conversation keeps its order.
 */
import type { Readable } from "node:stream";
import type { MessageId } from "@sotto/protocol";
import type { ClientEvent, Sotto } from "sotto";
import { problemCode, sentenceOf } from "../problems.ts";
import type { Stored } from "../sendText.ts";
import type { RpcError, RpcRequest } from "./framing.ts";
import { RPC, errorLine, eventLine, parseLine, readLines, resultLine } from "./framing.ts";
import type { Work } from "./lanes.ts";
import { createLanes } from "./lanes.ts";
import { METHODS, call } from "./methods.ts";
import { ParamError } from "./params.ts";
import { eventJson } from "./present.ts";
import type { StateOrder } from "./stateOrder.ts";
import { createStateOrder } from "./stateOrder.ts";
import type { LineWriter } from "./writer.ts";

interface Session {
  readonly sotto: Sotto;
  readonly writer: LineWriter;
  readonly order: StateOrder;
  /** The input has ended: what may take for ever is not waited for. */
  readonly ended: AbortController;
}

/** Requests that may be unanswered before reading waits. */
const MAX_OPEN = 1000;

/**
 * Serves the lines of `input` until it ends and every answer is written. Rejects if the reader falls so far behind that events had to be
 * left out.
 */
export async function serveLines(sotto: Sotto, input: Readable, writer: LineWriter): Promise<void> {
  const events = sotto.events();
  const session: Session = {
    sotto,
    writer,
    order: createStateOrder(writer.write),
    ended: new AbortController(),
  };
  const telling = tellEvents(session, events);
  const answering = answerLines(session, input);
  try {
    await Promise.race([answering, telling.then(() => answering)]);
  } finally {
    await events.return?.();
  }
}

async function tellEvents(
  { sotto, writer, order }: Session,
  events: AsyncIterable<ClientEvent>,
): Promise<void> {
  for await (const event of events) {
    if (event.type === "message" && event.message.mine) order.stored(event.message.id);
    const params = eventJson(sotto, event);
    if (params === undefined) continue;
    const own = ownMessageOf(event);
    if (own !== undefined) order.news(own, eventLine(params));
    else writer.write(eventLine(params));
    await writer.room();
  }
}

/** The own message that an event is about. */
function ownMessageOf(event: ClientEvent): MessageId | undefined {
  if (event.type === "state" || event.type === "path") return event.id;
  return event.type === "file" && event.file.mine ? (event.file.message ?? undefined) : undefined;
}

async function answerLines(session: Session, input: Readable): Promise<void> {
  const { sotto, writer } = session;
  const lanes = createLanes();
  let open = 0;
  for await (const line of readLines(input)) {
    if (line?.trim() === "") continue;
    const parsed = parseLine(line);
    if (parsed.kind === "invalid") writer.write(errorLine(parsed.id, parsed.error));
    else {
      open++;
      lanes.start({
        ...placeOf(sotto, parsed.request),
        run: async () => {
          await answer(session, parsed.request);
          open--;
        },
      });
    }
    await writer.room();
    if (open >= MAX_OPEN) await lanes.idle();
  }
  session.ended.abort();
  await lanes.idle();
}

function placeOf(sotto: Sotto, { method, params }: RpcRequest): Pick<Work, "lane" | "holds"> {
  const found = methodNamed(method);
  return {
    lane: found?.lane?.(sotto, params),
    holds: () => found?.holds?.(sotto, params) ?? true,
  };
}

/** Carries a request out and writes its answer; a notification (without id) gets none. Never rejects. */
async function answer({ sotto, writer, order, ended }: Session, request: RpcRequest): Promise<void> {
  const { id } = request;
  const stores = methodNamed(request.method)?.stores === true;
  if (stores) order.begin();
  const outcome = await carryOut(sotto, request, ended.signal);
  if (id !== undefined) {
    writer.write(outcome.ok ? resultLine(id, outcome.result) : errorLine(id, outcome.error));
  }
  if (stores) order.end(outcome.ok ? idsOf(outcome.result) : []);
}

type Outcome =
  | { readonly ok: true; readonly result: unknown }
  | { readonly ok: false; readonly error: RpcError };

/** Of the messages that a result names. */
function idsOf(result: unknown): readonly MessageId[] {
  const { id, ids } = result as Partial<Stored> & { readonly ids?: readonly MessageId[] };
  return ids ?? (id === undefined ? [] : [id]);
}

async function carryOut(sotto: Sotto, { method, params }: RpcRequest, ended: AbortSignal): Promise<Outcome> {
  const found = methodNamed(method);
  if (found === undefined) return { ok: false, error: noMethod() };
  try {
    return { ok: true, result: await call(found, sotto, params, ended) };
  } catch (error) {
    return { ok: false, error: rpcError(error) };
  }
}

function methodNamed(name: string): (typeof METHODS)[string] | undefined {
  return Object.hasOwn(METHODS, name) ? METHODS[name] : undefined;
}

function noMethod(): RpcError {
  return { code: RPC.methodNotFound, message: "There is no such method.", data: { code: "notFound" } };
}

function rpcError(error: unknown): RpcError {
  if (error instanceof ParamError)
    return { code: RPC.invalidParams, message: error.message, data: { code: "badRequest" } };
  const code = problemCode(error);
  const message = sentenceOf(error);
  return code === undefined
    ? { code: RPC.internalError, message, data: { code: "internal" } }
    : { code: RPC.application, message, data: { code } };
}
