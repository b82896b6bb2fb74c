/** Files in messages: as few as have room, pictures with their thumbnails as long as there is a way. */
import type { FileManifest } from "@sotto/protocol";
import { checkedFileBody, MAX_FILES_IN_MESSAGE } from "@sotto/protocol";

export interface FileMessage {
  readonly text: string;
  readonly files: readonly FileManifest[];
}

/** In the order given, the text with the first. A thumbnail is left out only where its file has no room even alone. */
export function fileMessages(text: string, manifests: readonly FileManifest[]): readonly FileMessage[] {
  const messages: FileMessage[] = [];
  for (const manifest of manifests) {
    const last = messages.at(-1);
    const longer = last && { ...last, files: [...last.files, manifest] };
    if (longer !== undefined && fits(longer)) messages[messages.length - 1] = longer;
    else messages.push(alone(messages.length === 0 ? text : "", manifest));
  }
  return messages;
}

function alone(text: string, manifest: FileManifest): FileMessage {
  const whole = { text, files: [manifest] };
  const { picture } = manifest;
  if (picture === null || fits(whole)) return whole;
  return { text, files: [{ ...manifest, picture: { ...picture, thumbnail: new Uint8Array() } }] };
}

function fits({ text, files }: FileMessage): boolean {
  return files.length <= MAX_FILES_IN_MESSAGE && checkedFileBody({ kind: "file", text, files }) !== undefined;
}
