/** The ways in which a person works a page: with a mouse, with keys alone, with a finger. None of them uses what a person could not. */
import type { Page } from "playwright-core";
import type { Sight } from "./sight.ts";
import { expressionOf, see } from "./sight.ts";

export interface Hands {
  readonly kind: HandsKind;
  /** Presses a control. */
  press(control: Sight): Promise<void>;
  /** Goes to a field and types. */
  write(field: Sight, text: string): Promise<void>;
  /** Sends what has just been typed: with its button, or with Enter by keys. */
  send(button: Sight): Promise<void>;
}

export const HANDS = ["mouse", "keyboard", "touch"] as const;
export type HandsKind = (typeof HANDS)[number];

export function handsOn(page: Page, kind: HandsKind): Hands {
  switch (kind) {
    case "mouse":
      return pointerHands("mouse", page, (x, y) => page.mouse.click(x, y));
    case "touch":
      return pointerHands("touch", page, (x, y) => page.touchscreen.tap(x, y));
    case "keyboard":
      return keyboardHands(page);
  }
}

function pointerHands(
  kind: "mouse" | "touch",
  page: Page,
  pointAt: (x: number, y: number) => Promise<void>,
): Hands {
  const press = async (control: Sight): Promise<void> => {
    const box = await see(page, control);
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    const { width, height } = page.viewportSize() ?? { width: 0, height: 0 };
    if (x < 0 || y < 0 || x > width || y > height) throw new Error(`${control.says} is off the screen`);
    await pointAt(x, y);
  };
  return {
    kind,
    press,
    async write(field, text) {
      await press(field);
      await page.keyboard.type(text);
    },
    send: press,
  };
}

/** More controls than this before the wanted one are not a way that anybody goes. */
const MAX_TABS = 40;

function keyboardHands(page: Page): Hands {
  const reach = async (control: Sight): Promise<void> => {
    await see(page, control);
    for (let tabs = 0; tabs <= MAX_TABS; tabs++) {
      const { reached, problem } = await page.evaluate<Focus>(
        `(${String(focusOf)})(${expressionOf(control)})`,
      );
      if (problem !== "") throw new Error(problem);
      if (reached) return;
      await page.keyboard.press("Tab");
    }
    throw new Error(`${control.says} is not among the next ${MAX_TABS} controls`);
  };
  return {
    kind: "keyboard",
    async press(control) {
      await reach(control);
      await page.keyboard.press("Enter");
    },
    async write(field, text) {
      await reach(field);
      await page.keyboard.type(text);
    },
    async send() {
      await page.keyboard.press("Enter");
    },
  };
}

interface Focus {
  /** The wanted element has it. */
  readonly reached: boolean;
  /** What is wrong with how it shows; empty when nothing is. */
  readonly problem: string;
}

/** As much of an element as is asked for here: Node's types know no pages. */
interface PageElement {
  readonly parentElement: PageElement | null;
  readonly textContent: string | null;
  getAttribute(name: string): string | null;
  contains(other: PageElement): boolean;
  getBoundingClientRect(): Readonly<Record<"x" | "y" | "width" | "height", number>>;
}

interface PageGlobals {
  readonly document: {
    readonly activeElement: PageElement | null;
    readonly body: PageElement;
    elementFromPoint(x: number, y: number): PageElement | null;
  };
  readonly getComputedStyle: (
    element: PageElement,
  ) => Readonly<Record<"outlineStyle" | "outlineWidth", string>>;
}

/**
 * Runs in the page. All is well when what has the focus is on the screen, nothing lies over it, and it or a frame close around it has a ring of at
 * least 2 px.
 */
function focusOf(wanted: unknown): Focus {
  const { document, getComputedStyle } = globalThis as unknown as PageGlobals;
  const focused = document.activeElement;
  if (focused === null || focused === document.body) return { reached: false, problem: "" };
  const answer = (problem: string): Focus => {
    const name = (focused.getAttribute("aria-label") ?? focused.textContent ?? "").trim().slice(0, 60);
    return { reached: focused === wanted, problem: problem && `${name} has the focus and ${problem}` };
  };
  const { x, y, width, height } = focused.getBoundingClientRect();
  const onTop = document.elementFromPoint(x + width / 2, y + height / 2);
  if (onTop === null) return answer("is off the screen");
  if (!focused.contains(onTop) && !onTop.contains(focused)) return answer("is covered");
  let framed: PageElement | null = focused;
  for (let depth = 0; framed !== null && depth < 3; depth++) {
    const { outlineStyle, outlineWidth } = getComputedStyle(framed);
    if (outlineStyle !== "none" && Number.parseFloat(outlineWidth) >= 2) return answer("");
    framed = framed.parentElement;
  }
  return answer("shows no ring");
}
