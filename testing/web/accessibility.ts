/** What axe finds wrong on a page. */
import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "playwright-core";

/** WCAG 2.2 up to AA, with what axe's makers advise beyond it. */
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** One text for each rule that the page breaks: what it asks for, and the elements that do otherwise. */
export async function violationsOf(page: Page): Promise<readonly string[]> {
  // Legacy mode looks at this page alone, without a second one to put frames together: there are none.
  const { violations } = await new AxeBuilder({ page }).withTags(TAGS).setLegacyMode().analyze();
  return violations.map(({ id, help, nodes }) => {
    const places = nodes.map(
      ({ target, failureSummary }) => `${target.join(" ")}: ${oneLine(failureSummary)}`,
    );
    return [`${id}: ${help}`, ...places].join("\n  ");
  });
}

function oneLine(text = ""): string {
  return text.replaceAll(/\s+/g, " ").trim();
}
