import { expect, test } from "vitest";
import { parseServerAddress } from "./serverAddress.ts";

test.each([
  ["chat.example.org", "https://chat.example.org"],
  [" chat.example.org:8443 ", "https://chat.example.org:8443"],
  ["https://chat.example.org/", "https://chat.example.org"],
  ["HTTPS://Chat.Example.org:443", "https://chat.example.org"],
  ["localhost:5555", "http://localhost:5555"],
  ["http://127.0.0.1:5555", "http://127.0.0.1:5555"],
  ["127.0.0.1:5555", "http://127.0.0.1:5555"],
  ["[::1]:5555", "http://[::1]:5555"],
  ["https://localhost:5555", "https://localhost:5555"],
])("%s is %s", (address, origin) => {
  expect(parseServerAddress(address)).toEqual({ kind: "origin", origin });
});

test.each([
  "",
  "   ",
  "http://",
  "ftp://chat.example.org",
  "https://chat.example.org/sotto",
  "https://alice:pw@chat.example.org",
  "a b",
])("%j is no address", (address) => {
  expect(parseServerAddress(address)).toEqual({ kind: "malformed" });
});

test.each([
  "http://chat.example.org",
  "http://192.168.1.5:5555",
  "http://localhost.example.org",
  "http://127.example.org",
])("%s would carry the token in the clear", (address) => {
  expect(parseServerAddress(address)).toEqual({ kind: "insecure" });
});
