import type { StoredMessage } from "sotto";
import { MAX_SHOWN_BYTES } from "sotto/browser";
import { MAX_PICTURE_PIXELS } from "@sotto/pictures/limits";

/** Its sender says that it is a picture, and it is one that may be drawn if that is so; whether it is, its content says when it is here. */
export function isDrawable({ picture, sizeBytes }: StoredMessage["files"][number]): boolean {
  return (
    picture !== null && sizeBytes <= MAX_SHOWN_BYTES && picture.width * picture.height <= MAX_PICTURE_PIXELS
  );
}
