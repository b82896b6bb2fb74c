import { expect, test } from "vitest";
import { parseRoute } from "../app/route.ts";
import { invitationLink, isLoopback } from "./invitationLink.ts";

test("the link leads to the form with the name in it", () => {
  const link = invitationLink("https://chat.example:5555/", "alice");
  expect(link).toBe("https://chat.example:5555/#/add/alice");
  expect(parseRoute(new URL(link).hash)).toEqual({ page: "add", userName: "alice" });
});

test.each([
  ["http://localhost:5555", true],
  ["http://127.0.0.1:5555", true],
  ["http://[::1]:5555", true],
  ["http://sotto.localhost", true],
  ["https://192.0.2.7:5555", false],
  ["https://localhost.example", false],
  ["https://127.0.0.1.example", false],
])("%s opens on this machine alone: %s", (server, loopback) => {
  expect(isLoopback(server)).toBe(loopback);
});
