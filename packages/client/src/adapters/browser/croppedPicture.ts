/** A square out of a picture of one's own, for a profile: decoded and encoded here, so that nothing but its pixels is left. */

/** How a square lies in a picture. */
export interface Crop {
  /** 1: as large as fits; 2: half as wide. */
  readonly zoom: number;
  /** 0: at the left, 1: at the right. */
  readonly x: number;
  /** 0: at the top, 1: at the bottom. */
  readonly y: number;
}

export interface Square {
  readonly left: number;
  readonly top: number;
  readonly side: number;
}

/** Pixels of a side of the picture that is sent. */
const SIDE = 512;
/** Pixels of the shorter side of what is decoded: enough for the largest zoom. */
const DECODED_SIDE = 1536;
/** Tried in turn until it is small enough. */
const QUALITIES: readonly number[] = [0.9, 0.75, 0.5, 0.3];
const MAX_BYTES = 256 * 1024;

/** `undefined` for what is no picture, has too many bytes or pixels to be decoded, or what the browser cannot draw. The caller closes it. */
export async function pictureToCrop(file: Blob): Promise<ImageBitmap | undefined> {
  const { MAX_PICTURE_BYTES, pictureSize } = await import("@sotto/pictures");
  if (file.size > MAX_PICTURE_BYTES) return undefined;
  try {
    const bytes = await file.arrayBuffer();
    const size = pictureSize(new Uint8Array(bytes));
    if ("problem" in size) return undefined;
    const scale = Math.min(1, DECODED_SIDE / Math.min(size.width, size.height));
    // The file's own type is what its name says.
    return await createImageBitmap(new Blob([bytes], { type: `image/${size.type}` }), {
      resizeWidth: Math.max(1, Math.round(size.width * scale)),
      resizeHeight: Math.max(1, Math.round(size.height * scale)),
      resizeQuality: "high",
    });
  } catch {
    return undefined;
  }
}

/** In pixels of the picture. */
export function squareOf(
  { width, height }: { readonly width: number; readonly height: number },
  { zoom, x, y }: Crop,
): Square {
  const side = Math.min(width, height) / zoom;
  return { left: x * (width - side), top: y * (height - side), side };
}

/** The square as a JPEG file of at most 256 KiB. Throws when the browser encodes none. */
export async function croppedPicture(bitmap: ImageBitmap, crop: Crop): Promise<Uint8Array> {
  const { left, top, side } = squareOf(bitmap, crop);
  const context = new OffscreenCanvas(SIDE, SIDE).getContext("2d");
  if (context === null) throw new TypeError("this browser draws nothing off the screen");
  context.imageSmoothingQuality = "high";
  // JPEG has no transparency.
  context.fillStyle = "white";
  context.fillRect(0, 0, SIDE, SIDE);
  context.drawImage(bitmap, left, top, side, side, 0, 0, SIDE, SIDE);
  for (const quality of QUALITIES) {
    const blob = await context.canvas.convertToBlob({ type: "image/jpeg", quality });
    if (blob.type === "image/jpeg" && blob.size <= MAX_BYTES) return new Uint8Array(await blob.arrayBuffer());
  }
  throw new TypeError("this browser encodes no JPEG of that size");
}
