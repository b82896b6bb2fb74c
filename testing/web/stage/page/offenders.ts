/** What does not fit on the page that is on the screen: words that are cut off or run out, and controls too small for a finger. */

/** Rounding of the browser. */
const SLACK_PX = 1;

/**
 * One line for each fault. Only what people have written may be shortened to fit, and is marked by `dir="auto"`, or what a title says
 * in full.
 * @param targetPx what every control has to measure, or the area around it that belongs to it
 */
export function offendersOf(targetPx: number): readonly string[] {
  const { documentElement: root } = document;
  const found = root.scrollWidth > root.clientWidth ? ["the page scrolls sideways"] : [];
  for (const element of document.body.querySelectorAll<HTMLElement>("*")) {
    if (!isShown(element)) continue;
    if (!element.matches(FIELDS) && isCut(element)) found.push(`${nameOf(element)} cuts off what is in it`);
    if (element.matches(CONTROLS)) {
      const { width, height } = hitArea(element, targetPx);
      if (Math.min(width, height) < targetPx - SLACK_PX && !isInText(element))
        found.push(`${nameOf(element)} is pressed on ${Math.round(width)} by ${Math.round(height)} px`);
    }
  }
  for (const text of textsOf(document.body)) {
    const parent = text.parentElement;
    if (parent === null || !isShown(parent)) continue;
    const problem = problemOf(text, parent);
    if (problem !== undefined)
      found.push(`"${(text.textContent ?? "").trim().slice(0, 40)}" in ${nameOf(parent)} ${problem}`);
  }
  return [...new Set(found)];
}

/** What is typed may be longer than its field. */
const FIELDS = "input, textarea";
const CONTROLS = "a[href], button:not(:disabled), input, textarea, [role=radio], [role=switch]";

function isCut(element: HTMLElement): boolean {
  const { overflowX, overflowY, textOverflow } = getComputedStyle(element);
  const hides = (overflow: string): boolean => overflow === "hidden" || overflow === "clip";
  const shortened = textOverflow === "ellipsis" && element.closest('[dir="auto"], [title]') !== null;
  return (
    (hides(overflowX) && !shortened && element.scrollWidth > element.clientWidth + SLACK_PX) ||
    (hides(overflowY) && element.scrollHeight > element.clientHeight + SLACK_PX && element.clientHeight > 0)
  );
}

/** Text has to lie inside the screen's width, and inside the control that it names. */
function problemOf(text: Text, parent: HTMLElement): string | undefined {
  const range = document.createRange();
  range.selectNodeContents(text);
  const scroller = parent.closest<HTMLElement>("[tabindex='0']");
  const control = parent.closest<HTMLElement>("button, a[href]");
  const frame = control !== null && !isInText(control) ? control.getBoundingClientRect() : undefined;
  const shortened = getComputedStyle(parent).textOverflow === "ellipsis";
  for (const { left, right, top, bottom, width } of range.getClientRects()) {
    if (width === 0 || shortened) continue;
    if (scroller === null && (left < -SLACK_PX || right > innerWidth + SLACK_PX))
      return "runs off the screen";
    if (frame === undefined) continue;
    if (left < frame.left - SLACK_PX || right > frame.right + SLACK_PX)
      return "runs out of its control sideways";
    if (top < frame.top - 2 * SLACK_PX || bottom > frame.bottom + 2 * SLACK_PX)
      return "runs out of its control";
  }
  return undefined;
}

/** The larger of the control's own size and the area around it where a press is its own. */
function hitArea(
  control: HTMLElement,
  wantedPx: number,
): { readonly width: number; readonly height: number } {
  const pressed = control.closest("label") ?? labelOf(control) ?? control;
  const { x, y, width, height } = pressed.getBoundingClientRect();
  const [middleX, middleY] = [x + width / 2, y + height / 2];
  const reach = wantedPx / 2 - SLACK_PX;
  const isOwn = (px: number, py: number): boolean => {
    const hit = document.elementFromPoint(px, py);
    return hit !== null && (pressed.contains(hit) || control.contains(hit));
  };
  return {
    width:
      isOwn(middleX - reach, middleY) && isOwn(middleX + reach, middleY) ? Math.max(width, wantedPx) : width,
    height:
      isOwn(middleX, middleY - reach) && isOwn(middleX, middleY + reach)
        ? Math.max(height, wantedPx)
        : height,
  };
}

function labelOf(control: HTMLElement): HTMLElement | undefined {
  const isMark =
    control instanceof HTMLInputElement && (control.type === "radio" || control.type === "checkbox");
  return isMark ? control.labels?.[0] : undefined;
}

/** A link in a sentence is as high as the sentence's lines. */
function isInText(control: HTMLElement): boolean {
  return getComputedStyle(control).display === "inline";
}

/** Not hidden, not for screen readers alone, not scrolled out of sight. */
function isShown(element: HTMLElement): boolean {
  const { width, height, right, left } = element.getBoundingClientRect();
  if (width <= 1 || height <= 1 || right < 0 || left > innerWidth) return false;
  if (element.closest("[inert], [aria-hidden='true'], svg") !== null) return false;
  const { visibility, opacity } = getComputedStyle(element);
  return visibility === "visible" && opacity !== "0";
}

function* textsOf(root: Node): Generator<Text> {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (walker.nextNode() !== null) {
    const text = walker.currentNode as Text;
    if ((text.textContent ?? "").trim() !== "") yield text;
  }
}

function nameOf(element: HTMLElement): string {
  const words = element.getAttribute("aria-label") ?? element.textContent ?? "";
  const role = element.getAttribute("role");
  return `<${element.localName}${role === null ? "" : ` ${role}`}> ${words.trim().replaceAll(/\s+/g, " ").slice(0, 40)}`;
}
