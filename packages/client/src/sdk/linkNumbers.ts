/** Links of files under numbers that hold over sessions: each session counts its own anew. */
import type { FileLinks } from "../ports/fileLinks.ts";
import type { Device } from "./device.ts";

/** No session has as many links. */
const SESSION_LINKS = 2 ** 32;

export interface LinkNumbers {
  readonly links: FileLinks;
  /** The number of a link of the running session. */
  of(link: number): number;
}

export function createLinkNumbers(device: Pick<Device, "session" | "fileLinks">): LinkNumbers {
  let session: Device["session"] | undefined;
  let base = 0;
  const baseNow = (): number => {
    if (device.session !== session) {
      session = device.session;
      base += SESSION_LINKS;
    }
    return base;
  };
  /** One of an earlier session is none. */
  const inner = (link: number): number => (link >= baseNow() ? link - base : -1);
  const { fileLinks } = device;
  return {
    of: (link) => baseNow() + link,
    links: {
      of(conversation) {
        const link = fileLinks.of(conversation);
        return link === undefined ? undefined : baseNow() + link;
      },
      send: (link, frame) => fileLinks.send(inner(link), frame),
      bufferedBytes: (link) => fileLinks.bufferedBytes(inner(link)),
      close: (link) => fileLinks.close(inner(link)),
    },
  };
}
