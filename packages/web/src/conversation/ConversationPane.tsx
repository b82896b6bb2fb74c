/** One conversation: who, the history, and the composer or why there is none. */
import type { ReactNode } from "react";
import { useEffect, useState } from "react";
import type { Contact, Conversation, Sotto } from "sotto";
import type { DeviceView } from "../device/deviceView.ts";
import { sentenceOf } from "../text/sentences.ts";
import { useText } from "../text/text.ts";
import { ErrorLine } from "../ui/ErrorLine.tsx";
import { Face } from "../ui/Face.tsx";
import { PaneHeader } from "../ui/PaneHeader.tsx";
import { Composer } from "./Composer.tsx";
import { ComposerNote } from "./ComposerNote.tsx";
import styles from "./ConversationPane.module.css";
import type { Drafts } from "./drafts.ts";
import { MessageList } from "./MessageList.tsx";
import { useHistory } from "./useHistory.ts";
import { whyNotWrite } from "./whyNotWrite.ts";

export interface ConversationPaneProps {
  readonly device: Sotto;
  readonly contact: Contact;
  readonly view: DeviceView;
  readonly drafts: Drafts;
}

export function ConversationPane({ device, contact, view, drafts }: ConversationPaneProps): ReactNode {
  const { userName, account, online } = contact;
  const t = useText();
  const conversation = view.conversations.find(({ id }) => id === contact.conversation);
  const history = useHistory(device, contact.conversation);
  const [problem, setProblem] = useState<string>();
  const obstacle = whyNotWrite(contact, conversation);
  useMarkRead(device, conversation);

  async function send(text: string): Promise<boolean> {
    setProblem(undefined);
    try {
      await device.messages.send(contact.conversation, text);
      return true;
    } catch (error) {
      setProblem(sentenceOf(error, t));
      return false;
    }
  }

  async function keepKeys(): Promise<void> {
    setProblem(undefined);
    try {
      await device.contacts.accept(userName);
    } catch (error) {
      setProblem(sentenceOf(error, t));
    }
  }

  return (
    <>
      <PaneHeader>
        <Face name={userName} account={account} online={online} />
        <div className={styles["who"]}>
          <h1 className={styles["name"]}>{userName}</h1>
          {online && <p className={styles["presence"]}>online</p>}
        </div>
      </PaneHeader>
      <MessageList userName={userName} history={history} />
      <div className={styles["problem"]}>
        <ErrorLine sentence={problem ?? history.problem} />
      </div>
      {obstacle === undefined ? (
        <Composer userName={userName} conversation={contact.conversation} drafts={drafts} onSend={send} />
      ) : (
        <ComposerNote obstacle={obstacle} onKeepKeys={() => void keepKeys()} />
      )}
    </>
  );
}

/** What is on the screen of a page that one looks at has been read. */
function useMarkRead(device: Sotto, conversation: Conversation | undefined): void {
  const [looking, setLooking] = useState(isLookedAt);
  useEffect(() => {
    const update = (): void => setLooking(isLookedAt());
    const events = ["focus", "blur", "visibilitychange"] as const;
    for (const name of events) addEventListener(name, update);
    return () => {
      for (const name of events) removeEventListener(name, update);
    };
  }, []);
  const id = conversation?.id;
  const unread = conversation?.unread ?? 0;
  useEffect(() => {
    // What cannot be marked now is marked with the next message.
    if (looking && id !== undefined && unread > 0) void device.conversations.markRead(id).catch(() => {});
  }, [device, looking, id, unread]);
}

function isLookedAt(): boolean {
  return document.visibilityState === "visible" && document.hasFocus();
}
