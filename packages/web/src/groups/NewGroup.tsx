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
import { NewKey } from "./NewKey.tsx";
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
  const [key, setKey] = useState("");
  /** The field whose content is wrong. */
  const [wrong, setWrong] = useState<"badName" | "badKey">();
  const badName = wrong === "badName";
  const field = useRef<HTMLInputElement>(null);
  const [create, { busy, problem, clear }] = useAct(async () => {
    try {
      const options = key === "" ? {} : { key };
      const { id } = await device.groups.create(asGroupName(name), chosen, options);
      onClose();
      goTo({ page: "group", id, details: false });
    } catch (error) {
      const code = error instanceof SottoError ? error.code : undefined;
      setWrong(code === "badName" || code === "badKey" ? code : undefined);
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
      <NewKey
        value={key}
        error={wrong === "badKey" ? problem : undefined}
        readOnly={busy}
        onChange={(value) => {
          setKey(value);
          clear();
        }}
      />
      <ErrorLine sentence={wrong === undefined ? problem : undefined} />
      <div className={styles["acts"]}>
        <Button look="primary" type="submit" busy={busy} disabled={asGroupName(name) === ""}>
          {t("groups.create")}
        </Button>
      </div>
    </form>
  );
}
