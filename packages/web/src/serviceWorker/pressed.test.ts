import { expect, test } from "vitest";
import { pressedConversation } from "./messages.ts";
import { openPressed } from "./pressed.ts";

function press(pages: number): Promise<readonly string[]> {
  const log: string[] = [];
  const page = {
    focus: async () => log.push("focus"),
    postMessage: (message: unknown) => log.push(`told of ${pressedConversation(message)}`),
  };
  const clients = {
    matchAll: async () => Array.from({ length: pages }, () => page),
    openWindow: async (address: string) => log.push(`open ${address}`),
  };
  return openPressed({ tag: "bob's", close: () => log.push("close") }, clients).then(() => log);
}

test("a page that is there comes to the front and is told which conversation", async () => {
  expect(await press(2)).toEqual(["close", "told of bob's", "focus"]);
});

test("without one the app is opened", async () => {
  expect(await press(0)).toEqual(["close", "open /"]);
});

test.each([
  undefined,
  null,
  "activate",
  {},
  { type: "notificationPressed" },
  { type: "x", conversation: "y" },
])("%j is no press of a notification", (message) => {
  expect(pressedConversation(message)).toBeUndefined();
});
