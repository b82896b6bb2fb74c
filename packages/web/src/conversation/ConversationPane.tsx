/** One conversation: who, the history, and the composer or why there is none. */
import type { ReactNode } from "react";
import { useCallback, useEffect, useRef } from "react";
import type { Contact, Sotto } from "sotto";
import type { DeviceView } from "../device/deviceView.ts";
import { isWaiting } from "../path/pathNow.ts";
import { ErrorLine } from "../ui/ErrorLine.tsx";
import { useAct } from "../ui/useAct.ts";
import { Composer } from "./Composer.tsx";
import { ComposerNote } from "./ComposerNote.tsx";
import { ConversationHeader } from "./ConversationHeader.tsx";
import styles from "./ConversationPane.module.css";
import { DirectOnlyNote } from "./DirectOnlyNote.tsx";
import { MessageList } from "./MessageList.tsx";
import { useAttend } from "./useAttend.ts";
import { useDraft } from "./useDraft.ts";
import { useHistory } from "./useHistory.ts";
import { useLookedAt } from "./useLookedAt.ts";
import { whyNotWrite } from "./whyNotWrite.ts";

export interface ConversationPaneProps {
  readonly device: Sotto;
  readonly contact: Contact;
  readonly view: DeviceView;
  /** Whether the details are open. */
  readonly details: boolean;
}

export function ConversationPane({ device, contact, view, details }: ConversationPaneProps): ReactNode {
  const { userName } = contact;
  const conversation = view.conversations.find(({ id }) => id === contact.conversation);
  const looking = useLookedAt();
  const history = useHistory(device, contact.conversation, looking);
  const draft = useDraft(device, contact.conversation, conversation?.draft);
  const obstacle = whyNotWrite(contact, conversation);
  useAttend(device, contact.conversation);
  const [keepKeys, keeping] = useAct(() => device.contacts.accept(userName));
  const unread = conversation?.unread ?? 0;

  useEffect(() => {
    // What cannot be marked now is marked with the next message. What opens has been drawn as unread first.
    if (looking && history.loaded && unread > 0)
      void device.conversations.markRead(contact.conversation).catch(() => {});
  }, [device, looking, history.loaded, contact.conversation, unread]);

  const send = useRef(history.send);
  useEffect(() => {
    send.current = history.send;
  });
  const retry = useCallback((text: string): void => void send.current(text), []);

  return (
    <>
      <ConversationHeader
        contact={contact}
        details={details}
        open={obstacle === undefined ? conversation : undefined}
      />
      <MessageList
        contact={contact}
        history={history}
        onRetry={obstacle === undefined ? retry : undefined}
        waits={conversation !== undefined && isWaiting(conversation)}
      />
      {obstacle === undefined && conversation?.path === "direct" && (
        <DirectOnlyNote
          device={device}
          userName={userName}
          conversation={conversation}
          presenceHidden={view.presenceHidden}
          count={history.messages.filter(({ mine, state }) => mine && state === "sending").length}
        />
      )}
      {obstacle === undefined ? (
        <Composer userName={userName} draft={draft} problem={history.problem} onSend={history.send} />
      ) : (
        <>
          <div className={styles["problem"]}>
            <ErrorLine sentence={keeping.problem ?? history.problem} />
          </div>
          <ComposerNote userName={userName} obstacle={obstacle} onKeepKeys={keepKeys} />
        </>
      )}
    </>
  );
}
