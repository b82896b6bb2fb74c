/** How a picture looks before it is there (FIL-7): drawn small by the browser of who sends it. */
import type { PictureManifest } from "@sotto/protocol";
import { MAX_THUMBNAIL_BYTES } from "@sotto/protocol/limits";

/** Pixels of the longer side. */
const THUMBNAIL_SIDE = 240;
const PLACEHOLDER_SIDE = 64;
/** Tried in turn: several thumbnails fit one message when each is well below its bound. */
const QUALITIES: readonly number[] = [0.7, 0.5, 0.3];
const GOOD_BYTES = 6 * 1024;

/**
 * Of a picture that somebody sends; its size too, as it is shown. `undefined` for what is no picture, has too many bytes or pixels to be decoded, or
 * what the browser cannot draw: it goes without.
 */
export async function previewOf(file: Blob): Promise<PictureManifest | undefined> {
  const { MAX_PICTURE_BYTES, encodePlaceholder, pictureSize, stripMetadata } =
    await import("@sotto/pictures");
  if (file.size > MAX_PICTURE_BYTES) return undefined;
  try {
    const bytes = await file.arrayBuffer();
    const size = pictureSize(new Uint8Array(bytes));
    if ("problem" in size) return undefined;
    const { type, width, height } = size;
    // The file's own type is what its name says.
    const picture = new Blob([bytes], { type: `image/${type}` });
    const small = await decoded(picture, width, height);
    try {
      const placeholder = encodePlaceholder(pixelsOf(draw(small, PLACEHOLDER_SIDE))) ?? new Uint8Array();
      // Browsers put their colour profile into what they encode.
      const stripped = stripMetadata(await thumbnail(draw(small, THUMBNAIL_SIDE)));
      const bare = "problem" in stripped ? new Uint8Array() : stripped.bytes;
      return { width, height, placeholder, thumbnail: bare };
    } finally {
      small.close();
    }
  } catch {
    // Not readable, or not decoded here: those who get the picture may do better.
    return undefined;
  }
}

/** Never larger than a thumbnail, so that the large one is gone as soon as it is decoded. */
function decoded(picture: Blob, width: number, height: number): Promise<ImageBitmap> {
  const scale = Math.min(1, THUMBNAIL_SIDE / Math.max(width, height));
  return createImageBitmap(picture, {
    resizeWidth: Math.max(1, Math.round(width * scale)),
    resizeHeight: Math.max(1, Math.round(height * scale)),
    resizeQuality: "high",
  });
}

function draw(bitmap: ImageBitmap, side: number): OffscreenCanvasRenderingContext2D {
  const scale = Math.min(1, side / Math.max(bitmap.width, bitmap.height));
  const [width, height] = [bitmap.width, bitmap.height].map((length) =>
    Math.max(1, Math.round(length * scale)),
  );
  const context = new OffscreenCanvas(width ?? 1, height ?? 1).getContext("2d");
  if (context === null) throw new TypeError("this browser draws nothing off the screen");
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, 0, 0, context.canvas.width, context.canvas.height);
  return context;
}

function pixelsOf(context: OffscreenCanvasRenderingContext2D): {
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8Array;
} {
  const { width, height } = context.canvas;
  return { width, height, rgba: new Uint8Array(context.getImageData(0, 0, width, height).data.buffer) };
}

/** Empty if none is small enough. */
async function thumbnail(context: OffscreenCanvasRenderingContext2D): Promise<Uint8Array> {
  let smallest = new Uint8Array();
  for (const quality of QUALITIES) {
    smallest = new Uint8Array(await (await encoded(context, quality)).arrayBuffer());
    if (smallest.length <= GOOD_BYTES) break;
  }
  return smallest.length <= MAX_THUMBNAIL_BYTES ? smallest : new Uint8Array();
}

async function encoded(context: OffscreenCanvasRenderingContext2D, quality: number): Promise<Blob> {
  const webp = await context.canvas.convertToBlob({ type: "image/webp", quality });
  if (webp.type === "image/webp") return webp;
  // Browsers that make no WebP; JPEG has no transparency.
  context.globalCompositeOperation = "destination-over";
  context.fillStyle = "white";
  context.fillRect(0, 0, context.canvas.width, context.canvas.height);
  return context.canvas.convertToBlob({ type: "image/jpeg", quality });
}
