/** What is going to be sent: files with what has been found out about them. */
import type { FileToSend, StoredMessage } from "sotto";
import { MAX_SENT_FILE_BYTES } from "sotto/browser";
import { fileKindOf } from "./fileKind.ts";
import { PROVISIONAL } from "./fileLook.ts";

/** A file as a person has given it: picked, dropped or pasted. */
export interface GivenFile {
  readonly file: File;
  /** Folders, if it comes with any, and last its name. */
  readonly path: readonly string[];
}

/** tooLarge, unreadable: it cannot go · picture: what it tells about place and camera cannot be removed, and somebody has to say that it may go all the same. */
export type Trouble = "tooLarge" | "unreadable" | "picture";

export interface AttachmentLook {
  readonly trouble?: Trouble;
  /** Of a picture that can be drawn. */
  readonly picture?: NonNullable<FileToSend["preview"]> & { readonly width: number; readonly height: number };
}

export interface Attachment extends GivenFile {
  readonly id: number;
  /** Absent while it is looked at. */
  readonly look: AttachmentLook | undefined;
  /** This one goes as it is, whatever becomes of the others. */
  readonly asIs: boolean;
}

/** What could not be taken as it was given. */
export type TrayNotice = "emptyFolder" | "tooMany";

/** What is going to be sent with the next message. */
export interface Tray {
  readonly attachments: readonly Attachment[];
  /** Pictures go unchanged. */
  readonly asIs: boolean;
  /** The device has found a picture among them that it cannot send otherwise. */
  readonly mustAsk: boolean;
  readonly notice: TrayNotice | undefined;
}

/** More would take long to look at and longer to scroll past. */
export const MAX_ATTACHMENTS = 500;

/** What stands in the way of sending it, `undefined` when nothing does. */
export function troubleOf(
  { look, asIs }: Pick<Attachment, "look" | "asIs">,
  allAsIs: boolean,
): Trouble | undefined {
  const trouble = look?.trouble;
  return trouble === "picture" && (asIs || allAsIs) ? undefined : trouble;
}

/** They can all be sent now. */
export function canGo({ attachments, asIs }: Pick<Tray, "attachments" | "asIs">): boolean {
  return (
    attachments.length > 0 &&
    attachments.every((one) => one.look !== undefined && troubleOf(one, asIs) === undefined)
  );
}

export function isPicture({ file }: GivenFile): boolean {
  return fileKindOf(file.type, file.name) === "picture";
}

export function totalBytes(attachments: readonly Attachment[]): number {
  return attachments.reduce((sum, { file }) => sum + file.size, 0);
}

/** What can be said before anything is read. */
export function firstTrouble({ size }: Pick<File, "size">): Trouble | undefined {
  return size > MAX_SENT_FILE_BYTES ? "tooLarge" : undefined;
}

export function fileToSend({ file, path, look, asIs }: Attachment, allAsIs: boolean): FileToSend {
  const picture = look?.picture;
  return {
    content: file,
    path,
    mediaType: file.type,
    modifiedAtMs: file.lastModified,
    ...(picture && { preview: { placeholder: picture.placeholder, thumbnail: picture.thumbnail } }),
    // What is no picture goes as it is in any case.
    ...((asIs || allAsIs) && { asIs: true }),
  };
}

let shown = 0;

/** How it looks in the conversation until its message is there; its id is for the screen alone. */
export function provisionalManifest({ file, path, look }: Attachment): StoredMessage["files"][number] {
  return {
    transfer: `${PROVISIONAL}${++shown}` as StoredMessage["files"][number]["transfer"],
    path,
    sizeBytes: file.size,
    mediaType: file.type,
    modifiedAtMs: file.lastModified,
    key: new Uint8Array(),
    root: new Uint8Array(),
    picture: look?.picture ?? null,
  };
}
