/** Which way messages go in conversations that do not say otherwise. */
import type { ReactNode } from "react";
import { useSyncExternalStore } from "react";
import type { Sotto } from "sotto";
import { PathChoice } from "../path/PathChoice.tsx";
import { useText } from "../text/text.ts";
import styles from "./Paths.module.css";
import { SectionPage } from "./SectionPage.tsx";

export function Paths({ device }: { readonly device: Sotto }): ReactNode {
  const t = useText();
  const chosen = useSyncExternalStore(
    (onChange) => device.on(onChange),
    () => device.defaultPath,
  );
  return (
    <SectionPage title={t("settings.paths.title")}>
      <div>
        <PathChoice
          legend={t("settings.paths.choice")}
          look="card"
          chosen={chosen}
          onChoose={(path) => device.setDefaultPath(path)}
        />
        <p className={styles["note"]}>{t("settings.paths.note")}</p>
      </div>
    </SectionPage>
  );
}
