import { describe, expect, test } from "vitest";
import { MESSAGES, SottoError } from "sotto/browser";
import { nextConnection } from "../device/connection.ts";
import { connectionNotice, sentenceOf } from "./sentences.ts";
import { englishText as t } from "./text.ts";

describe("the banner", () => {
  test("says nothing while connected", () => {
    expect(connectionNotice({ state: "online" }, true, t)).toBeUndefined();
  });

  test("tells a silent server from a missing network", () => {
    expect(connectionNotice({ state: "offline", reason: "offline" }, true, t)?.sentence).toMatch(
      /^The server does not answer\./,
    );
    expect(connectionNotice({ state: "offline", reason: "timeout" }, false, t)?.sentence).toMatch(
      /^You are offline\./,
    );
  });

  test.each(["signedOut", "noDevice", "rolledBack"] as const)("%s can be settled by signing in", (reason) => {
    expect(connectionNotice({ state: "offline", reason }, true, t)).toEqual({
      sentence: MESSAGES[reason],
      tone: "stop",
      signIn: true,
    });
  });

  test("does not come and go with every new try", () => {
    const lost = nextConnection({ state: "online" }, { state: "offline", reason: "offline" });
    expect(nextConnection(lost, { state: "connecting" })).toEqual({ state: "offline", reason: "offline" });
    expect(nextConnection(lost, { state: "online" })).toEqual({ state: "online" });
    expect(nextConnection({ state: "online" }, { state: "connecting" })).toEqual({ state: "connecting" });
  });
});

test("errors say the sentence of their code and what names the case; what is no error of the SDK says a general one", () => {
  expect(sentenceOf(new SottoError("self", MESSAGES.self), t)).toBe(MESSAGES.self);
  expect(sentenceOf(new SottoError("offline", `${MESSAGES.offline} (503)`), t)).toBe(
    `${MESSAGES.offline} (503)`,
  );
  expect(sentenceOf(new TypeError("x is undefined"), t)).toBe(MESSAGES.internal);
});
