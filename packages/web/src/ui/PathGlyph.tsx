/** Which way a message travelled: device to device, or by the server. */
import type { ReactNode } from "react";
import type { StoredMessage } from "sotto";
import { useText } from "../text/text.ts";
import { Hidden } from "./Hidden.tsx";
import styles from "./PathGlyph.module.css";

/** turn: by a server between the two that passes on what it cannot read · wait: directly, when there is a way. */
export type PathShapeName = StoredMessage["path"] | "turn" | "wait";

const SHAPES: Readonly<Record<PathShapeName, ReactNode>> = {
  direct: (
    <>
      <circle className={styles["dot"]} cx="2.6" cy="6" r="2.4" />
      <circle className={styles["dot"]} cx="17.4" cy="6" r="2.4" />
      <path d="M5 6h10" />
    </>
  ),
  turn: (
    <>
      <circle className={styles["dot"]} cx="2.6" cy="6" r="2.4" />
      <circle className={styles["dot"]} cx="17.4" cy="6" r="2.4" />
      <circle cx="10" cy="6" r="2.1" />
      <path d="M5 6h2.9M12.1 6H15" />
    </>
  ),
  wait: (
    <>
      <circle className={styles["dot"]} cx="2.6" cy="6" r="2.4" />
      <circle cx="16.9" cy="6" r="2.1" />
      <path d="M7.3 6h5.4" strokeDasharray="0.1 2.65" />
    </>
  ),
  relay: (
    <>
      <circle className={styles["dot"]} cx="2.6" cy="8.6" r="2.4" />
      <circle className={styles["dot"]} cx="17.4" cy="8.6" r="2.4" />
      <path d="M3.4 6.6C4.4 3.9 6 3 7.6 2.8M16.6 6.6c-1-2.7-2.6-3.6-4.2-3.8" />
      <circle cx="10" cy="2.9" r="2.1" />
    </>
  ),
};

export interface PathGlyphProps {
  readonly path: StoredMessage["path"];
  /** Spells the word beside the glyph; otherwise only assistive technology reads it. */
  readonly spelled?: boolean;
}

export function PathGlyph({ path, spelled = true }: PathGlyphProps): ReactNode {
  const word = useText()(`conversation.path.${path}`);
  return (
    <span className={styles["path"]}>
      <PathShape path={path} />
      {spelled ? <span>{word}</span> : <Hidden>{word}</Hidden>}
    </span>
  );
}

/** The glyph alone, beside words that say more. */
export function PathShape({ path }: { readonly path: PathShapeName }): ReactNode {
  return (
    <svg className={styles["shape"]} viewBox="0 0 20 12" aria-hidden="true">
      {SHAPES[path]}
    </svg>
  );
}
