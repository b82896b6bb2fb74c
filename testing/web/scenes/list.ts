/** The list, its banners, requests and new contacts. */
import { fill, inOrder, keys, openDialog, press, see, seeText } from "../acts.ts";
import type { Act } from "../acts.ts";
import { onStage } from "../onStage.ts";
import type { Scene } from "../scenes.ts";
import type { ConnectionProblem } from "sotto";

const ERROR = see("[role=alert]:not(:empty)");
const QR_CODE = see("[role=img], img");

export const listScenes: readonly Scene[] = [
  { name: "empty", world: "nobody", act: QR_CODE },
  { name: "list" },
  { name: "list-requests", world: "requests" },
  { name: "list-crowd", variant: true, world: "crowd" },
  { name: "search", world: "requests", act: fill("contacts.search", "a") },
  {
    name: "search-nobody",
    act: inOrder(fill("contacts.search", "heidi"), seeText("contacts.askThem", { name: "heidi" })),
  },
  { name: "requests", world: "requests", address: "#/requests" },
  { name: "requests-none", address: "#/requests" },
  {
    name: "requests-block",
    world: "requests",
    address: "#/requests",
    act: openDialog("contacts.block"),
  },
  {
    name: "requests-refused",
    variant: true,
    world: "requests",
    address: "#/requests",
    failures: { "contacts.accept": "keysRefused" },
    act: inOrder(press("button", "contacts.accept"), ERROR),
  },
  { name: "add", address: "#/add", act: QR_CODE },
  {
    name: "add-unknown",
    address: "#/add",
    failures: { "contacts.add": "userUnknown" },
    act: inOrder(
      QR_CODE,
      fill("contacts.userName", "nobody.here"),
      press("button", "contacts.sendRequest"),
      ERROR,
    ),
  },
  { name: "add-invited", address: "#/add/heidi", act: QR_CODE },
  { name: "add-known", variant: true, address: "#/add/bob", act: QR_CODE },
  { name: "add-asked", variant: true, world: "requests", address: "#/add/erin", act: QR_CODE },
  { name: "add-own", variant: true, address: "#/add/alice", act: QR_CODE },
  { name: "no-such-contact", address: "#/with/nobody.here" },
  { name: "shortcuts", act: inOrder(keys("?"), see("[role=dialog]")) },
  { name: "update", updated: true },
  { name: "offline", world: "offline", address: "#/with/bob" },
  { name: "signed-out-elsewhere", address: "#/with/bob", act: connectionLost("signedOut") },
  { name: "rolled-back", variant: true, address: "#/with/bob", act: connectionLost("rolledBack") },
  { name: "not-trusted", variant: true, address: "#/with/bob", act: connectionLost("untrusted") },
];

function connectionLost(reason: ConnectionProblem): Act {
  return (page) => onStage(page, "happen", { type: "connection", state: "offline", reason });
}
