/**
 * Keeps one promise to scripts: the states and the way of a message come after the answer that names its id. The server may have a message, a first one
 * above all, before the request that made it is answered.
 */
import type { MessageId } from "@sotto/protocol";

export interface StateOrder {
  /** A request that may store a message begins. */
  begin(): void;
  /** It has been answered, with the ids of the messages that it made. */
  end(ids: readonly MessageId[]): void;
  /** An own message was stored. */
  stored(id: MessageId): void;
  /** A state of an own message, its way, or a file of it; its line is written now or after the answer. */
  news(id: MessageId, line: string): void;
}

export function createStateOrder(write: (line: string) => void): StateOrder {
  let open = 0;
  const unanswered = new Set<MessageId>();
  let held: readonly { readonly id: MessageId; readonly line: string }[] = [];
  return {
    begin: () => void open++,
    end(ids) {
      open--;
      for (const id of ids) unanswered.delete(id);
      if (open === 0) unanswered.clear();
      for (const entry of held) if (!unanswered.has(entry.id)) write(entry.line);
      held = held.filter((entry) => unanswered.has(entry.id));
    },
    stored(id) {
      if (open > 0) unanswered.add(id);
    },
    news(id, line) {
      if (unanswered.has(id)) held = [...held, { id, line }];
      else write(line);
    },
  };
}
