/** One conversation in all its states. */
import type { ConversationChange } from "sotto";
import type { Act } from "../acts.ts";
import { inOrder, openDialog, press, see } from "../acts.ts";
import { onStage } from "../onStage.ts";
import type { Scene } from "../scenes.ts";
import { line, person } from "../stage/page/world.ts";

const WITH_BOB = "#/with/bob";
const DETAILS = "#/with/bob/details";
const bob = person("bob").contact.conversation;

const warnings = (["refusedHandshake", "keysRefused", "unreadable", "gap"] as const).map((change): Scene => ({
  name: `warning-${change}`,
  variant: true,
  address: WITH_BOB,
  act: happened(change),
}));

const obstacles = (
  ["outgoing", "incoming", "blocked", "ended", "unready", "undecided", "fork", "keysChanged"] as const
).map((world): Scene => ({ name: `conversation-${world}`, world, address: WITH_BOB }));

const detailsThere = see("[data-pane=details] h2");

export const conversationScenes: readonly Scene[] = [
  { name: "conversation", address: WITH_BOB },
  { name: "conversation-empty", world: "justMet", address: WITH_BOB },
  { name: "conversation-long", world: "long", address: WITH_BOB },
  {
    name: "conversation-new",
    world: "long",
    address: WITH_BOB,
    act: async (page) => {
      await page.getByRole("region").first().hover();
      await page.mouse.wheel(0, -1500);
      await page.waitForTimeout(300);
      for (const text of ["Are you there?", "Hello?"])
        await onStage(page, "arrive", "bob", line(0, "09:44", text));
    },
  },
  { name: "conversation-unread", address: "#/with/carol" },
  { name: "conversation-failed", address: "#/with/dave" },
  {
    name: "conversation-not-stored",
    variant: true,
    address: WITH_BOB,
    failures: { "messages.send": "storeFailed" },
    act: async (page) => {
      await page.locator("textarea").fill("Is there room for this?");
      await press("button", "conversation.send")(page);
      await see("[role=alert]:not(:empty)")(page);
    },
  },
  {
    name: "conversation-draft",
    address: WITH_BOB,
    act: async (page) => {
      await page.locator("textarea").fill("Three lines\nof a draft\nthat is not sent");
    },
  },
  ...obstacles,
  ...warnings,
  {
    name: "warnings",
    address: WITH_BOB,
    act: inOrder(happened("gap"), happened("keysRefused"), happened("refusedHandshake")),
  },
  { name: "details", address: DETAILS, act: detailsThere },
  {
    name: "details-end",
    address: DETAILS,
    act: inOrder(detailsThere, async (page) => {
      await page.locator("[data-pane=details] button").last().scrollIntoViewIfNeeded();
    }),
  },
  { name: "details-keys-changed", variant: true, world: "keysChanged", address: DETAILS, act: detailsThere },
  {
    name: "details-remove",
    variant: true,
    address: DETAILS,
    act: inOrder(detailsThere, openDialog("details.remove")),
  },
  { name: "details-block", address: DETAILS, act: inOrder(detailsThere, openDialog("details.block")) },
];

function happened(change: ConversationChange): Act {
  return (page) => onStage(page, "happen", { type: "conversation", conversation: bob, change });
}
