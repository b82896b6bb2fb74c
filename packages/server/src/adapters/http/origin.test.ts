import { expect, test } from "vitest";
import { judgeOrigin } from "./origin.ts";

const rule = { allowedOrigins: ["https://app.example"], publicUrl: "https://chat.example" };

test.each([
  ["own", undefined, "chat.example"],
  ["own", "https://chat.example", "10.0.0.5:5555"],
  ["own", "http://localhost:5555", "localhost:5555"],
  ["own", "https://other.example", "other.example:443"],
  ["own", "https://[::1]:5555", "[::1]:5555"],
  ["allowed", "https://app.example", "chat.example"],
  ["foreign", "https://evil.example", "chat.example"],
  ["foreign", "https://app.example:444", "chat.example"],
  ["foreign", "http://app.example", "chat.example"],
  ["foreign", "https://app.example.evil.example", "chat.example"],
  ["foreign", "http://localhost:5556", "localhost:5555"],
  ["foreign", "http://localhost:5555/", "localhost:5555"],
  ["foreign", "null", "chat.example"],
  ["foreign", "null", undefined],
  ["foreign", "", "chat.example"],
  ["foreign", "file://", ""],
  ["foreign", "https://a.example", undefined],
  ["foreign", "https://user@chat.example", "user@chat.example"],
  ["foreign", "ftp://chat.example", "chat.example"],
] as const)("%s: Origin %s, Host %s", (verdict, origin, host) => {
  expect(judgeOrigin(rule, origin, host)).toBe(verdict);
});
