/** Writes every message that is stored here into a file, sealed under a passphrase unless that is switched off. */
import type { FormEvent, ReactNode } from "react";
import { useState } from "react";
import type { Sotto } from "sotto";
import { useText } from "../text/text.ts";
import { Button } from "../ui/Button.tsx";
import { ErrorLine } from "../ui/ErrorLine.tsx";
import { Switch } from "../ui/Switch.tsx";
import { TextField } from "../ui/TextField.tsx";
import { useAct } from "../ui/useAct.ts";
import { archiveName } from "./archiveName.ts";
import { Group } from "./Group.tsx";
import styles from "./History.module.css";

export function SaveCopy({ device }: { readonly device: Sotto }): ReactNode {
  const t = useText();
  const [sealed, setSealed] = useState(true);
  const [passphrase, setPassphrase] = useState("");
  const [savedAs, setSavedAs] = useState<string>();
  const [save, { busy, problem }] = useAct(async () => {
    setSavedAs(undefined);
    const parts: BlobPart[] = [];
    for await (const part of device.history.export(sealed ? { passphrase } : {}))
      parts.push(part as Uint8Array<ArrayBuffer>);
    const name = archiveName(device.userName, new Date(), sealed);
    offerDownload(new Blob(parts), name);
    setPassphrase("");
    setSavedAs(name);
  });

  function submit(event: FormEvent): void {
    event.preventDefault();
    if (!sealed || passphrase !== "") save();
  }

  return (
    <Group title={t("settings.history.save")} note={t("settings.history.saveNote")}>
      <form className={styles["form"]} onSubmit={submit}>
        <Switch
          label={t("settings.history.seal")}
          hint={t(sealed ? "settings.history.sealed" : "settings.history.open")}
          on={sealed}
          onChange={setSealed}
        />
        {sealed && (
          <TextField
            label={t("settings.history.passphrase")}
            kind="password"
            autoComplete="new-password"
            value={passphrase}
            onChange={setPassphrase}
            readOnly={busy}
            hint={t("settings.history.passphraseHint")}
          />
        )}
        <ErrorLine sentence={problem} />
        <div className={styles["acts"]}>
          <p role="status">{savedAs !== undefined && t("settings.history.saved", { file: savedAs })}</p>
          <Button look="primary" type="submit" busy={busy} disabled={sealed && passphrase === ""}>
            {t("settings.history.saveAct")}
          </Button>
        </div>
      </form>
    </Group>
  );
}

/** As if the person had followed a link to it. The browser has read it by the time the address is taken back. */
function offerDownload(file: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
