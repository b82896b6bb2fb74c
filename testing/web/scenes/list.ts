/** The list, its banners, requests and new contacts. */
import { fill, inOrder, press, see } from "../acts.ts";
import { onStage } from "../onStage.ts";
import type { Scene } from "../scenes.ts";

export const listScenes: readonly Scene[] = [
  { name: "empty", world: "nobody" },
  { name: "list" },
  { name: "requests", world: "requests", address: "#/requests" },
  { name: "requests-none", address: "#/requests" },
  { name: "list-requests", world: "requests" },
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
