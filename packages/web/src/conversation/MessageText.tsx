/** The words of a message: text nodes, and links where there is a web address. Nothing is fetched for them. */
import type { ReactNode } from "react";
import styles from "./MessageText.module.css";
import { needsTallLines, partsOf } from "./messageText.ts";

export function MessageText({ text }: { readonly text: string }): ReactNode {
  return (
    <p className={`${styles["text"]} ${needsTallLines(text) ? styles["tall"] : ""}`} dir="auto">
      {partsOf(text).map(({ text: part, href }, i) =>
        href === undefined ? (
          part
        ) : (
          // The title says where the press leads when the letters might not: letters that look alike are spelled out in it.
          <a
            key={i}
            href={href}
            target="_blank"
            rel="noopener noreferrer"
            title={href === part ? undefined : href}
          >
            {part}
          </a>
        ),
      )}
    </p>
  );
}
