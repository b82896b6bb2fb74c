import { expect, test } from "vitest";
import { MESSAGES, sottoError } from "./messages.ts";

test.each(Object.entries(MESSAGES))("%s says in sentences what is wrong and what to do", (_code, message) => {
  expect(message).toMatch(/^[A-Z].*[.]$/);
  // At least two parts: what is the matter, and the act to take.
  expect(message.split(/[.;:,] /).length).toBeGreaterThanOrEqual(2);
});

test("a detail names the case after the sentence", () => {
  expect(sottoError("textTooLong", "20000").message).toBe(`${MESSAGES.textTooLong} (20000)`);
});
