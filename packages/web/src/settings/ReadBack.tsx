/** Takes the messages of such a file back; one that is sealed asks for its passphrase first. */
import type { FormEvent, ReactNode } from "react";
import { useRef, useState } from "react";
import type { Sotto } from "sotto";
import { useText } from "../text/text.ts";
import { Button } from "../ui/Button.tsx";
import { ErrorLine } from "../ui/ErrorLine.tsx";
import { TextField } from "../ui/TextField.tsx";
import { useAct } from "../ui/useAct.ts";
import { Group, SettingRow } from "./Group.tsx";
import styles from "./History.module.css";

type ImportSummary = Awaited<ReturnType<Sotto["history"]["import"]>>;

export function ReadBack({ device }: { readonly device: Sotto }): ReactNode {
  const t = useText();
  const input = useRef<HTMLInputElement>(null);
  const [sealedFile, setSealedFile] = useState<File>();
  const [passphrase, setPassphrase] = useState("");
  const [summary, setSummary] = useState<ImportSummary>();

  const [choose, choosing] = useAct(async (file: File) => {
    setSummary(undefined);
    setSealedFile(undefined);
    if (await device.history.isSealed(file)) setSealedFile(file);
    else setSummary(await device.history.import(file));
  });
  const [unseal, unsealing] = useAct(async (file: File) => {
    setSummary(await device.history.import(file, { passphrase }));
    setSealedFile(undefined);
    setPassphrase("");
  });
  const busy = choosing.busy || unsealing.busy;

  function submit(event: FormEvent): void {
    event.preventDefault();
    if (sealedFile !== undefined && passphrase !== "") unseal(sealedFile);
  }

  return (
    <Group title={t("settings.history.read")} note={t("settings.history.readNote")}>
      <SettingRow
        label={t("settings.history.file")}
        value={
          <span role="status">
            {summary === undefined
              ? (sealedFile?.name ?? t("settings.history.fileHint"))
              : t("settings.history.readDone", { added: summary.added })}
          </span>
        }
      >
        <input
          ref={input}
          type="file"
          hidden
          onChange={({ target }) => {
            const file = target.files?.[0];
            // The same file may be chosen again after a failure.
            target.value = "";
            unsealing.clear();
            if (file !== undefined) choose(file);
          }}
        />
        <Button
          look="outline"
          busy={choosing.busy}
          disabled={unsealing.busy}
          onPress={() => input.current?.click()}
        >
          {t("settings.history.choose")}
        </Button>
        <div className={styles["problem"]}>
          <ErrorLine sentence={choosing.problem} />
        </div>
      </SettingRow>
      {sealedFile !== undefined && (
        <form className={styles["form"]} onSubmit={submit}>
          <TextField
            label={t("settings.history.filePassphrase")}
            kind="password"
            autoComplete="off"
            value={passphrase}
            onChange={setPassphrase}
            readOnly={busy}
            error={unsealing.problem}
            autoFocus
          />
          <div className={styles["acts"]}>
            <Button look="primary" type="submit" busy={unsealing.busy} disabled={passphrase === ""}>
              {t("settings.history.readAct")}
            </Button>
          </div>
        </form>
      )}
    </Group>
  );
}
