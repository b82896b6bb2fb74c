/** Pictures of the stage, painted when they are asked for: the same name is the same picture. Nobody owns them and nobody is in them. */
import { encodePlaceholder } from "@sotto/pictures";
import type { StoredMessage } from "sotto";
import type { Person, World } from "./world.ts";

type Picture = NonNullable<StoredMessage["files"][number]["picture"]>;

interface Palette {
  readonly sky: readonly [string, string];
  readonly far: string;
  readonly near: string;
  readonly ground: string;
}

const PALETTES: readonly Palette[] = [
  { sky: ["#c9b9bd", "#f3d9b8"], far: "#7f98ab", near: "#3f5b6c", ground: "#5d7d90" },
  { sky: ["#b9d0cc", "#dfe9e4"], far: "#86a99f", near: "#55796c", ground: "#33524a" },
  { sky: ["#27324d", "#8a6f86"], far: "#3b3f5f", near: "#20243a", ground: "#151827" },
  { sky: ["#9cc3de", "#eef4f2"], far: "#d8c48f", near: "#b8945a", ground: "#8a6a3d" },
];

/** The world with a blur of each picture in its message. */
export function withBlurs(world: World): World {
  return { ...world, people: world.people.map(withBlursOf) };
}

function withBlursOf(one: Person): Person {
  return {
    ...one,
    messages: one.messages.map((message) => ({
      ...message,
      files: message.files.map((file) =>
        file.picture === null
          ? file
          : {
              ...file,
              picture: { ...file.picture, placeholder: blurOf(file.path.at(-1) ?? "", file.picture) },
            },
      ),
    })),
  };
}

function blurOf(name: string, { width, height }: Pick<Picture, "width" | "height">): Uint8Array {
  const scale = 48 / Math.max(width, height);
  const [w, h] = [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))];
  const { data } = painted(name, w, h).getContext("2d")?.getImageData(0, 0, w, h) ?? { data: [] };
  return encodePlaceholder({ width: w, height: h, rgba: new Uint8Array(data) }) ?? new Uint8Array();
}

/** A picture for a profile. */
export async function portraitOf(account: string): Promise<Uint8Array> {
  const blob = await painted(account, 256, 256).convertToBlob({ type: "image/jpeg", quality: 0.8 });
  return new Uint8Array(await blob.arrayBuffer());
}

/** As JPEG, of as many pixels and bytes as its message says. */
export async function drawnPicture({
  path,
  sizeBytes,
  picture,
}: StoredMessage["files"][number]): Promise<Uint8Array> {
  const { width, height } = picture ?? { width: 1, height: 1 };
  const canvas = painted(path.at(-1) ?? "", width, height);
  const blob = await canvas.convertToBlob({ type: "image/jpeg", quality: 0.8 });
  return padded(new Uint8Array(await blob.arrayBuffer()), sizeBytes);
}

const START_BYTES = 2;
const MAX_SEGMENT_BYTES = 65_000;

/** With comments behind its start until it has so many bytes. */
function padded(jpeg: Uint8Array, sizeBytes: number): Uint8Array {
  const whole = new Uint8Array(Math.max(sizeBytes, jpeg.length));
  const end = START_BYTES + whole.length - jpeg.length;
  whole.set(jpeg.subarray(0, START_BYTES));
  whole.set(jpeg.subarray(START_BYTES), end);
  for (let at = START_BYTES; at < end;) {
    // What is left has room for a comment of its own.
    const length =
      end - at > 2 * MAX_SEGMENT_BYTES
        ? MAX_SEGMENT_BYTES
        : Math.ceil((end - at) / (end - at > MAX_SEGMENT_BYTES ? 2 : 1));
    whole.set([0xff, 0xfe, (length - 2) >> 8, (length - 2) & 0xff], at);
    at += length;
  }
  return whole;
}

function painted(name: string, width: number, height: number): OffscreenCanvas {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d");
  if (context === null) throw new TypeError("nothing can be painted here");
  const seed =
    Array.from(name).reduce((sum, character) => sum * 31 + (character.codePointAt(0) ?? 0), 7) >>> 0;
  const { sky, far, near, ground } = PALETTES[seed % PALETTES.length] as Palette;
  const air = context.createLinearGradient(0, 0, 0, height);
  air.addColorStop(0, sky[0]);
  air.addColorStop(0.6, sky[1]);
  context.fillStyle = air;
  context.fillRect(0, 0, width, height);
  context.fillStyle = "#fff6e4";
  context.beginPath();
  context.arc(width * (0.25 + (seed % 5) / 9), height * 0.32, Math.min(width, height) * 0.07, 0, 2 * Math.PI);
  context.fill();
  hills(context, width, height, 0.52, 0.09, seed, far);
  hills(context, width, height, 0.64, 0.06, seed * 3, near);
  hills(context, width, height, 0.82, 0.03, seed * 7, ground);
  return canvas;
}

function hills(
  context: OffscreenCanvasRenderingContext2D,
  width: number,
  height: number,
  level: number,
  swing: number,
  seed: number,
  colour: string,
): void {
  context.fillStyle = colour;
  context.beginPath();
  context.moveTo(0, height);
  for (let step = 0; step <= 40; step++) {
    const x = step / 40;
    const wave = Math.sin(x * 7 + seed) * 0.6 + Math.sin(x * 17 + seed * 1.7) * 0.4;
    context.lineTo(x * width, (level - wave * swing) * height);
  }
  context.lineTo(width, height);
  context.fill();
}
