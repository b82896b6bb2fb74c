/** What one says of oneself: a display name and some words. */
import type { FormEvent, ReactNode } from "react";
import { useState } from "react";
import type { OwnProfile, Sotto } from "sotto";
import { useText } from "../text/text.ts";
import { Button } from "../ui/Button.tsx";
import { ErrorLine } from "../ui/ErrorLine.tsx";
import { TextArea } from "../ui/TextArea.tsx";
import { TextField } from "../ui/TextField.tsx";
import { useAct } from "../ui/useAct.ts";
import { Group } from "./Group.tsx";
import styles from "./Profile.module.css";

const BIO_ROWS = 4;

export interface ProfileFormProps {
  readonly device: Sotto;
  readonly own: OwnProfile;
}

export function ProfileForm({ device, own }: ProfileFormProps): ReactNode {
  const t = useText();
  // What is not touched follows what another tab has changed.
  const [name, setName] = useState<string>();
  const [bio, setBio] = useState<string>();
  const [saved, setSaved] = useState(false);
  const [save, { busy, problem }] = useAct(async () => {
    await device.profile.set({
      ...(name !== undefined && { displayName: name }),
      ...(bio !== undefined && { bio }),
    });
    setName(undefined);
    setBio(undefined);
    setSaved(true);
  });

  function submit(event: FormEvent): void {
    event.preventDefault();
    save();
  }

  return (
    <Group note={t("settings.profile.whoSees")}>
      <form className={styles["form"]} noValidate onSubmit={submit}>
        <TextField
          label={t("settings.profile.displayName")}
          hint={t("settings.profile.displayNameHint")}
          value={name ?? own.displayName}
          onChange={(value) => {
            setSaved(false);
            setName(value);
          }}
          readOnly={busy}
          optional
        />
        <TextArea
          label={t("settings.profile.bio")}
          hint={t("settings.profile.bioHint")}
          rows={BIO_ROWS}
          value={bio ?? own.bio}
          onChange={(value) => {
            setSaved(false);
            setBio(value);
          }}
          readOnly={busy}
        />
        <ErrorLine sentence={problem} />
        <div className={styles["acts"]}>
          <p role="status">{saved && t("settings.profile.saved")}</p>
          <Button look="primary" type="submit" busy={busy} disabled={name === undefined && bio === undefined}>
            {t("settings.profile.save")}
          </Button>
        </div>
      </form>
    </Group>
  );
}
