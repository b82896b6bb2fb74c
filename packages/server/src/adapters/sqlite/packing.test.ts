import { utf8 } from "@sotto/protocol";
import { expect, test } from "vitest";
import type { AnyResult, StoreRequest } from "../../ports/requests.ts";
import { accepted, refused } from "../../ports/result.ts";
import { makeDevice } from "../../testing/people.ts";
import { postRequest } from "../../testing/ruleWorld.ts";
import { packOutcome, packRequest, unpackOutcome, unpackRequest } from "./packing.ts";

const there = <T>(value: T): T => structuredClone(value);

test("posts arrive in the other thread as they were sent", () => {
  const request = postRequest(makeDevice("alice"), "g", 3, "one", "", "three");
  const posts = request.posts.map((item, i) => ({ ...item, resume: i === 1, storeCounter: 2 ** 40 + i }));
  const others: StoreRequest[] = [{ type: "info" }, { ...request, posts: [] }, { ...request, posts }];
  for (const item of others) expect(unpackRequest(there(packRequest(item)))).toEqual(item);
});

test("a ciphertext that is a view of something larger takes only itself along", () => {
  const ciphertext = new Uint8Array(1000).fill(1).subarray(10, 13);
  const request = postRequest(makeDevice("alice"), "g", 3, "one");
  const posts = request.posts.map((item) => ({ ...item, ciphertext }));
  const packed = packRequest({ ...request, posts });
  expect("ciphertexts" in packed && packed.ciphertexts.buffer.byteLength).toBe(7);
});

test("results and notices come back as they were", () => {
  const results: AnyResult[] = [
    accepted({ results: [accepted({}), accepted({})] }),
    accepted({ results: [accepted({}), refused("staleEpoch", { index: 2 }), refused("earlierRefused")] }),
    accepted({ results: [] }),
    accepted({ index: 3 }),
    refused("unavailable"),
  ];
  const notices = [{ type: "delivered", frames: utf8("x"), to: [] }] as const;
  for (const result of results) {
    const outcome = { result, notices };
    expect(unpackOutcome(there(packOutcome(outcome)))).toEqual(outcome);
  }
});
