/** How far an own message has come. The shape says it and a word confirms it; colour only helps. */
import type { ReactNode } from "react";
import type { MessageState } from "sotto";
import { useText } from "../text/text.ts";
import { Hidden } from "./Hidden.tsx";
import styles from "./StateGlyph.module.css";

const CLOCK = (
  <>
    <circle cx="9" cy="7" r="5.2" strokeDasharray="2.2 2" />
    <path d="M9 4.4V7l1.6 1" />
  </>
);

/** waiting: sending, as soon as there is a direct way. */
export type ShownState = MessageState | "waiting";

const SHAPES: Readonly<Record<ShownState, ReactNode>> = {
  sending: CLOCK,
  waiting: CLOCK,
  sent: <path d="m4.6 7.4 3 2.8 5.8-6.4" />,
  delivered: <path d="m1.6 7.4 3 2.8 5.8-6.4M8.4 9.6l.7.6 5.8-6.4" />,
  read: (
    <>
      <circle cx="9" cy="7" r="6.4" fill="currentColor" stroke="none" />
      <path className={styles["cut"]} d="m6 7.3 2.1 2 3.8-4.3" />
    </>
  ),
  failed: (
    <>
      <circle cx="9" cy="7" r="5.6" />
      <path d="M9 4.2v3.4M9 9.8v.1" />
    </>
  ),
};

export interface StateGlyphProps {
  readonly state: ShownState;
  /** Spells the word beside the glyph; otherwise only assistive technology reads it. */
  readonly spelled: boolean;
}

export function StateGlyph({ state, spelled }: StateGlyphProps): ReactNode {
  const word = useText()(`conversation.state.${state}`);
  return (
    <span className={`${styles["state"]} ${styles[state]}`}>
      <svg viewBox="0 0 18 14" aria-hidden="true">
        {SHAPES[state]}
      </svg>
      {spelled ? <span>{word}</span> : <Hidden>{word}</Hidden>}
    </span>
  );
}
