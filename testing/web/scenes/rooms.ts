/** Rooms with a password: made, joined, open, and what brings others in. */
import type { Act } from "../acts.ts";
import { fill, inOrder, openDialog, press, pressInDialog, see } from "../acts.ts";
import type { Scene } from "../scenes.ts";
import { STAGE } from "../stage/page/groupWorlds.ts";

const OPEN = `#/group/${STAGE.conversation.id}`;
const DETAILS = `${OPEN}/details`;
const INVITED = "#/room/k3v8mq0ztw5e/pB7dqWc1u0mZkq3n5yXJ2Q";
const there = see("[data-pane=details] h2");

function scene(name: string, address: string, act?: Act, rest: Partial<Scene> = {}): Scene {
  return { name: `room${name}`, world: "groups", address, ...(act && { act }), ...rest };
}

const asRoom: Act = async (page) => {
  await page.getByRole("radio").last().check();
};
const ownPassword: Act = async (page) => {
  await page.getByRole("switch").last().click();
};
const toInvitation: Act = async (page) => {
  await page.locator("[data-pane=details] [role=group]").last().scrollIntoViewIfNeeded();
};

export const roomScenes: readonly Scene[] = [
  scene("-new", "#/", inOrder(openDialog("groups.new"), asRoom, fill("rooms.name", "Open stage"))),
  scene(
    "-new-own-password",
    "#/",
    inOrder(openDialog("groups.new"), asRoom, fill("rooms.name", "Open stage"), ownPassword),
    { variant: true },
  ),
  scene(
    "-new-refused",
    "#/",
    inOrder(
      openDialog("groups.new"),
      asRoom,
      fill("rooms.name", "Open stage"),
      ownPassword,
      fill("rooms.password", "piano"),
      pressInDialog("rooms.create"),
      see("[role=dialog] [role=alert]:not(:empty)"),
    ),
    { variant: true, failures: { "rooms.create": "weakPassword" } },
  ),
  scene("-join", "#/room", fill("rooms.linkOrCode", "k3v8-mq0z")),
  scene("-invited", INVITED, fill("rooms.password", "7k2m-x9qd-4tzr")),
  scene(
    "-wrong-password",
    INVITED,
    inOrder(
      fill("rooms.password", "pebble"),
      press("button", "rooms.enter"),
      see("[role=alert]:not(:empty)"),
    ),
    { variant: true, failures: { "rooms.join": "wrongRoomPassword" } },
  ),
  scene(
    "-bad-link",
    "#/room",
    inOrder(
      fill("rooms.linkOrCode", "the stage"),
      fill("rooms.password", "pebble"),
      press("button", "rooms.enter"),
      see("[role=alert]:not(:empty)"),
    ),
    { variant: true, failures: { "rooms.join": "badRoomLink" } },
  ),
  scene("", OPEN),
  scene("-details", DETAILS, there),
  scene("-invitation", DETAILS, inOrder(there, toInvitation)),
  scene("-renew", DETAILS, inOrder(there, press("button", "rooms.renew"), see("[role=alertdialog]"))),
];
