/** The channel of files beside the engine: its frames pass by, and which link may carry them is the engine's to say. */
import type { ConversationId } from "@sotto/protocol";
import type { ClientEvent, LinkHappening } from "../engine/contract.ts";
import type { FileLinkListener, FileLinks } from "../ports/fileLinks.ts";
import type { LinkEvents, Links } from "./links.ts";

/** What the engine knows of links for files. */
export interface LinkKnowledge {
  /** The link that can carry files of the conversation now. */
  fileLinkOf(conversation: ConversationId): number | undefined;
  /** The conversation whose files that link may bring now. */
  conversationOfLink(link: number): ConversationId | undefined;
}

export interface FileChannel extends Pick<LinkEvents, "fileFrame" | "filesDrained"> {
  readonly fileLinks: FileLinks;
  /** Something that the engine has told applications. */
  told(event: ClientEvent): void;
  /** No link carries files any more. Call it before the links are closed; the returned function afterwards. */
  end(): () => void;
}

export function createFileChannel(
  engine: LinkKnowledge,
  links: Pick<Links, "send" | "bufferedBytes" | "numbers">,
  happened: (link: number, happening: LinkHappening) => void,
  listener: FileLinkListener | undefined,
): FileChannel {
  let ended = false;
  const conversationOf = (link: number): ConversationId | undefined =>
    ended ? undefined : engine.conversationOfLink(link);

  return {
    fileLinks: {
      of: (conversation) => (ended ? undefined : engine.fileLinkOf(conversation)),
      send(link, frame) {
        if (conversationOf(link) !== undefined) links.send(link, "files", frame);
      },
      bufferedBytes: (link) => links.bufferedBytes(link, "files"),
      close: (link) => happened(link, { kind: "misused" }),
    },
    fileFrame(link, frame) {
      const conversation = listener && conversationOf(link);
      if (conversation !== undefined) listener?.frame(link, conversation, frame);
    },
    filesDrained(link) {
      if (conversationOf(link) !== undefined) listener?.drained(link);
    },
    told(event) {
      // Whether a link may carry files follows from the path, and from whether the conversation and its contact's keys are in order.
      if (event.type === "conversation" && event.change !== "read") listener?.changed(event.conversation);
    },
    end() {
      const conversations = new Set(links.numbers().flatMap((link) => conversationOf(link) ?? []));
      ended = true;
      return () => {
        for (const conversation of conversations) listener?.changed(conversation);
      };
    },
  };
}
