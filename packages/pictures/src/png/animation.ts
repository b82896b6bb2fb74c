/** The chunks of an animated PNG (PNG, third edition, 11.3.6): all in one numbered sequence. */
import { u32, u8 } from "../bytes.ts";
import type { PictureProblem } from "../walked.ts";
import type { PngState } from "./walkPng.ts";

/** Takes the chunk into the state. Frame data (fdAT) are counted and not looked at. */
export function animationProblem(
  name: "acTL" | "fcTL" | "fdAT",
  data: Uint8Array,
  state: PngState,
): PictureProblem | undefined {
  if (name === "acTL") {
    state.frames = state.frames > 0 ? 0 : u32(data, 0);
    return data.length === 8 && state.frames > 0 && state.data === "before" ? undefined : "damaged";
  }
  if (state.frames === 0 || u32(data, 0) !== state.sequence++) return "damaged";
  if (name === "fdAT") {
    return data.length > 4 && state.data === "behind" && state.framesSeen > 0 ? undefined : "damaged";
  }
  const isFirst = state.framesSeen++ === 0;
  return data.length === 26 && isInside(data, state, isFirst) ? undefined : "damaged";
}

/** A frame lies within the picture; one that is the still picture as well fills it. */
function isInside(data: Uint8Array, { width, height, data: place }: PngState, isFirst: boolean): boolean {
  const [w, h, x, y] = [4, 8, 12, 16].map((at) => u32(data, at)) as [number, number, number, number];
  if (w === 0 || h === 0 || x + w > width || y + h > height) return false;
  if (place === "before" && !(isFirst && w === width && h === height)) return false;
  return u8(data, 24) <= 2 && u8(data, 25) <= 1;
}
