/** The list, its banners, requests and new contacts. */
import { fill, inOrder, keys, press, see } from "../acts.ts";
import { onStage } from "../onStage.ts";
import type { Scene } from "../scenes.ts";

export const listScenes: readonly Scene[] = [
  { name: "empty", world: "nobody" },
  { name: "list" },
  { name: "requests", world: "requests", address: "#/requests" },
  { name: "requests-none", address: "#/requests" },
  { name: "list-requests", world: "requests" },
  { name: "list-crowd", world: "crowd" },
  { name: "search", act: fill("contacts.search", "a") },
  { name: "search-nobody", act: fill("contacts.search", "heidi") },
  {
    name: "shortcuts",
    act: inOrder(keys("?"), see("[role=dialog]")),
  },
  {
    name: "request-block",
    world: "requests",
    address: "#/requests",
    act: inOrder(press("button", "contacts.block"), see("[role=alertdialog]")),
  },
  { name: "add", address: "#/add" },
  {
    name: "add-unknown",
    address: "#/add",
    failures: { "contacts.add": "userUnknown" },
    act: inOrder(
      fill("signIn.userName", "nobody.here"),
      press("button", "contacts.sendRequest"),
      see("[role=alert]:not(:empty)"),
    ),
  },
  { name: "add-invited", address: "#/add/heidi" },
  { name: "no-such-contact", address: "#/with/nobody.here" },
  { name: "update", updated: true },
  { name: "offline", world: "offline", address: "#/with/bob" },
  {
    name: "signed-out-elsewhere",
    address: "#/with/bob",
    act: (page) => onStage(page, "happen", { type: "connection", state: "offline", reason: "signedOut" }),
  },
  {
    name: "rolled-back",
    address: "#/with/bob",
    act: (page) => onStage(page, "happen", { type: "connection", state: "offline", reason: "rolledBack" }),
  },
];
