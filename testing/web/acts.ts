/** What people do in scenes. Controls are known by the ids of their texts, so that an act is the same in every language. */
import type { Page } from "playwright-core";
import { onStage } from "./onStage.ts";

export type Act = (page: Page) => Promise<void>;
type Values = Readonly<Record<string, string | number>>;
type Role = "button" | "link" | "radio" | "switch" | "menuitem";

const DIALOG = '[role="dialog"], [role="alertdialog"]';

export function inOrder(...acts: readonly Act[]): Act {
  return async (page) => {
    for (const act of acts) await act(page);
  };
}

/** Presses the first control of that name. */
export function press(role: Role, id: string, values?: Values): Act {
  return async (page) => {
    const name = await onStage(page, "textOf", id, values);
    await page.getByRole(role, { name, exact: true }).first().click();
  };
}

/** Presses a button that opens a dialog, which comes when it is asked for the first time. */
export function openDialog(id: string, values?: Values): Act {
  return inOrder(press("button", id, values), see(DIALOG));
}

/** Presses the button of that name in the dialog on the screen. */
export function pressInDialog(id: string, values?: Values): Act {
  return async (page) => {
    const name = await onStage(page, "textOf", id, values);
    await page.locator(DIALOG).getByRole("button", { name, exact: true }).click();
  };
}

/** Fills a field. */
export function fill(id: string, text: string, values?: Values): Act {
  return async (page) => {
    const label = await onStage(page, "textOf", id, values);
    await page.getByLabel(label, { exact: true }).fill(text);
  };
}

export function keys(...names: readonly string[]): Act {
  return async (page) => {
    for (const name of names) await page.keyboard.press(name);
  };
}

/** Waits for a text. */
export function seeText(id: string, values?: Values): Act {
  return async (page) => {
    await page
      .getByText(await onStage(page, "textOf", id, values), { exact: true })
      .first()
      .waitFor();
  };
}

/** Waits for an element. */
export function see(selector: string): Act {
  return (page) => page.locator(selector).first().waitFor();
}

/** Waits for an element, on the screen or not. */
export function exists(selector: string): Act {
  return (page) => page.locator(selector).first().waitFor({ state: "attached" });
}
