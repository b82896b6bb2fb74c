/** 60 digits that both people see alike, to be compared over another channel. */
import type { ReactNode } from "react";
import { useEffect, useState } from "react";
import type { Sotto } from "sotto";
import { sentenceOf } from "../text/sentences.ts";
import { useText } from "../text/text.ts";
import { Button } from "../ui/Button.tsx";
import { ErrorLine } from "../ui/ErrorLine.tsx";
import { Icon } from "../ui/Icon.tsx";
import { groupsOf } from "./safetyNumberGroups.ts";
import styles from "./SafetyNumber.module.css";

export interface SafetyNumberProps {
  readonly device: Sotto;
  /** The other's. */
  readonly userName: string;
}

/** How long the button says that it has copied. */
const SAID_MS = 2000;

export function SafetyNumber({ device, userName }: SafetyNumberProps): ReactNode {
  const t = useText();
  const [number, setNumber] = useState<string>();
  const [problem, setProblem] = useState<unknown>();
  const [copied, setCopied] = useState(false);

  useEffect(() => {
    let wanted = true;
    const read = async (): Promise<void> => {
      try {
        const digits = await device.contacts.safetyNumber(userName);
        if (wanted) setNumber(digits);
      } catch (error) {
        if (wanted) setProblem(error);
      }
    };
    void read();
    return () => {
      wanted = false;
    };
  }, [device, userName]);

  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => setCopied(false), SAID_MS);
    return () => clearTimeout(timer);
  }, [copied]);

  async function copy(digits: string): Promise<void> {
    try {
      await navigator.clipboard.writeText(digits);
      setCopied(true);
    } catch {
      // A browser may refuse the clipboard; the digits can still be selected.
    }
  }

  return (
    <div className={styles["block"]}>
      <p className={styles["title"]}>{t("details.number")}</p>
      <div className={styles["number"]} role="group" aria-label={t("details.number")}>
        {groupsOf(number).map((group, i) => (
          <span key={i}>{group}</span>
        ))}
      </div>
      <p className={styles["hint"]}>{t("details.numberHint", { name: userName })}</p>
      <ErrorLine sentence={problem === undefined ? undefined : sentenceOf(problem, t)} />
      <div>
        <Button
          look="quiet"
          disabled={number === undefined}
          onPress={() => void copy(groupsOf(number).join(" "))}
        >
          <Icon name={copied ? "check" : "copy"} size="small" />
          <span role="status">{t(copied ? "details.copied" : "details.copy")}</span>
        </Button>
      </div>
    </div>
  );
}
