import { expect, test } from "vitest";
import { LOGIN_EXPIRY_MS, createPendingLogins } from "./pendingLogins.ts";

const login = (userName: string) => ({ userName, registrationRecord: null, state: `state of ${userName}` });

test("a login is handed out once", () => {
  const logins = createPendingLogins();
  const id = logins.add(login("alice"), 0);
  expect(id).toMatch(/^[0-9a-f]{32}$/);
  expect(logins.take(id, 1)).toMatchObject(login("alice"));
  expect(logins.take(id, 1)).toBeUndefined();
});

test("a login expires", () => {
  const logins = createPendingLogins();
  const inTime = logins.add(login("alice"), 0);
  const late = logins.add(login("alice"), 0);
  expect(logins.take(inTime, LOGIN_EXPIRY_MS - 1)).toBeDefined();
  expect(logins.take(late, LOGIN_EXPIRY_MS)).toBeUndefined();
});

test("memory is bounded: the oldest goes first", () => {
  const logins = createPendingLogins(2);
  const ids = ["alice", "bob", "carol"].map((name) => logins.add(login(name), 0));
  expect(ids.map((id) => logins.take(id, 0)?.userName)).toEqual([undefined, "bob", "carol"]);
});

test("an unknown id has no login", () => {
  expect(createPendingLogins().take("0".repeat(32), 0)).toBeUndefined();
});
