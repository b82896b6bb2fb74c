/** Where the composer would be in a group that opens with a key: the field for it. */
import type { FormEvent, ReactNode } from "react";
import { useState } from "react";
import type { Conversation, Sotto } from "sotto";
import { useText } from "../text/text.ts";
import { Button } from "../ui/Button.tsx";
import { useAct } from "../ui/useAct.ts";
import styles from "./Key.module.css";
import { KeyField } from "./KeyField.tsx";
import { LeaveGroup } from "./LeaveGroup.tsx";

export interface KeyEntryProps {
  readonly device: Sotto;
  readonly group: Conversation;
  /** Says what it is about. */
  readonly children: ReactNode;
}

export function KeyEntry({ device, group, children }: KeyEntryProps): ReactNode {
  const t = useText();
  const [key, setKey] = useState("");
  const [enter, { busy, problem, clear }] = useAct(() => device.groups.setKey(group.id, key));

  function submit(event: FormEvent): void {
    event.preventDefault();
    enter();
  }

  // The key is here: the group opens as soon as the server can be reached.
  if (group.changing)
    return (
      <p className={styles["entry"]} role="status">
        {t("groups.key.opening")}
      </p>
    );
  return (
    <div className={styles["closed"]}>
      {children}
      <form className={styles["entry"]} onSubmit={submit} noValidate>
        <KeyField
          value={key}
          onChange={(value) => {
            setKey(value);
            clear();
          }}
          error={problem}
          readOnly={busy}
        />
        <div className={styles["acts"]}>
          <Button look="primary" type="submit" busy={busy} disabled={key === ""}>
            {t("groups.key.enter")}
          </Button>
          <LeaveGroup device={device} group={group} />
        </div>
      </form>
    </div>
  );
}
