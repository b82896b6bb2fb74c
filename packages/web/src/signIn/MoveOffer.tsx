/** The account lives on another device: whether it shall live here instead. */
import type { ReactNode } from "react";
import { useEffect, useRef } from "react";
import { Button } from "../ui/Button.tsx";
import styles from "./MoveOffer.module.css";

export interface MoveOfferProps {
  readonly userName: string;
  readonly onMove: () => void;
  readonly onCancel: () => void;
}

export function MoveOffer({ userName, onMove, onCancel }: MoveOfferProps): ReactNode {
  const heading = useRef<HTMLHeadingElement>(null);
  // Reads the question out, and brings keyboards to its answers.
  useEffect(() => heading.current?.focus(), []);
  return (
    <section className={styles["offer"]} aria-labelledby="move-offer">
      <h2 id="move-offer" ref={heading} tabIndex={-1}>
        {userName} is in use on another device
      </h2>
      <p>
        You can move the account to this browser. Your contacts come along, earlier messages stay behind, and
        the other device is signed out.
      </p>
      <div className={styles["acts"]}>
        <Button look="primary" onPress={onMove}>
          Move the account here
        </Button>
        <Button onPress={onCancel}>Cancel</Button>
      </div>
    </section>
  );
}
