/** A file or a folder of this machine into a conversation. */
import type { MessageId } from "@sotto/protocol";
import type { Conversation, SendHandle, Sotto } from "sotto";

export interface SentFiles {
  /** Of the messages that offer them, the first one with the text. */
  readonly ids: readonly MessageId[];
  readonly handles: readonly SendHandle[];
  readonly conversation: Conversation["id"];
  /** Names of the files. */
  readonly count: number;
  /** Symbolic links in the folder, which are not sent. */
  readonly leftOut: readonly string[];
}

/** Resolves when a sealed copy is here and the messages are stored. `path` is absolute. Rejects as `filesToSend` and `Sotto.files.send` do. */
export async function sendFiles(
  sotto: Sotto,
  conversation: Conversation["id"],
  path: string,
  text?: string,
): Promise<SentFiles> {
  const { filesToSend } = await import("sotto/node");
  const { files, leftOut } = await filesToSend(path);
  const handles = await sotto.files.send(conversation, files, text === undefined ? {} : { text });
  return { ids: handles.map(({ id }) => id), handles, conversation, count: files.length, leftOut };
}
