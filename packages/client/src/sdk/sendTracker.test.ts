import { describe, expect, test } from "vitest";
import type { ConversationId, MessageId } from "@sotto/protocol";
import type { MessageState } from "../engine/contract.ts";
import type { SendTracker } from "./sendTracker.ts";
import { createSendTracker } from "./sendTracker.ts";

const tracker = (): SendTracker => createSendTracker("c" as ConversationId, "m" as MessageId);

async function statesOf({ handle }: SendTracker): Promise<readonly MessageState[]> {
  const states: MessageState[] = [];
  for await (const state of handle.states()) states.push(state);
  return states;
}

describe("following a message", () => {
  test("each state comes once and in order, to early and late followers", async () => {
    const followed = tracker();
    const early = statesOf(followed);
    for (const state of ["sent", "delivered", "sent", "delivered", "read"] as const) followed.advance(state);
    expect(await early).toEqual(["sending", "sent", "delivered", "read"]);
    expect(await statesOf(followed)).toEqual(["sending", "sent", "delivered", "read"]);
  });

  test("a failed message ends with failed, and nothing follows", async () => {
    const followed = tracker();
    expect(followed.advance("sent")).toBe(false);
    expect(followed.advance("failed")).toBe(true);
    followed.advance("read");
    expect(await statesOf(followed)).toEqual(["sending", "sent", "failed"]);
    await expect(followed.handle.reached("sent")).rejects.toMatchObject({ code: "sendFailed" });
    await expect(followed.handle.reached("failed")).resolves.toBeUndefined();
  });

  test("reached resolves at the state or a later one, and at once when it is past", async () => {
    const followed = tracker();
    const delivered = followed.handle.reached("delivered");
    followed.advance("read");
    await delivered;
    await followed.handle.reached("sent");
  });

  test("what can no longer come is rejected", async () => {
    const followed = tracker();
    const failed = followed.handle.reached("failed");
    followed.advance("read");
    await expect(failed).rejects.toMatchObject({ code: "closed" });
  });

  test("closing ends iterators and rejects who waits, but keeps what was reached", async () => {
    const followed = tracker();
    followed.advance("sent");
    const states = statesOf(followed);
    const read = followed.handle.reached("read");
    followed.close();
    expect(await states).toEqual(["sending", "sent"]);
    await expect(read).rejects.toMatchObject({ code: "closed" });
    await followed.handle.reached("sent");
  });
});
