/**
 * Posts in few large pieces for the way between the threads: a structured clone costs by the object, and these have several for every message.
 * Everything else goes as it is.
 */
import { packFrames, unpackFrames } from "../../ports/packedFrames.ts";
import type { Outcome } from "../../ports/requestExecutor.ts";
import type { AnyResult, PostItem, PostsRequest, StoreRequest } from "../../ports/requests.ts";
import { accepted } from "../../ports/result.ts";

export type PackedRequest = Exclude<StoreRequest, PostsRequest> | PackedPosts;

interface PackedPosts extends Omit<PostsRequest, "posts"> {
  readonly ciphertexts: Uint8Array;
  /** Index, store counter, and 1 for `resume`, of one post after the other. */
  readonly numbers: readonly number[];
}

export function packRequest(request: StoreRequest): PackedRequest {
  if (request.type !== "posts") return request;
  const { posts, ...rest } = request;
  return {
    ...rest,
    ciphertexts: packFrames(posts.map(({ ciphertext }) => ciphertext)),
    numbers: posts.flatMap(({ index, storeCounter, resume }) => [index, storeCounter, resume ? 1 : 0]),
  };
}

export function unpackRequest(request: PackedRequest): StoreRequest {
  if (request.type !== "posts") return request;
  const { ciphertexts, numbers, ...rest } = request;
  return { ...rest, posts: unpackFrames(ciphertexts).map((ciphertext, i) => itemOf(ciphertext, numbers, i)) };
}

function itemOf(ciphertext: Uint8Array, numbers: readonly number[], i: number): PostItem {
  const [index = 0, storeCounter = 0, resume = 0] = numbers.slice(3 * i, 3 * i + 3);
  return { ciphertext, index, storeCounter, resume: resume === 1 };
}

export interface PackedOutcome extends Omit<Outcome, "result"> {
  /** A number stands for the accepted results of so many posts. */
  readonly result: AnyResult | number;
}

export function packOutcome({ result, notices }: Outcome): PackedOutcome {
  return { result: packResult(result), notices };
}

export function unpackOutcome({ result, notices }: PackedOutcome): Outcome {
  return { result: typeof result === "number" ? storedPosts(result) : result, notices };
}

function packResult(result: AnyResult): PackedOutcome["result"] {
  if (!result.ok || !("results" in result.value)) return result;
  const { results } = result.value;
  return results.every(({ ok }) => ok) ? results.length : result;
}

const DONE = accepted({});

function storedPosts(count: number): AnyResult {
  return accepted({ results: Array.from({ length: count }, () => DONE) });
}
