/** Stands where the composer would be and says why it is not there. */
import type { ReactNode } from "react";
import { Icon } from "../ui/Icon.tsx";
import styles from "./ComposerNote.module.css";
import type { Obstacle } from "./whyNotWrite.ts";

export function ComposerNote({ obstacle }: { readonly obstacle: Obstacle }): ReactNode {
  const { title, sentence, tone } = obstacle;
  return (
    <section className={`${styles["note"]} ${styles[tone]}`} role={tone === "stop" ? "alert" : "status"}>
      <h2>
        <Icon name={tone === "stop" ? "alert" : "clock"} />
        {title}
      </h2>
      <p>{sentence}</p>
    </section>
  );
}
