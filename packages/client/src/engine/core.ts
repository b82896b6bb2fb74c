/**
 * The engine's work as jobs. A job is a generator that yields what it waits for - an MLS operation, a transaction, an answer of the server - and
 * is resumed with the completion. One job runs at a time, so a job may read the mirror, compute, and store without another changing it in
 * between; what arrives meanwhile is queued. Whatever a job sends or shows comes after its transaction (state before wire).
 */
import type { ErrorCode, MessageId } from "@sotto/protocol";
import type { ServerAnswer, ServerRequest } from "../ports/server.ts";
import type { StoreWrite } from "../ports/store.ts";
import type { Sha256 } from "./chain.ts";
import type {
  ClientEvent,
  CommandProblem,
  CommandResult,
  Effect,
  MlsCompletion,
  MlsOperation,
  MlsOutputs,
  ReadValues,
  TimerName,
} from "./contract.ts";
import { createMessageId } from "./messageId.ts";
import type { StoredState, VolatileState } from "./state.ts";
import type { Transaction } from "./transaction.ts";

export type Wait =
  | { readonly kind: "mls"; readonly operation: MlsOperation }
  | { readonly kind: "store"; readonly writes: readonly StoreWrite[] }
  | { readonly kind: "read"; readonly table: string; readonly keys: readonly string[] }
  | { readonly kind: "request"; readonly request: ServerRequest };

export type Completion =
  | { readonly kind: "mls"; readonly completion: MlsCompletion }
  | { readonly kind: "store"; readonly ok: boolean }
  | { readonly kind: "read"; readonly values: ReadValues | undefined }
  | { readonly kind: "request"; readonly answer: ServerAnswer };

/** Part of a job that returns a T. */
export type Step<T> = Generator<Wait, T, Completion>;

/** Thrown inside a job when a transaction or reading failed: the job ends, the mirror is as before, and the work is tried again later. */
export class StoreFailed extends Error {
  override readonly name = "StoreFailed";
}

/** Thrown inside a job that needs the server when it cannot be reached: the work is tried again later. */
export class TryLater extends Error {
  override readonly name = "TryLater";
}

export interface Job {
  /** Two queued jobs of one key are one. */
  readonly key: string;
  readonly run: () => Step<void>;
  /** Called instead of a later try: a command answers its caller. */
  readonly onFailure?: (failure: StoreFailed | TryLater) => void;
}

/** What jobs and handlers work with. */
export interface Core {
  readonly state: StoredState;
  readonly live: VolatileState;
  readonly sha256: Sha256;
  readonly random: (size: number) => Uint8Array;
  readonly now: () => number;
  /** The platform can connect devices directly. */
  readonly canLink: boolean;
  /** Adds an effect to those that the current event returns. */
  effect(effect: Effect): void;
  enqueue(job: Job): void;
}

/** Runs an operation of the MLS engine; an unusable input is a value. */
export function* mls<O extends MlsOperation>(
  operation: O,
): Step<{ ok: true; output: MlsOutputs[O["op"]] } | { ok: false; code: string }> {
  const completion = yield { kind: "mls", operation };
  if (completion.kind !== "mls") throw new Error("a job was resumed with a foreign completion");
  if (!completion.completion.ok) return { ok: false, code: completion.completion.code };
  return { ok: true, output: completion.completion.output as MlsOutputs[O["op"]] };
}

/** An operation on the device's own state that cannot be refused: its failure is a bug or a damaged store. */
export function* mlsOrThrow<O extends MlsOperation>(operation: O): Step<MlsOutputs[O["op"]]> {
  const result = yield* mls(operation);
  if (!result.ok) throw new Error(`MLS operation ${operation.op} failed: ${result.code}`);
  return result.output;
}

/** The server or another device may see what is stored now: the device's age must show (RLY-20). */
function isConnected({ live }: Core): boolean {
  return live.phase === "online" || live.links.size > 0;
}

/** Stores the transaction, then makes its change to the mirror. Throws {@link StoreFailed}. */
export function* commit(core: Core, transaction: Transaction): Step<void> {
  const { writes, position } = transaction.writes(core.state.position, isConnected(core));
  const completion = yield { kind: "store", writes };
  if (completion.kind !== "store") throw new Error("a job was resumed with a foreign completion");
  if (!completion.ok) throw new StoreFailed();
  transaction.adopt(core.state, position);
}

/** Reads records of a table that the mirror does not hold. Throws {@link StoreFailed}. */
export function* read(table: string, keys: readonly string[]): Step<ReadValues> {
  if (keys.length === 0) return [];
  const completion = yield { kind: "read", table, keys };
  if (completion.kind !== "read") throw new Error("a job was resumed with a foreign completion");
  if (completion.values === undefined) throw new StoreFailed();
  return completion.values;
}

/** Asks the server. Throws {@link TryLater} when it does not answer, or answers that it cannot now. */
export function* request(serverRequest: ServerRequest): Step<Exclude<ServerAnswer, { kind: "unreachable" }>> {
  const answer = yield* ask(serverRequest);
  if (answer.kind === "refused" && isPassing(answer.code)) throw new TryLater();
  return answer;
}

/** The same for what the user waits for: a refusal that will pass is an answer, too. */
export function* ask(serverRequest: ServerRequest): Step<Exclude<ServerAnswer, { kind: "unreachable" }>> {
  const completion = yield { kind: "request", request: serverRequest };
  if (completion.kind !== "request") throw new Error("a job was resumed with a foreign completion");
  if (completion.answer.kind === "unreachable") throw new TryLater();
  return completion.answer;
}

/** The server could not judge the request now; the same one may succeed later. */
export function isPassing(code: ErrorCode): boolean {
  return code === "slowDown" || code === "unavailable" || code === "internal";
}

export function emit(core: Core, event: ClientEvent): void {
  core.effect({ type: "emit", event });
}

export function done(core: Core, command: number, result: CommandResult): void {
  core.effect({ type: "done", command, result });
}

/** `detail` names numbers such as the size of a text that is too long. */
export function refusal(problem: CommandProblem, detail?: string): CommandResult {
  return { ok: false, problem, ...(detail !== undefined && { detail }) };
}

export function newMessageId(core: Core): MessageId {
  return createMessageId(core.now(), core.random);
}

/** Timers that serve several conversations: one that is set for later does not put off one that is due earlier. */
const SHARED_TIMERS: readonly TimerName[] = ["retry", "sent", "receipts", "maintenance", "links", "wishes"];

export function setTimer(core: Core, name: TimerName, afterMs: number): void {
  const atMs = core.now() + afterMs;
  const setFor = core.live.timers.get(name);
  if (SHARED_TIMERS.includes(name) && setFor !== undefined && setFor <= atMs) return;
  core.live.timers.set(name, atMs);
  core.effect({ type: "timer", name, atMs });
}

/**
 * What is left of a span that began at `sinceMs`. None is left either when the clock was set back meanwhile: a wait that is cut short does no
 * harm, one that lasts until yesterday comes again does.
 */
export function leftOfSpan(core: Core, sinceMs: number, spanMs: number): number {
  const passedMs = core.now() - sinceMs;
  return passedMs < 0 ? 0 : Math.max(0, spanMs - passedMs);
}

/** Uniform in 0 … maxMs: full jitter. */
export function jitter(core: Core, maxMs: number): number {
  const [a, b, c, d] = core.random(4) as unknown as [number, number, number, number];
  return Math.floor((((a << 24) | (b << 16) | (c << 8) | d) >>> 0) * (maxMs / 2 ** 32));
}
