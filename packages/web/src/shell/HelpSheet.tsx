/** The shortcuts that there are, with the names that the keys have on this keyboard. */
import type { ReactNode } from "react";
import type { TextId } from "../text/catalogues/en/index.ts";
import { useText } from "../text/text.ts";
import { Dialog } from "../ui/Dialog.tsx";
import styles from "./HelpSheet.module.css";
import { isApple } from "./isApple.ts";
import { Keys } from "./Keys.tsx";
import { keyNames } from "./shortcuts.ts";

interface Entry {
  readonly act: TextId;
  /** Each way to do it: keys that are pressed together. */
  readonly ways: readonly (readonly string[])[];
}

export function HelpSheet({ onClose }: { readonly onClose: () => void }): ReactNode {
  const t = useText();
  return (
    <Dialog title={t("shell.keys")} open onClose={onClose}>
      <dl className={styles["list"]}>
        {entries().map(({ act, ways }) => (
          <div key={act} className={styles["entry"]}>
            <dt>{t(act)}</dt>
            <dd>
              {ways.map((keys, i) => (
                <span key={keys.join(" ")} className={styles["way"]}>
                  {i > 0 && <span>{t("shell.keys.or")}</span>}
                  <Keys keys={keys} />
                </span>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}

function entries(): readonly Entry[] {
  const { command, alt } = keyNames(isApple());
  return [
    { act: "shell.keys.find", ways: [[command, "K"]] },
    {
      act: "shell.keys.step",
      ways: [
        [alt, "↑"],
        [alt, "↓"],
      ],
    },
    { act: "shell.keys.walk", ways: [["↑"], ["↓"], ["Home"], ["End"]] },
    { act: "shell.keys.settings", ways: [[command, ","]] },
    { act: "shell.keys.send", ways: [["Enter"]] },
    { act: "shell.keys.newLine", ways: [["Shift", "Enter"]] },
    { act: "shell.keys.leave", ways: [["Esc"]] },
    { act: "shell.keys.help", ways: [["?"]] },
  ];
}
