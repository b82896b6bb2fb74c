/** A group is made: a name for it, and contacts to be in it. */
import type { FormEvent, ReactNode } from "react";
import { useEffect, useRef, useState } from "react";
import type { Contact, Sotto } from "sotto";
import { SottoError } from "sotto/browser";
import { goTo } from "../app/route.ts";
import { useText } from "../text/text.ts";
import { Button } from "../ui/Button.tsx";
import { ErrorLine } from "../ui/ErrorLine.tsx";
import { useAct } from "../ui/useAct.ts";
import { asGroupName } from "./groupName.ts";
import { GroupNameField } from "./GroupNameField.tsx";
import styles from "./Members.module.css";
import { PeoplePicker } from "./PeoplePicker.tsx";

export interface NewGroupProps {
  readonly device: Sotto;
  readonly contacts: readonly Contact[];
  readonly onClose: () => void;
}

export function NewGroup({ device, contacts, onClose }: NewGroupProps): ReactNode {
  const t = useText();
  const [name, setName] = useState("");
  const [chosen, setChosen] = useState<readonly string[]>([]);
  /** What is wrong is the name. */
  const [badName, setBadName] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const [create, { busy, problem, clear }] = useAct(async () => {
    try {
      const { id } = await device.groups.create(asGroupName(name), chosen);
      onClose();
      goTo({ page: "group", id, details: false });
    } catch (error) {
      setBadName(error instanceof SottoError && error.code === "badName");
      throw error;
    }
  });
  const accepted = contacts.filter(({ state, pinned }) => state === "accepted" && pinned);

  useEffect(() => {
    if (problem !== undefined && badName) field.current?.select();
  }, [problem, badName]);

  function submit(event: FormEvent): void {
    event.preventDefault();
    create();
  }

  return (
    <form className={styles["picker"]} onSubmit={submit} noValidate>
      <GroupNameField
        fieldRef={field}
        value={name}
        error={badName ? problem : undefined}
        readOnly={busy}
        onChange={(value) => {
          setName(value);
          clear();
        }}
      />
      <PeoplePicker contacts={accepted} chosen={chosen} onChange={setChosen} />
      <ErrorLine sentence={badName ? undefined : problem} />
      <div className={styles["acts"]}>
        <Button look="primary" type="submit" busy={busy} disabled={asGroupName(name) === ""}>
          {t("groups.create")}
        </Button>
      </div>
    </form>
  );
}
