/** Theme and text size; each choice shows at once. */
import { useLingui } from "@lingui/react";
import type { ReactNode } from "react";
import { useId } from "react";
import type { TextSize, Theme } from "../preferences/preferences.ts";
import { TEXT_SIZES, THEMES } from "../preferences/preferences.ts";
import { usePreferences } from "../preferences/usePreferences.ts";
import { useText } from "../text/text.ts";
import { Hidden } from "../ui/Hidden.tsx";
import { Icon } from "../ui/Icon.tsx";
import styles from "./Appearance.module.css";
import { Group, SettingRow } from "./Group.tsx";
import { SectionPage } from "./SectionPage.tsx";

export function Appearance(): ReactNode {
  const t = useText();
  const [{ theme, textSize }, change] = usePreferences();
  return (
    <SectionPage title={t("settings.appearance.title")}>
      <fieldset className={styles["themes"]}>
        <legend className={styles["heading"]}>{t("settings.theme.title")}</legend>
        <div className={styles["looks"]}>
          {THEMES.map((name) => (
            <Look key={name} theme={name} chosen={name === theme} onChoose={() => change({ theme: name })} />
          ))}
        </div>
      </fieldset>
      <Group note={t("settings.appearance.note")}>
        <SettingRow label={t("settings.textSize.title")} value={<Percent value={textSize} />}>
          <TextSizes chosen={textSize} onChoose={(size) => change({ textSize: size })} />
        </SettingRow>
        <div className={styles["sample"]} aria-hidden="true">
          <p className={styles["theirs"]}>{t("settings.sample.theirs")}</p>
          <p className={styles["mine"]}>{t("settings.sample.mine")}</p>
        </div>
      </Group>
    </SectionPage>
  );
}

interface LookProps {
  readonly theme: Theme;
  readonly chosen: boolean;
  readonly onChoose: () => void;
}

/** A small picture of a conversation in the theme's colours. */
function Look({ theme, chosen, onChoose }: LookProps): ReactNode {
  const t = useText();
  return (
    <label className={styles["look"]}>
      <input type="radio" name="theme" value={theme} checked={chosen} onChange={onChoose} />
      <span className={styles["picture"]} aria-hidden="true">
        {theme === "system" ? (
          <>
            <span className={styles["half"]} data-theme="light" />
            <span className={styles["half"]} data-theme="dark" />
          </>
        ) : (
          <span className={`${styles["half"]} ${styles["whole"]}`} data-theme={theme} />
        )}
      </span>
      <span className={styles["mark"]}>
        {chosen && <Icon name="check" size="small" />}
        {t(`settings.theme.${theme}`)}
      </span>
    </label>
  );
}

interface TextSizesProps {
  readonly chosen: TextSize;
  readonly onChoose: (size: TextSize) => void;
}

function TextSizes({ chosen, onChoose }: TextSizesProps): ReactNode {
  const t = useText();
  const name = useId();
  return (
    <fieldset className={styles["sizes"]} aria-label={t("settings.textSize.title")}>
      {TEXT_SIZES.map((size) => (
        <label key={size} className={styles["size"]} data-size={size}>
          <input type="radio" name={name} checked={size === chosen} onChange={() => onChoose(size)} />
          <span aria-hidden="true">{t("settings.textSize.letter")}</span>
          <Hidden>
            <Percent value={size} />
          </Hidden>
        </label>
      ))}
    </fieldset>
  );
}

function Percent({ value }: { readonly value: number }): ReactNode {
  const { i18n } = useLingui();
  return i18n.number(value / 100, { style: "percent" });
}
