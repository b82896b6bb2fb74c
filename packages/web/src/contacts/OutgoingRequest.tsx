/** One request of one's own that has no answer yet. */
import type { ReactNode } from "react";
import type { Sotto } from "sotto";
import { shortWhen } from "../text/dates.ts";
import { useLocale, useText } from "../text/text.ts";
import { Button } from "../ui/Button.tsx";
import { ErrorLine } from "../ui/ErrorLine.tsx";
import { Icon } from "../ui/Icon.tsx";
import { useAct } from "../ui/useAct.ts";
import styles from "./Requests.module.css";

export interface OutgoingRequestProps {
  readonly device: Sotto;
  /** The other's. */
  readonly userName: string;
  /** Known when a message went with it. */
  readonly askedAtMs: number | undefined;
}

export function OutgoingRequest({ device, userName, askedAtMs }: OutgoingRequestProps): ReactNode {
  const t = useText();
  const locale = useLocale();
  const [takeBack, { busy, problem }] = useAct(() => device.contacts.remove(userName));
  return (
    <div className={styles["asked"]}>
      <Icon name="clock" />
      <div className={styles["words"]}>
        <p className={styles["name"]}>{userName}</p>
        {askedAtMs !== undefined && (
          <p className={styles["wants"]}>
            {t("contacts.asked", { when: shortWhen(askedAtMs, Date.now(), locale) })}
          </p>
        )}
      </div>
      <Button
        look="outline"
        busy={busy}
        label={t("contacts.takeBackFrom", { name: userName })}
        onPress={takeBack}
      >
        {t("contacts.takeBack")}
      </Button>
      <div className={styles["problem"]}>
        <ErrorLine sentence={problem} />
      </div>
    </div>
  );
}
