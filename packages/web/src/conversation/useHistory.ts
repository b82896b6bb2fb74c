/** The history of the conversation on screen, with earlier pages on demand. */
import { useEffect, useRef, useState } from "react";
import type { Sotto, StoredMessage } from "sotto";
import { sentenceOf } from "../text/sentences.ts";
import { useText } from "../text/text.ts";
import type { History } from "./history.ts";
import { EMPTY_HISTORY, PAGE_SIZE, resyncSize, withEvent, withPage, withResync } from "./history.ts";

export interface HistoryView extends History {
  readonly problem: string | undefined;
  readonly loadEarlier: () => void;
}

export function useHistory(device: Sotto, conversation: StoredMessage["conversation"]): HistoryView {
  const t = useText();
  const [history, setHistory] = useState(EMPTY_HISTORY);
  const [problem, setProblem] = useState<string>();
  const shown = useRef(history);
  shown.current = history;

  async function load(before: StoredMessage["id"] | undefined, wanted: () => boolean): Promise<void> {
    try {
      const options = { limit: PAGE_SIZE, ...(before !== undefined && { before }) };
      const page = await device.messages.list(conversation, options);
      if (wanted()) setHistory((present) => withPage(present, page));
    } catch (error) {
      if (wanted()) setProblem(sentenceOf(error, t));
    }
  }

  /** Events may have been missed: what is shown is read again. */
  async function resync(wanted: () => boolean): Promise<void> {
    const limit = resyncSize(shown.current);
    try {
      const page = await device.messages.list(conversation, { limit });
      if (wanted()) setHistory((present) => withResync(present, page, limit));
    } catch (error) {
      if (wanted()) setProblem(sentenceOf(error, t));
    }
  }

  useEffect(() => {
    let wanted = true;
    // Listening begins first, so that nothing falls between the page and the events after it.
    const stop = device.on((event) => {
      if (event.type === "resynced") void resync(() => wanted);
      else setHistory((present) => withEvent(present, conversation, event));
    });
    void load(undefined, () => wanted);
    return () => {
      wanted = false;
      stop();
      setHistory(EMPTY_HISTORY);
    };
  }, [device, conversation]);

  return { ...history, problem, loadEarlier: () => void load(history.messages[0]?.id, () => true) };
}
