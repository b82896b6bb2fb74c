import { describe, expect, test } from "vitest";
import type { Route } from "./route.ts";
import { hrefOf, parseRoute } from "./route.ts";

const ROUTES: readonly Route[] = [
  { page: "list" },
  { page: "requests" },
  { page: "add" },
  { page: "account" },
  { page: "conversation", userName: "bob" },
  { page: "conversation", userName: "a.b_c-d" },
];

describe("routes", () => {
  test.each(ROUTES)("$page is read back from its address", (route) => {
    expect(parseRoute(hrefOf(route))).toEqual(route);
  });

  test.each(["", "#", "#/nowhere", "#/with/%", "#/requests/", "#requests"])(
    "%j leads to the list",
    (fragment) => {
      expect(parseRoute(fragment)).toEqual({ page: "list" });
    },
  );

  test("a name from outside stays within its part of the address", () => {
    const userName = "../#/account?x";
    expect(parseRoute(hrefOf({ page: "conversation", userName }))).toEqual({
      page: "conversation",
      userName,
    });
  });
});
