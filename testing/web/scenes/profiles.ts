/** Profiles: wherever somebody is named, and where one says what one is called. */
import type { Page } from "playwright-core";
import { fixture } from "@sotto/pictures/testing";
import type { Act } from "../acts.ts";
import { exists, fill, inOrder, press, pressInDialog, see, seeText } from "../acts.ts";
import type { Scene } from "../scenes.ts";
import { CHOIR } from "../stage/page/groupWorlds.ts";

const SETTINGS = "#/settings/profile";
/** Also where the page that holds them is not on the screen. */
const DRAWN = exists("img[src^=blob]");
const DIALOG = see("[role=dialog] canvas");
const PHOTO = { name: "me.jpg", mimeType: "image/jpeg", buffer: Buffer.from(fixture("photo.jpg")) };

function scene(name: string, address: string, act: Act, rest: Partial<Scene> = {}): Scene {
  return { name: `profile${name}`, world: "profiles", address, act, ...rest };
}

export const profileScenes: readonly Scene[] = [
  scene("s", "#/", DRAWN),
  scene("-conversation", "#/with/bob", DRAWN),
  scene("-details", "#/with/bob/details", inOrder(see("[data-pane=details] h2"), DRAWN)),
  scene(
    "-members",
    `#/group/${CHOIR.conversation.id}/details`,
    inOrder(see("[data-pane=details] h2"), DRAWN),
  ),
  scene("-own", SETTINGS, DRAWN),
  scene("-crop", SETTINGS, inOrder(choose, DIALOG)),
  scene("-picture", SETTINGS, inOrder(choose, DIALOG, pressInDialog("settings.picture.use"), gone), {
    variant: true,
  }),
  scene(
    "-saved",
    SETTINGS,
    inOrder(
      fill("settings.profile.displayName", "Alice"),
      press("button", "settings.profile.save"),
      seeText("settings.profile.saved"),
    ),
    { variant: true },
  ),
  scene(
    "-too-long",
    SETTINGS,
    inOrder(
      fill("settings.profile.displayName", "Alice"),
      press("button", "settings.profile.save"),
      seeText("error.badProfile"),
    ),
    { variant: true, failures: { "profile.set": "badProfile" } },
  ),
];

async function choose(page: Page): Promise<void> {
  await page.locator("input[type=file]").first().setInputFiles(PHOTO);
}

async function gone(page: Page): Promise<void> {
  await page.locator("[role=dialog]").waitFor({ state: "detached" });
}
