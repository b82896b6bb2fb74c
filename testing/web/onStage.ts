/** The stage from outside the page. */
import type { Page } from "playwright-core";
import type { Stage } from "./stage/page/script.ts";

/** Calls a function of the stage by its name. */
export function onStage<Name extends keyof Stage>(
  page: Page,
  name: Name,
  ...args: Parameters<Stage[Name]>
): Promise<Awaited<ReturnType<Stage[Name]>>> {
  return page.evaluate(
    ([called, passed]) => {
      const { stage } = globalThis as unknown as {
        readonly stage: Record<string, (...args: readonly unknown[]) => unknown>;
      };
      return stage[called]?.(...passed) as never;
    },
    [name, args] as const,
  );
}
