/** The room that a picture takes in a conversation, known before anything of it is there, so that nothing jumps when it comes. */

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** In px, of a picture that stands alone. */
const MAX_WIDTH = 340;
const MAX_HEIGHT = 380;
/** Long strips and small icons stay large enough to press and to carry their buttons. */
const MIN_WIDTH = 176;
const MIN_HEIGHT = 120;

/** At most so large, in the picture's proportions, but for extreme ones, of which the middle is shown. On narrow screens it shrinks as a whole. */
export function boxOf({ width, height }: Size): Size {
  const scale = Math.min(MAX_WIDTH / width, MAX_HEIGHT / height, 1);
  return {
    width: Math.round(Math.max(width * scale, MIN_WIDTH)),
    height: Math.round(Math.max(height * scale, MIN_HEIGHT)),
  };
}

/** How wide one of several is, in sixths of the whole, so that every line is full; 0 for one that stands alone. */
export function spanOf(index: number, count: number): 0 | 2 | 3 | 6 {
  if (count === 1) return 0;
  if (count === 2 || count === 4) return 3;
  const rest = count % 3;
  if (rest === 1 && index === 0) return 6;
  return rest === 2 && index < 2 ? 3 : 2;
}

/** More of one message are seen in the viewer. */
export const MAX_TILES = 9;
