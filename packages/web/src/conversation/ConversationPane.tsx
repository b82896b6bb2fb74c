/** One conversation: who, the history, and the composer or why there is none. */
import type { ReactNode } from "react";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { Sotto, StoredMessage } from "sotto";
import type { DeviceView } from "../device/deviceView.ts";
import type { Place } from "../device/place.ts";
import { idOf, titleOf } from "../device/place.ts";
import { ConversationFilesContext } from "../files/conversationFiles.ts";
import { DropTarget } from "../files/DropTarget.tsx";
import type { TransferId } from "../files/fileStore.ts";
import type { Given } from "../files/given.ts";
import { isDrawable } from "../files/isDrawable.ts";
import { useDrop } from "../files/useDrop.ts";
import { useOutbox } from "../files/useOutbox.ts";
import { Viewer } from "../files/Viewer.tsx";
import { KeyEntry } from "../groups/KeyEntry.tsx";
import { isWaiting } from "../path/pathNow.ts";
import { useText } from "../text/text.ts";
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
  readonly place: Place;
  readonly view: DeviceView;
  /** Whether the details are open. */
  readonly details: boolean;
}

export function ConversationPane({ device, place, view, details }: ConversationPaneProps): ReactNode {
  const t = useText();
  const { contact, conversation } = place;
  const id = idOf(place);
  const name = titleOf(place);
  const looking = useLookedAt();
  const history = useHistory(device, id, looking);
  const draft = useDraft(device, id, conversation?.draft);
  const obstacle = whyNotWrite(place);
  const outbox = useOutbox(device, id);
  const [filesRefused, setFilesRefused] = useState(false);
  const shown = useMemo(
    () => ({ ...history, messages: withPreparing(history.messages, outbox.preparing) }),
    [history.messages, history.complete, history.loaded, history.divider, outbox.preparing],
  );
  const [viewed, setViewed] = useState<TransferId>();
  const files = useMemo(() => ({ device, userName: name, openPicture: setViewed }), [device, name]);
  const pictures = useMemo(
    () => shown.messages.flatMap((message) => message.files.filter(isDrawable)),
    [shown.messages],
  );
  const give = ({ files: given, more }: Given, folder: boolean): void => {
    const empty = folder && given.length === 0;
    outbox.add(given, empty ? "emptyFolder" : more ? "tooMany" : undefined);
  };
  const takesFiles = contact !== undefined;
  const drop = useDrop(
    obstacle === undefined ? (takesFiles ? give : () => setFilesRefused(true)) : undefined,
  );
  useAttend(device, id);
  const [keepKeys, keeping] = useAct(() => device.contacts.accept(name));
  const unread = conversation?.unread ?? 0;

  useEffect(() => {
    // What cannot be marked now is marked with the next message. What opens has been drawn as unread first.
    if (looking && history.loaded && unread > 0) void device.conversations.markRead(id).catch(() => {});
  }, [device, looking, history.loaded, id, unread]);

  const send = useRef(history.send);
  useEffect(() => {
    send.current = history.send;
  });
  const retry = useCallback((text: string): void => void send.current(text), []);

  async function sendAll(text: string): Promise<boolean> {
    setFilesRefused(false);
    return outbox.tray.attachments.length === 0 ? history.send(text) : outbox.send(text);
  }

  return (
    <ConversationFilesContext value={files}>
      <div className={styles["pane"]} {...drop.handlers}>
        <ConversationHeader
          place={place}
          details={details}
          open={obstacle === undefined ? conversation : undefined}
        />
        <MessageList
          place={place}
          people={view.people}
          history={shown}
          onRetry={obstacle === undefined ? retry : undefined}
          waits={conversation !== undefined && isWaiting(conversation)}
        />
        {obstacle === undefined && contact !== undefined && conversation?.path === "direct" && (
          <DirectOnlyNote
            device={device}
            userName={name}
            conversation={conversation}
            presenceHidden={view.presenceHidden}
            count={history.messages.filter(({ mine, state }) => mine && state === "sending").length}
          />
        )}
        {obstacle === undefined ? (
          <Composer
            name={name}
            draft={draft}
            tray={outbox.tray}
            onTrayChange={outbox.change}
            onGiven={takesFiles ? give : undefined}
            problem={filesRefused ? t("groups.noFiles") : (outbox.problem ?? history.problem)}
            onSend={sendAll}
          />
        ) : (
          <>
            <div className={styles["problem"]}>
              <ErrorLine sentence={keeping.problem ?? history.problem} />
            </div>
            {conversation?.state === "needsKey" ? (
              <KeyEntry device={device} group={conversation}>
                <ComposerNote name={name} obstacle={obstacle} onKeepKeys={keepKeys} />
              </KeyEntry>
            ) : (
              <ComposerNote name={name} obstacle={obstacle} onKeepKeys={keepKeys} />
            )}
          </>
        )}
        {drop.over && takesFiles && <DropTarget userName={name} />}
        <Viewer pictures={pictures} shown={viewed} onShow={setViewed} onClose={() => setViewed(undefined)} />
      </div>
    </ConversationFilesContext>
  );
}

/** Own messages whose files are being prepared stand at the end, until they are stored. */
function withPreparing(
  messages: readonly StoredMessage[],
  preparing: readonly StoredMessage[],
): readonly StoredMessage[] {
  const next = (messages.at(-1)?.order ?? 0) + 1;
  const open = preparing.filter(({ id }) => !messages.some((message) => message.mine && message.id === id));
  if (open.length === 0) return messages;
  return [...messages, ...open.map((message, i) => ({ ...message, order: next + i }))];
}
