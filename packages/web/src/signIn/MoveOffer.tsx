/** The account lives on another device: whether it shall live here instead. */
import type { ReactNode } from "react";
import { useEffect, useRef } from "react";
import { useText } from "../text/text.ts";
import { Button } from "../ui/Button.tsx";
import styles from "./MoveOffer.module.css";

export interface MoveOfferProps {
  readonly userName: string;
  readonly onMove: () => void;
  readonly onCancel: () => void;
}

export function MoveOffer({ userName, onMove, onCancel }: MoveOfferProps): ReactNode {
  const t = useText();
  const heading = useRef<HTMLHeadingElement>(null);
  // Reads the question out, and brings keyboards to its answers.
  useEffect(() => heading.current?.focus(), []);
  return (
    <section className={styles["offer"]} aria-labelledby="move-offer">
      <h2 id="move-offer" ref={heading} tabIndex={-1}>
        {t("signIn.moveTitle", { name: userName })}
      </h2>
      <p>{t("signIn.moveText")}</p>
      <div className={styles["acts"]}>
        <Button look="primary" onPress={onMove}>
          {t("signIn.move")}
        </Button>
        <Button onPress={onCancel}>{t("common.cancel")}</Button>
      </div>
    </section>
  );
}
