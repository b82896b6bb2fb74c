import { expect, test } from "vitest";
import type { Route } from "./route.ts";
import { hrefOf, parseRoute } from "./route.ts";

test.each<[Route, string]>([
  [{ page: "list" }, "#/"],
  [{ page: "requests" }, "#/requests"],
  [{ page: "add" }, "#/add"],
  [{ page: "add", userName: "bob" }, "#/add/bob"],
  [{ page: "settings" }, "#/settings"],
  [{ page: "settings", section: "language" }, "#/settings/language"],
  [{ page: "conversation", userName: "bob", details: false }, "#/with/bob"],
  [{ page: "conversation", userName: "bob", details: true }, "#/with/bob/details"],
  [{ page: "conversation", userName: "bob", details: "path" }, "#/with/bob/details/path"],
  [{ page: "conversation", userName: "a/b #c", details: false }, "#/with/a%2Fb%20%23c"],
  [{ page: "group", id: "0a1b", details: false }, "#/group/0a1b"],
  [{ page: "group", id: "0a1b", details: true }, "#/group/0a1b/details"],
  [{ page: "room" }, "#/room"],
  [{ page: "room", code: "k3v8mq0ztw5e" }, "#/room/k3v8mq0ztw5e"],
  [{ page: "room", code: "k3v8mq0ztw5e", secret: "c2Vj_-0" }, "#/room/k3v8mq0ztw5e/c2Vj_-0"],
])("%j has the address %s, and back", (route, address) => {
  expect(hrefOf(route)).toBe(address);
  expect(parseRoute(address)).toEqual(route);
});

test.each([
  "",
  "#",
  "#/nowhere",
  "#/with",
  "#/with/%",
  "#/group",
  "#/group/0a1b/details/path",
  "#/room/k3v8mq0ztw5e/c2Vj/more",
  "#with/bob",
  "#/with/bob/details/more",
  "#/with/bob/x/path",
  "#/settings/paths/details/path",
])("%j leads to the list", (address) => {
  expect(parseRoute(address)).toEqual({ page: "list" });
});

test("a section that there is not leads to the settings", () => {
  expect(parseRoute("#/settings/moon")).toEqual({ page: "settings" });
});
