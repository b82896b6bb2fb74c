/** `sotto tail`: everything that happens, as lines for people or as the scripting interface's event objects, until a signal ends it. */
import type { ClientEvent, Sotto } from "sotto";
import type { Invocation } from "../command.ts";
import { EXIT } from "../problems.ts";
import { eventJson } from "../rpc/present.ts";
import { createLineWriter } from "../rpc/writer.ts";
import { terminalSafeJson } from "../sanitize.ts";
import { eventLine } from "../show/lines.ts";
import { styleFor } from "../show/style.ts";
import { createWayNews } from "../show/wayNews.ts";
import { withSotto } from "../sottoHome.ts";

export async function tail(invocation: Invocation): Promise<number> {
  const { shell, flags } = invocation;
  const stop = shell.stopSignal();
  const style = styleFor(shell.stdout, shell.env);
  const wayNews = createWayNews();
  const lineOf = (sotto: Sotto, event: ClientEvent): string | undefined => {
    if (!flags.has("json")) {
      if (event.type !== "conversation" || event.change !== "path") return eventLine(sotto, event, style);
      const conversation = sotto.conversations.get(event.conversation);
      const news = conversation && wayNews(conversation);
      return news && style.dim(news);
    }
    const json = eventJson(sotto, event);
    return json && terminalSafeJson(json);
  };
  await withSotto(invocation, async (sotto) => {
    const events = sotto.events();
    const end = (): void => void events.return?.();
    stop.addEventListener("abort", end);
    shell.stdout.once("close", end);
    const writer = createLineWriter(shell.stdout);
    for await (const event of events) {
      const line = lineOf(sotto, event);
      if (line !== undefined) writer.write(`${line}\n`);
      await writer.room();
    }
  });
  return EXIT.done;
}
