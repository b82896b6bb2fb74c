/** A button and its dialog: contacts to be taken into a group. */
import type { FormEvent, ReactNode } from "react";
import { useState } from "react";
import type { Contact, Conversation, Sotto } from "sotto";
import { useText } from "../text/text.ts";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { ErrorLine } from "../ui/ErrorLine.tsx";
import { Icon } from "../ui/Icon.tsx";
import { useAct } from "../ui/useAct.ts";
import styles from "./Members.module.css";
import { PeoplePicker } from "./PeoplePicker.tsx";

export interface AddMembersProps {
  readonly device: Sotto;
  readonly group: Conversation;
  readonly contacts: readonly Contact[];
}

export function AddMembers({ device, group, contacts }: AddMembersProps): ReactNode {
  const { id, roster } = group;
  const t = useText();
  const [open, setOpen] = useState(false);
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [add, { busy, problem, clear }] = useAct(async () => {
    await device.groups.add(id, chosen);
    setOpen(false);
  });
  const others = contacts.filter(
    ({ account, state }) => state === "accepted" && !roster.some((member) => member.account === account),
  );

  function show(): void {
    clear();
    setChosen([]);
    setOpen(true);
  }

  function submit(event: FormEvent): void {
    event.preventDefault();
    if (chosen.length > 0) add();
  }

  return (
    <div className={styles["add"]}>
      <Button onPress={show}>
        <Icon name="addPerson" size="small" />
        {t("groups.addPeople")}
      </Button>
      <Dialog title={t("groups.addPeople")} open={open} onClose={() => setOpen(false)}>
        <form className={styles["picker"]} onSubmit={submit} noValidate>
          <PeoplePicker contacts={others} chosen={chosen} onChange={setChosen} />
          <p className={styles["about"]}>{t("groups.addHint")}</p>
          <ErrorLine sentence={problem} />
          <div className={styles["acts"]}>
            <Button look="primary" type="submit" busy={busy} disabled={chosen.length === 0}>
              {t("groups.add")}
            </Button>
          </div>
        </form>
      </Dialog>
    </div>
  );
}
