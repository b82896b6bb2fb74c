/** One conversation in all its states. */
import type { Page } from "playwright-core";
import type { Conversation, ConversationChange, NoLinkReason } from "sotto";
import type { Act } from "../acts.ts";
import { inOrder, openDialog, press, see, seeText } from "../acts.ts";
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

type Way = Partial<Pick<Conversation, "path" | "pathIsDefault" | "link">>;

const DIRECT_ONLY: Way = {
  path: "direct",
  pathIsDefault: false,
  link: { state: "none", reason: "peerOffline" },
};

/** The header of a conversation in every way that there is. */
const ways: readonly Scene[] = Object.entries({
  turn: { link: { state: "open", via: "turn" } },
  connecting: { link: { state: "connecting" } },
  relay: { path: "relay", pathIsDefault: false, link: { state: "none", reason: "relayOnly" } },
} satisfies Record<string, Way>).map(([name, way]) => ({
  name: `conversation-${name}`,
  variant: true,
  address: WITH_BOB,
  act: turned(way),
}));

/** What the details say of each. */
const explained: readonly Scene[] = Object.entries({
  local: { link: { state: "open", via: "local" } },
  turn: { link: { state: "open", via: "turn" } },
  "turn-only": { path: "turn", pathIsDefault: false, link: { state: "open", via: "turn" } },
  connecting: { link: { state: "connecting" } },
  "direct-only-connecting": { path: "direct", pathIsDefault: false, link: { state: "connecting" } },
  "direct-only": DIRECT_ONLY,
  relay: { path: "relay", pathIsDefault: false, link: { state: "none", reason: "relayOnly" } },
  ...Object.fromEntries(
    (
      [
        "unsupported",
        "notReady",
        "serverOffline",
        "peerOffline",
        "peerRelayOnly",
        "peerUnsupported",
        "noTurn",
        "noWay",
        "idle",
      ] satisfies readonly NoLinkReason[]
    ).map((reason): [string, Way] => [reason, { link: { state: "none", reason } }]),
  ),
} satisfies Record<string, Way>).map(([name, way]) => ({
  name: `details-path-${name}`,
  variant: true,
  address: WITH_BOB,
  act: inOrder(toPath, turned(way)),
}));

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
  ...ways,
  {
    name: "conversation-direct-only",
    address: WITH_BOB,
    act: inOrder(gone, turned(DIRECT_ONLY), seeText("path.note.automatic")),
  },
  {
    name: "conversation-waiting",
    address: WITH_BOB,
    act: inOrder(
      gone,
      turned(DIRECT_ONLY),
      send("The scan of the contract, for your eyes only"),
      send("And the second page"),
      seeText("path.note.automatic"),
    ),
  },
  {
    name: "conversation-waiting-refused",
    variant: true,
    address: WITH_BOB,
    failures: { "conversations.setPath": "storeFailed" },
    act: inOrder(
      turned(DIRECT_ONLY),
      press("button", "path.note.automatic"),
      see("[role=alert]:not(:empty)"),
    ),
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
  { name: "details-path", address: WITH_BOB, act: toPath },
  {
    name: "details-path-refused",
    variant: true,
    address: WITH_BOB,
    failures: { "conversations.setPath": "storeFailed" },
    act: inOrder(
      toPath,
      press("radio", "path.mode.relay"),
      see("[data-pane=details] [role=alert]:not(:empty)"),
    ),
  },
  ...explained,
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

function turned(way: Way): Act {
  return (page) => onStage(page, "turn", "bob", way);
}

function send(text: string): Act {
  return async (page) => {
    await page.locator("textarea").fill(text);
    await press("button", "conversation.send")(page);
    await page.getByRole("article").getByText(text).first().waitFor();
  };
}

/** bob is not online any more. */
function gone(page: Page): Promise<void> {
  return onStage(page, "happen", { type: "presence", account: person("bob").contact.account, online: false });
}

/** By the path in the header, which is pressed where it is in the way that the everyday world has it. */
async function toPath(page: Page): Promise<void> {
  const now = await onStage(page, "textOf", "path.now.direct");
  await press("link", "path.link", { now })(page);
  await see("[data-pane=details] [type=radio]")(page);
}
