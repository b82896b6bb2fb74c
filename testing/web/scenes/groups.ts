/** Groups: in the list, open, their details and dialogs. */
import type { Page } from "playwright-core";
import type { Act } from "../acts.ts";
import { fill, inOrder, openDialog, press, pressInDialog, see, seeText } from "../acts.ts";
import { onStage } from "../onStage.ts";
import type { Scene } from "../scenes.ts";
import { CHOIR, LEFT, READERS } from "../stage/page/groupWorlds.ts";

const OPEN = `#/group/${CHOIR.conversation.id}`;
const DETAILS = `${OPEN}/details`;
const there = see("[data-pane=details] h2");
const choir = { name: CHOIR.conversation.name };
const MENU = see("[role=menu]");

function scene(name: string, address: string, act?: Act, rest: Partial<Scene> = {}): Scene {
  return { name: `group${name}`, world: "groups", address, ...(act && { act }), ...rest };
}

export const groupScenes: readonly Scene[] = [
  { name: "groups", world: "groups" },
  {
    name: "group-new",
    world: "groups",
    act: inOrder(
      openDialog("groups.new"),
      fill("groups.name", "Harbour choir, tenors"),
      pick("bob"),
      pick("dave"),
    ),
  },
  {
    name: "group-new-key",
    world: "groups",
    act: inOrder(
      openDialog("groups.new"),
      fill("groups.name", "Harbour choir, tenors"),
      pick("bob"),
      unfoldKey,
      pressInDialog("groups.key.make"),
      see("[role=dialog] details[open] input[type=password]:not([value=''])"),
    ),
  },
  {
    name: "group-new-find",
    variant: true,
    world: "groups",
    act: inOrder(
      openDialog("groups.new"),
      fill("groups.findContact", "zoe"),
      seeText("groups.noSuchContact", { query: "zoe" }),
    ),
  },
  {
    name: "group-new-refused",
    variant: true,
    world: "groups",
    failures: { "groups.create": "groupFull" },
    act: inOrder(
      openDialog("groups.new"),
      fill("groups.name", "Everybody"),
      pick("bob"),
      pressInDialog("groups.create"),
      see("[role=dialog] [role=alert]:not(:empty)"),
    ),
  },
  {
    name: "group-made",
    variant: true,
    act: inOrder(
      openDialog("groups.new"),
      fill("groups.name", "Tenors"),
      pick("bob"),
      pressInDialog("groups.create"),
      seeText("groups.memberCount", { count: 2 }),
    ),
  },
  scene("", OPEN),
  scene("-ended", `#/group/${LEFT.conversation.id}`),
  scene("-none", "#/group/00", undefined, { variant: true }),
  scene("-undecided", OPEN, changed({ state: "undecided" }), { variant: true }),
  scene(
    "-needs-key",
    OPEN,
    inOrder(changed({ state: "needsKey", hasKey: true }), seeText("groups.key.enter")),
    { variant: true },
  ),
  scene("-fork", OPEN, changed({ state: "fork" }), { variant: true }),
  scene("-file-refused", OPEN, inOrder(pasteFile, seeText("groups.noFiles")), { variant: true }),
  scene("-details", DETAILS, there),
  scene("-details-member", `#/group/${READERS.conversation.id}/details`, there, { variant: true }),
  scene("-details-changing", DETAILS, inOrder(there, changed({ changing: true })), { variant: true }),
  scene("-details-end", DETAILS, inOrder(there, toEnd)),
  scene("-menu", DETAILS, inOrder(there, press("button", "groups.actsFor", { name: "carol" }), MENU)),
  scene(
    "-rename",
    DETAILS,
    inOrder(there, press("button", "groups.rename"), fillName("Harbour ".repeat(14))),
  ),
  scene(
    "-rename-long",
    DETAILS,
    inOrder(there, press("button", "groups.rename"), fillName("Harbour ".repeat(18))),
    { variant: true },
  ),
  scene("-add", DETAILS, inOrder(there, openDialog("groups.addPeople"), see("[type=checkbox]"))),
  scene(
    "-remove",
    DETAILS,
    inOrder(
      there,
      press("button", "groups.actsFor", { name: "dave" }),
      MENU,
      press("menuitem", "groups.act.remove"),
      see("[role=alertdialog]"),
    ),
  ),
  scene("-hand-over", DETAILS, inOrder(there, openDialog("groups.leave"), choose("carol"))),
  scene(
    "-leave",
    DETAILS,
    inOrder(
      there,
      openDialog("groups.leave"),
      choose("carol"),
      pressInDialog("groups.act.handOver"),
      seeText("groups.leaveTitle", choir),
    ),
  ),
  scene("-wish-failed", OPEN, wishFailed, { variant: true }),
];

function changed(fields: Partial<typeof CHOIR.conversation>): Act {
  return (page) => onStage(page, "changeGroup", choir.name, fields);
}

function fillName(text: string): Act {
  return async (page) => {
    await page.locator("[data-pane=details] form input").fill(text);
  };
}

function choose(userName: string): Act {
  return async (page) => {
    await page.getByRole("radio", { name: userName, exact: true }).check();
  };
}

function pick(userName: string): Act {
  return async (page) => {
    await page.getByRole("checkbox", { name: userName, exact: true }).check();
  };
}

async function unfoldKey(page: Page): Promise<void> {
  await page.locator("[role=dialog] details summary").click();
}

async function toEnd(page: Page): Promise<void> {
  await page.locator("[data-pane=details] button").last().scrollIntoViewIfNeeded();
}

function pasteFile(page: Page): Promise<void> {
  return onStage(page, "paste", "textarea");
}

function wishFailed(page: Page): Promise<void> {
  return onStage(page, "happen", {
    type: "conversation",
    conversation: CHOIR.conversation.id,
    change: "wishFailed",
  });
}
