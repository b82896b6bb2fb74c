/** The channel of files of whatever session runs, for one listener that outlives sessions. */
import type { FileLinkListener, FileLinks } from "../ports/fileLinks.ts";
import type { Session } from "./session.ts";

export interface FileSwitch {
  /** Given to every session. */
  readonly listener: FileLinkListener;
  /** Of the running session. */
  readonly links: FileLinks;
  /** Calls the listener in place of another, until the returned function is called. */
  follow(listener: FileLinkListener): () => void;
}

/** A session that ends says of each conversation with a link that it has none, so that numbers of the next one are not taken for its own. */
export function createFileSwitch(session: () => Session): FileSwitch {
  let current: FileLinkListener | undefined;
  return {
    listener: {
      frame: (link, conversation, frame) => current?.frame(link, conversation, frame),
      drained: (link) => current?.drained(link),
      changed: (conversation) => current?.changed(conversation),
      receipt: (...word) => current?.receipt(...word),
    },
    links: {
      of: (conversation) => session().fileLinks.of(conversation),
      send: (link, frame) => session().fileLinks.send(link, frame),
      bufferedBytes: (link) => session().fileLinks.bufferedBytes(link),
      close: (link) => session().fileLinks.close(link),
    },
    follow(listener) {
      current = listener;
      return () => {
        if (current === listener) current = undefined;
      };
    },
  };
}
