import { concatBytes, toHex, utf8 } from "@sotto/protocol";
import { beforeEach, describe, expect, test } from "vitest";
import { SWITCHING, UPGRADE, mlsMessage, ok, post, webSocketFrame } from "../capture/samples.ts";
import type { PostTracker } from "./postTracker.ts";
import { createPostTracker } from "./postTracker.ts";

const ciphertexts = [1, 2, 3].map((fill) => mlsMessage({ fill }));
const posts = concatBytes(...ciphertexts.map((ciphertext, i) => webSocketFrame(post(ciphertext, i + 1))));
const answer = (requestId: number): Uint8Array => webSocketFrame(ok(requestId), { masked: false });

let tracker: PostTracker;
beforeEach(() => {
  tracker = createPostTracker();
  tracker.opened?.(1);
  tracker.data(1, "toServer", utf8(UPGRADE));
  tracker.data(1, "toClient", utf8(SWITCHING));
});

describe("post tracker", () => {
  test("knows the posts without an answer when their connection ends, once", () => {
    tracker.data(1, "toServer", posts);
    tracker.data(1, "toClient", answer(2));
    expect(tracker.takeUnanswered().size).toBe(0);
    tracker.closed?.(1);
    expect([...tracker.takeUnanswered()]).toEqual(
      [ciphertexts[0], ciphertexts[2]].map((one) => toHex(one as Uint8Array)),
    );
    expect(tracker.takeUnanswered().size).toBe(0);
  });

  test("does not depend on how the bytes are cut", () => {
    for (const byte of posts) tracker.data(1, "toServer", Uint8Array.of(byte));
    for (const byte of answer(1)) tracker.data(1, "toClient", Uint8Array.of(byte));
    tracker.closed?.(1);
    expect(tracker.takeUnanswered().size).toBe(2);
  });

  test("half a post has not reached the server", () => {
    tracker.data(1, "toServer", posts.subarray(0, 100));
    tracker.closed?.(1);
    expect(tracker.takeUnanswered().size).toBe(0);
  });

  test("a connection that is no socket is passed over", () => {
    tracker.opened?.(2);
    tracker.data(2, "toServer", concatBytes(utf8("POST /v1/frames HTTP/1.1\r\n\r\n"), posts));
    tracker.closed?.(2);
    expect(tracker.takeUnanswered().size).toBe(0);
  });

  test("tells when posts have been answered; other answers do not count", async () => {
    let told = false;
    const answers = tracker.answers(2).then(() => (told = true));
    tracker.data(1, "toServer", posts);
    tracker.data(1, "toClient", concatBytes(answer(1), answer(9), answer(1)));
    await Promise.resolve();
    expect(told).toBe(false);
    tracker.data(1, "toClient", answer(2));
    await answers;
  });
});
