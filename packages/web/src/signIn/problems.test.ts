import { MESSAGES, SottoError } from "sotto/browser";
import { describe, expect, test } from "vitest";
import { englishText as t } from "../text/text.ts";
import { problemOfError, problemOfInput } from "./problems.ts";

describe("what can be said without the server", () => {
  test.each([
    ["register", "al", "long enough", "userName", MESSAGES.badUserName],
    ["register", "alice", "short", "password", MESSAGES.weakPassword],
    ["signIn", "alice", "", "password", "Enter your password."],
  ] as const)("%s as %j with %j", (purpose, userName, password, place, sentence) => {
    expect(problemOfInput(purpose, { userName, password }, t)).toEqual({ place, sentence });
  });

  test("an account may have a password from before there was a least length", () => {
    expect(problemOfInput("signIn", { userName: "alice", password: "short" }, t)).toBeUndefined();
  });
});

test("a refusal stands at the field that it is about", () => {
  const placeOf = (code: SottoError["code"]): string =>
    problemOfError(new SottoError(code, MESSAGES[code]), t).place;
  expect(placeOf("userNameTaken")).toBe("userName");
  expect(placeOf("wrongCredentials")).toBe("password");
  expect(placeOf("offline")).toBe("form");
  expect(problemOfError(new TypeError("x"), t).place).toBe("form");
});
