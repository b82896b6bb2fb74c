/** Asking somebody for contact, with a first message if one likes. */
import type { FormEvent, ReactNode } from "react";
import { useState } from "react";
import type { Sotto } from "sotto";
import { sentenceOf } from "../text/sentences.ts";
import { useText } from "../text/text.ts";
import { Button } from "../ui/Button.tsx";
import { ErrorLine } from "../ui/ErrorLine.tsx";
import { Page } from "../ui/Page.tsx";
import { TextField } from "../ui/TextField.tsx";
import styles from "./AddContact.module.css";

/** Of the message that goes with a request, in characters: the protocol's limit. */
const MAX_TEXT_CHARS = 500;

export function AddContact({
  device,
  onAdded,
}: {
  readonly device: Sotto;
  readonly onAdded: (userName: string) => void;
}): ReactNode {
  const t = useText();
  const [userName, setUserName] = useState("");
  const [text, setText] = useState("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();

  async function ask(): Promise<void> {
    setBusy(true);
    setProblem(undefined);
    try {
      const contact = await device.contacts.add(userName, text.trim() === "" ? undefined : text);
      onAdded(contact.userName);
    } catch (error) {
      setProblem(sentenceOf(error, t));
      setBusy(false);
    }
  }

  function submit(event: FormEvent): void {
    event.preventDefault();
    if (!busy) void ask();
  }

  return (
    <Page title="Add a contact">
      <form className={styles["form"]} onSubmit={submit} aria-label="Add a contact">
        <TextField
          label="User name"
          kind="userName"
          hint="As they registered it on this server."
          maxLength={33}
          value={userName}
          onChange={(value) => setUserName(value.trim().toLowerCase().replace(/^@/, ""))}
          disabled={busy}
          autoFocus
        />
        <TextField
          label="First message"
          hint={`Goes with the request; you can write more when they have accepted. At most ${MAX_TEXT_CHARS} characters.`}
          maxLength={MAX_TEXT_CHARS}
          value={text}
          onChange={setText}
          disabled={busy}
          optional
        />
        <ErrorLine sentence={problem} />
        <div>
          <Button look="primary" type="submit" busy={busy}>
            Send request
          </Button>
        </div>
      </form>
    </Page>
  );
}
