/** Above everything else: what people should know of their conversations, until they have read it. */
import type { ReactNode } from "react";
import { useEffect, useState } from "react";
import type { Sotto } from "sotto";
import type { Warning } from "../text/warnings.ts";
import { sentenceOfWarning, withChange, without } from "../text/warnings.ts";
import { Button } from "../ui/Button.tsx";
import { Icon } from "../ui/Icon.tsx";
import styles from "./ConnectionBanner.module.css";

export function Warnings({ device }: { readonly device: Sotto }): ReactNode {
  const [warnings, setWarnings] = useState<readonly Warning[]>([]);
  useEffect(
    () =>
      device.on((event) => {
        if (event.type !== "conversation") return;
        const name = device.conversations.get(event.conversation)?.name ?? "";
        setWarnings((before) => withChange(before, event, name));
      }),
    [device],
  );
  return (
    <div role="alert">
      {warnings.map((warning) => (
        <div
          key={`${warning.conversation} ${warning.change}`}
          className={`${styles["banner"]} ${styles["stop"]}`}
        >
          <Icon name="alert" />
          <p>
            <strong>{warning.name}</strong>: {sentenceOfWarning(warning)}
          </p>
          <Button look="outline" onPress={() => setWarnings((before) => without(before, warning))}>
            Understood
          </Button>
        </div>
      ))}
    </div>
  );
}
