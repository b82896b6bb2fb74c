/** The history of the conversation on screen: earlier pages on demand, what happens since, and what is just being sent. */
import { useCallback, useEffect, useMemo, useReducer, useRef, useState } from "react";
import { flushSync } from "react-dom";
import type { Sotto, StoredMessage } from "sotto";
import { sentenceOf } from "../text/sentences.ts";
import { useText } from "../text/text.ts";
import type { Divider } from "./divider.ts";
import { dividerOf, lookedAt, withArrival } from "./divider.ts";
import type { History } from "./history.ts";
import { outgoingMessage } from "./outgoingMessage.ts";
import {
  EMPTY_HISTORY,
  PAGE_SIZE,
  displayed,
  firstPageSize,
  hiddenCount,
  resyncSize,
  withEvent,
  withOutgoing,
  withPage,
  withResync,
  withoutOutgoing,
} from "./history.ts";

export interface HistoryView {
  /** Everything to be shown, in order. */
  readonly messages: readonly StoredMessage[];
  readonly complete: boolean;
  readonly loaded: boolean;
  readonly divider: Divider | undefined;
  readonly problem: string | undefined;
  /** Asks for the page before; nothing while one is on its way. */
  readonly loadEarlier: () => void;
  /** Shows the message at once; resolves with true when the device has stored it, and takes it back when it could not. */
  readonly send: (text: string) => Promise<boolean>;
}

interface Shown {
  readonly history: History;
  readonly divider: Divider | undefined;
}

type Change = (before: Shown) => Shown;

const NOTHING: Shown = { history: EMPTY_HISTORY, divider: undefined };
const onlyHistory =
  (change: (history: History) => History): Change =>
  (before) => {
    const history = change(before.history);
    return history === before.history ? before : { ...before, history };
  };

/** @param looking whether somebody is in front of the page, for the line above unread messages */
export function useHistory(
  device: Sotto,
  conversation: StoredMessage["conversation"],
  looking: boolean,
): HistoryView {
  const t = useText();
  const [{ history, divider }, change] = useReducer((before: Shown, step: Change) => step(before), NOTHING);
  const [problem, setProblem] = useState<unknown>();
  const present = useRef({ history, looking });
  useEffect(() => {
    present.current = { history, looking };
  });
  const loading = useRef(false);

  useEffect(() => {
    let wanted = true;
    const read = async (limit: number, take: (page: readonly StoredMessage[]) => Change): Promise<void> => {
      try {
        const page = await device.messages.list(conversation, { limit });
        if (wanted) change(take(page));
      } catch (error) {
        if (wanted) setProblem(error);
      }
    };
    // Listening begins first, so that nothing falls between the page and the events after it.
    const stop = device.on((event) => {
      if (event.type === "resynced") {
        const limit = resyncSize(present.current.history);
        void read(limit, (page) => onlyHistory((before) => withResync(before, page, limit)));
      }
      if (event.type === "message" && event.message.conversation === conversation) {
        const arrived = event.message;
        change((before) => ({
          history: withEvent(before.history, conversation, event),
          divider: before.history.loaded
            ? withArrival(before.divider, arrived, present.current.looking)
            : before.divider,
        }));
      } else change(onlyHistory((before) => withEvent(before, conversation, event)));
    });
    const unread = device.conversations.get(conversation)?.unread ?? 0;
    const limit = firstPageSize(unread);
    void read(limit, (page) => (before) => {
      const first = withPage(before.history, page, limit);
      const shown = first.messages.slice(hiddenCount(first));
      return { history: first, divider: dividerOf(shown, unread, present.current.looking) };
    });
    return () => {
      wanted = false;
      stop();
      change(() => NOTHING);
    };
  }, [device, conversation]);

  useEffect(() => {
    if (looking)
      change((before) => {
        const next = lookedAt(before.divider);
        return next === before.divider ? before : { ...before, divider: next };
      });
  }, [looking]);

  const loadEarlier = useCallback(async (): Promise<void> => {
    const [first] = present.current.history.messages;
    if (loading.current || first === undefined) return;
    loading.current = true;
    try {
      const page = await device.messages.list(conversation, { limit: PAGE_SIZE, before: first.id });
      // In a step of its own: the list keeps its place when what is added before and behind it come one by one.
      flushSync(() => change(onlyHistory((before) => withPage(before, page, PAGE_SIZE))));
    } catch (error) {
      setProblem(error);
    } finally {
      loading.current = false;
    }
  }, [device, conversation]);

  async function send(text: string): Promise<boolean> {
    const message = outgoingMessage(device, conversation, text);
    setProblem(undefined);
    change(onlyHistory((before) => withOutgoing(before, message)));
    try {
      await device.messages.send(conversation, text);
      return true;
    } catch (error) {
      change(onlyHistory((before) => withoutOutgoing(before, message.id)));
      setProblem(error);
      return false;
    }
  }

  const messages = useMemo(() => displayed(history), [history]);
  const { complete, loaded } = history;
  return {
    messages,
    complete,
    loaded,
    divider,
    problem: problem === undefined ? undefined : sentenceOf(problem, t),
    loadEarlier: () => void loadEarlier(),
    send,
  };
}
