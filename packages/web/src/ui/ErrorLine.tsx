/** What went wrong and what to do, read out as soon as it appears. */
import type { ReactNode } from "react";
import styles from "./ErrorLine.module.css";
import { Icon } from "./Icon.tsx";

export function ErrorLine({ sentence }: { readonly sentence: string | undefined }): ReactNode {
  return (
    <div role="alert">
      {sentence !== undefined && (
        <p className={styles["error"]}>
          <Icon name="alert" size="small" />
          <span>{sentence}</span>
        </p>
      )}
    </div>
  );
}
