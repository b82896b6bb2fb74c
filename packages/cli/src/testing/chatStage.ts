/** A chat of a fake device without a terminal: what is typed goes in, what is printed is kept. */
import { PLAIN } from "../show/style.ts";
import type { ChatSession } from "../chat/session.ts";
import { createChatSession } from "../chat/session.ts";
import type { FakeSotto } from "./fakeSotto.ts";
import { createFakeSotto } from "./fakeSotto.ts";

export interface ChatStage {
  readonly fake: FakeSotto;
  readonly session: ChatSession;
  /** Lines since the last {@link ChatStage.said}, as they were printed. */
  readonly printed: readonly string[];
  readonly prompt: string;
  /** What is printed while the lines are entered and the work is done, without times of day. */
  said(...work: readonly (string | (() => void))[]): Promise<string[]>;
}

/** `echoes`: entered lines are printed as well, as `> line`. */
export function openChatStage({ echoes = false } = {}): ChatStage {
  const fake = createFakeSotto();
  let printed: string[] = [];
  let prompt = "";
  const session = createChatSession(
    fake.sotto,
    {
      style: PLAIN,
      lines: (async function* () {})(),
      print: (text) => void printed.push(...text.split("\n")),
      echo: (line) => void (echoes && printed.push(`> ${line}`)),
      setPrompt: (text) => void (prompt = text),
      close: () => {},
    },
    { cwd: "/nowhere", env: {} },
    new AbortController().signal,
  );
  fake.sotto.on(session.event);
  return {
    fake,
    session,
    get printed() {
      return printed;
    },
    get prompt() {
      return prompt;
    },
    async said(...work) {
      printed = [];
      for (const step of work) await (typeof step === "string" ? session.enter(step) : step());
      return printed.map(withoutTime);
    },
  };
}

/** A line without the time of day that messages begin with. */
export function withoutTime(line: string): string {
  return line.replace(/^\d\d:\d\d /, "");
}
