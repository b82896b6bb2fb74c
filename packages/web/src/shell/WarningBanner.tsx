/** A warning of a conversation, until it has been read. */
import { Trans } from "@lingui/react";
import type { ReactNode } from "react";
import { useText } from "../text/text.ts";
import type { Warning } from "../text/warnings.ts";
import { textOfWarning, toneOfWarning } from "../text/warnings.ts";
import { Button } from "../ui/Button.tsx";
import { Icon } from "../ui/Icon.tsx";
import styles from "./Banner.module.css";

export interface WarningBannerProps {
  readonly warning: Warning;
  /** How many come after this one has been read. */
  readonly others: number;
  readonly onUnderstood: () => void;
}

export function WarningBanner({ warning, others, onUnderstood }: WarningBannerProps): ReactNode {
  const t = useText();
  return (
    <div className={`${styles["banner"]} ${styles[toneOfWarning(warning)]}`}>
      <Icon name="alert" />
      <p className={styles["sentence"]}>
        <Trans
          id={textOfWarning(warning)}
          values={{ name: warning.name }}
          components={[<strong key="name" />]}
        />
      </p>
      {others > 0 && <p className={styles["others"]}>{t("shell.more", { count: others })}</p>}
      <Button look="outline" onPress={onUnderstood}>
        {t("shell.understood")}
      </Button>
    </div>
  );
}
