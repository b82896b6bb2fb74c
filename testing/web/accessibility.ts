/** What axe finds wrong on a page. */
import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "playwright-core";

/** WCAG 2.2 up to AA, with what axe's makers advise beyond it. */
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

export interface Violation {
  /** axe's name of the rule. */
  readonly rule: string;
  /** What it asks for. */
  readonly help: string;
  /** Selectors of the elements that break it, and what is wrong with each. */
  readonly places: readonly string[];
}

export async function violationsOf(page: Page): Promise<readonly Violation[]> {
  // Legacy mode looks at this page alone, without a second one to put frames together: there are none.
  const { violations } = await new AxeBuilder({ page }).withTags(TAGS).setLegacyMode().analyze();
  return violations.map(({ id, help, nodes }) => ({
    rule: id,
    help,
    places: nodes.map(({ target, failureSummary }) => `${target.join(" ")}: ${oneLine(failureSummary)}`),
  }));
}

function oneLine(text = ""): string {
  return text.replaceAll(/\s+/g, " ").trim();
}
