/** Addresses of a picture and its thumbnail while they are shown, and the wish to have the picture here. */
import { useEffect, useState } from "react";
import type { FileView, Sotto, StoredMessage } from "sotto";
import { blobOf, thumbnailOf } from "sotto/browser";
import type { KnownView } from "./fileStore.ts";
import { isDrawable } from "./isDrawable.ts";
import { pictureUrls } from "./pictureUrls.ts";

type Manifest = StoredMessage["files"][number];

export interface ShownPicture {
  /** The whole of it. */
  readonly url: string | undefined;
  readonly thumbnailUrl: string | undefined;
  /** It is here and not what its sender says. */
  readonly refused: boolean;
}

export function usePicture(device: Sotto, file: Manifest, view: KnownView): ShownPicture {
  const { transfer } = file;
  const here = view !== null && view !== undefined && isHere(view);
  const full = useUrl(here ? `picture ${transfer}` : undefined, () =>
    blobOf(device, { transfer, total: file.sizeBytes }),
  );
  const thumbnail = file.picture?.thumbnail;
  const small = useUrl(
    thumbnail === undefined || thumbnail.length === 0 ? undefined : `thumbnail ${transfer}`,
    () => thumbnailOf(thumbnail ?? new Uint8Array()),
  );
  return { url: full.url, thumbnailUrl: small.url, refused: full.refused };
}

/** All of the content is on this device. Of an own file a copy is, from when it is prepared until it goes for good. */
function isHere({ mine, state }: FileView): boolean {
  if (!mine) return state === "done";
  return state === "done" || state === "waiting" || state === "moving" || state === "paused";
}

/** Who scrolls past does not want it. */
const LOOK_MS = 200;

/** Asks for a picture that comes into view, once: what a person has stopped stays so. */
export function useAutoFetch(device: Sotto, file: Manifest, view: KnownView): void {
  const { transfer } = file;
  const isWanted = view !== null && view !== undefined && view.state === "offered" && isDrawable(file);
  useEffect(() => {
    if (!isWanted) return undefined;
    // Where it cannot be asked for there is a button that says why.
    const timer = setTimeout(() => void device.files.fetch(transfer).catch(() => {}), LOOK_MS);
    return () => clearTimeout(timer);
  }, [device, transfer, isWanted]);
}

interface Loaded {
  readonly name: string;
  readonly url: string | undefined;
}

/** @param name of what is loaded; while it is `undefined`, nothing is */
function useUrl(
  name: string | undefined,
  load: () => Promise<Blob | undefined>,
): { readonly url: string | undefined; readonly refused: boolean } {
  const [loaded, setLoaded] = useState<Loaded>();
  useEffect(() => {
    if (name === undefined) return undefined;
    let wanted = true;
    pictureUrls.acquire(name, load).then(
      (url) => wanted && setLoaded({ name, url }),
      // It went meanwhile; what is said of the file says so.
      () => {},
    );
    return () => {
      wanted = false;
      pictureUrls.release(name);
    };
    // The name says all of what is loaded.
  }, [name]);
  const current = loaded?.name === name ? loaded : undefined;
  return { url: current?.url, refused: current !== undefined && current.url === undefined };
}
