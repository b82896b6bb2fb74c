/** The group's name, and a field in its place for those who may give it another. */
import type { FormEvent, ReactNode } from "react";
import { useState } from "react";
import type { Conversation, Sotto } from "sotto";
import { useText } from "../text/text.ts";
import { Button } from "../ui/Button.tsx";
import { IconButton } from "../ui/IconButton.tsx";
import { useAct } from "../ui/useAct.ts";
import styles from "./GroupDetails.module.css";
import { asGroupName } from "./groupName.ts";
import { GroupNameField } from "./GroupNameField.tsx";
import { mayManage } from "./memberActs.ts";

export interface GroupNameProps {
  readonly device: Sotto;
  readonly group: Conversation;
  readonly heading: "h2" | "h3";
}

export function GroupName({ device, group, heading: Heading }: GroupNameProps): ReactNode {
  const { id, name, role } = group;
  const t = useText();
  const [text, setText] = useState<string>();
  const [rename, { busy, problem, clear }] = useAct(async (next: string) => {
    if (next !== name) await device.groups.rename(id, next);
    setText(undefined);
  });

  function submit(event: FormEvent): void {
    event.preventDefault();
    rename(asGroupName(text ?? ""));
  }

  function close(): void {
    clear();
    setText(undefined);
  }

  if (text === undefined)
    return (
      <div className={`${styles["named"]} ${mayManage(role) ? styles["changeable"] : ""}`}>
        <Heading className={styles["name"]} dir="auto">
          {name}
        </Heading>
        {mayManage(role) && (
          <IconButton icon="pencil" label={t("groups.rename")} onPress={() => setText(name)} />
        )}
      </div>
    );
  return (
    <form
      className={styles["form"]}
      aria-label={t("groups.rename")}
      noValidate
      onSubmit={submit}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || busy) return;
        event.stopPropagation();
        close();
      }}
    >
      <GroupNameField
        value={text}
        error={problem}
        readOnly={busy}
        autoFocus
        onChange={(value) => {
          setText(value);
          clear();
        }}
      />
      <div className={styles["acts"]}>
        <Button onPress={close} disabled={busy}>
          {t("common.cancel")}
        </Button>
        <Button look="primary" type="submit" busy={busy}>
          {t("groups.keepName")}
        </Button>
      </div>
    </form>
  );
}
