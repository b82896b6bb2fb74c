/** A quiet line while a newer version of the app waits. Nothing is taken without the person: it also takes over when all tabs are closed. */
import type { ReactNode } from "react";
import { useState, useSyncExternalStore } from "react";
import { useText } from "../text/text.ts";
import { Button } from "../ui/Button.tsx";
import styles from "./UpdateNotice.module.css";
import type { Updates } from "./updates.ts";

export function UpdateNotice({ updates }: { readonly updates: Updates }): ReactNode {
  const t = useText();
  const ready = useSyncExternalStore(updates.subscribe, updates.isReady);
  const [later, setLater] = useState(false);
  return (
    <div role="status">
      {ready && !later && (
        <div className={styles["notice"]}>
          <p>{t("common.updateReady")}</p>
          <Button look="text" onPress={() => setLater(true)}>
            {t("common.updateLater")}
          </Button>
          <Button look="outline" onPress={() => updates.apply()}>
            {t("common.updateNow")}
          </Button>
        </div>
      )}
    </div>
  );
}
