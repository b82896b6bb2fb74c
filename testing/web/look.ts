/** How a page is looked at. */
export const WIDTHS = [320, 390, 900, 1280] as const;
export const THEMES = ["light", "dark"] as const;
export const LANGUAGES = ["en", "zh", "ru"] as const;

export interface Look {
  /** In px. Below 720 it is a touch screen. */
  readonly width: (typeof WIDTHS)[number];
  readonly theme: (typeof THEMES)[number];
  readonly language: (typeof LANGUAGES)[number];
  /** Of letters, as the person has set it in the browser; in percent. */
  readonly textPercent?: number;
  /** Right to left, with the same words. */
  readonly mirrored?: boolean;
}

/** Below this width people have a finger and no mouse. */
const TOUCH_BELOW_PX = 720;

export function isTouch({ width }: Look): boolean {
  return width < TOUCH_BELOW_PX;
}

/** What every control measures at least, so that fingers hit it, or a mouse. */
export function targetPx(look: Look): number {
  return isTouch(look) ? 44 : 36;
}

/** Of the screens that the widths stand for. */
export function heightOf({ width }: Look): number {
  return { 320: 568, 390: 844, 900: 800, 1280: 800 }[width];
}

/** `390-light-zh`, and what else is not as usual. */
export function nameOfLook({ width, theme, language, textPercent = 100, mirrored = false }: Look): string {
  return [
    `${width}-${theme}`,
    ...(language === "en" ? [] : [language]),
    ...(textPercent === 100 ? [] : [`${textPercent}`]),
    ...(mirrored ? ["rtl"] : []),
  ].join("-");
}
