/** Keyboards of Apple have a command key where others have control. */
export function isApple(): boolean {
  return /^(Mac|iP)/.test(navigator.platform);
}
