/** How a picture in the viewer is enlarged and moved: pure, in px from the middle of the screen. */

export interface Zoom {
  /** 1: the whole picture fits. */
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Of the picture as it fits, and of what it is seen in. */
export interface Frame {
  readonly picture: { readonly width: number; readonly height: number };
  readonly screen: { readonly width: number; readonly height: number };
}

export const WHOLE: Zoom = { scale: 1, x: 0, y: 0 };
const MAX_SCALE = 12;

/** Larger or smaller by a factor, around a point that stays where it is. */
export function zoomed({ scale, x, y }: Zoom, factor: number, at: Point, frame: Frame): Zoom {
  const next = Math.min(Math.max(scale * factor, 1), MAX_SCALE);
  const ratio = next / scale;
  return inside({ scale: next, x: at.x - (at.x - x) * ratio, y: at.y - (at.y - y) * ratio }, frame);
}

export function moved(zoom: Zoom, by: Point, frame: Frame): Zoom {
  return inside({ ...zoom, x: zoom.x + by.x, y: zoom.y + by.y }, frame);
}

/** No more of the ground is seen than there has to be. */
function inside({ scale, x, y }: Zoom, { picture, screen }: Frame): Zoom {
  const room = (side: "width" | "height"): number => Math.max(0, (picture[side] * scale - screen[side]) / 2);
  return { scale, x: clamp(x, room("width")), y: clamp(y, room("height")) };
}

function clamp(value: number, most: number): number {
  // Never -0, which styles would carry along.
  return Math.min(Math.max(value, -most), most) || 0;
}

/** A finger that moves so far sideways, or so fast, wants the next picture. */
const SWIPE_PX = 60;
const SWIPE_PX_PER_MS = 0.4;
const CLOSE_PX = 90;

export type Swipe = "next" | "previous" | "close" | undefined;

/** What the movement of one finger over a picture that fits means; `ms` is how long it took. */
export function swipeOf({ x, y }: Point, ms: number): Swipe {
  const [wide, high] = [Math.abs(x), Math.abs(y)];
  if (wide > high * 1.2 && (wide > SWIPE_PX || (wide > SWIPE_PX / 3 && wide / ms > SWIPE_PX_PER_MS)))
    return x < 0 ? "next" : "previous";
  return high > wide * 1.5 && high > CLOSE_PX ? "close" : undefined;
}
