/** One conversation in all its states. */
import { onStage } from "../onStage.ts";
import type { Scene } from "../scenes.ts";
import { person } from "../stage/page/world.ts";

const WITH_BOB = "#/with/bob";
const bob = person("bob").contact.conversation;

const warnings = (["refusedHandshake", "keysRefused", "unreadable", "gap"] as const).map((change): Scene => ({
  name: `warning-${change}`,
  address: WITH_BOB,
  act: (page) => onStage(page, "happen", { type: "conversation", conversation: bob, change }),
}));

const obstacles = (
  ["outgoing", "incoming", "blocked", "ended", "undecided", "fork", "keysChanged"] as const
).map((world): Scene => ({ name: `conversation-${world}`, world, address: WITH_BOB }));

export const conversationScenes: readonly Scene[] = [
  { name: "conversation", address: WITH_BOB },
  { name: "conversation-empty", world: "justMet", address: WITH_BOB },
  { name: "conversation-long", world: "long", address: WITH_BOB },
  { name: "conversation-unread", address: "#/with/carol" },
  { name: "conversation-failed", address: "#/with/dave" },
  {
    name: "conversation-draft",
    address: WITH_BOB,
    act: async (page) => {
      await page.locator("textarea").fill("Three lines\nof a draft\nthat is not sent");
    },
  },
  ...obstacles,
  ...warnings,
  { name: "details", address: "#/with/bob/details" },
];
