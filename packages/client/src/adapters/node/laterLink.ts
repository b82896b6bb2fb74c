/** A link that can be used before what it stands on is there. */
import type { Link } from "../../ports/direct.ts";

/** Calls wait for `opening`, which does not fail; nothing is sent before `onOpen`, which comes after it. One that is closed first is closed once it is there. */
export function laterLink(opening: Promise<Link>): Link {
  let link: Link | undefined;
  let closed = false;
  const waiting: ((link: Link) => void)[] = [];
  const begin = async (): Promise<void> => {
    link = await opening;
    if (closed) link.close();
    else for (const call of waiting.splice(0)) call(link);
  };
  void begin();
  const later = (call: (link: Link) => void): void => {
    if (link === undefined) waiting.push(call);
    else call(link);
  };
  return {
    offer: (restart) => later((it) => it.offer(restart)),
    accept: (description) => later((it) => it.accept(description)),
    addCandidates: (candidates) => later((it) => it.addCandidates(candidates)),
    send: (channel, frame) => link?.send(channel, frame),
    bufferedBytes: (channel) => link?.bufferedBytes(channel) ?? 0,
    close() {
      closed = true;
      link?.close();
    },
  };
}
