/** Says arrivals to assistive technology, off the screen: the visible list changes too much to be read out by itself. */
import type { ReactNode } from "react";
import { useEffect, useRef, useState } from "react";
import type { ClientEvent, Sotto } from "sotto";
import { nameOf, peopleOf } from "../device/people.ts";
import { lineOf } from "../files/lastLine.ts";
import type { Text } from "../text/text.ts";
import { useLocale, useText } from "../text/text.ts";
import styles from "../ui/Hidden.module.css";

interface Announcement {
  readonly number: number;
  readonly text: string;
}

/** Older ones have been read. */
const KEPT = 5;

export function Announcer({ device }: { readonly device: Sotto }): ReactNode {
  const t = useText();
  const locale = useLocale();
  const speak = useRef({ t, locale });
  useEffect(() => {
    speak.current = { t, locale };
  });
  /** Transfers that have been seen on their way: what was over before is no news. */
  const moving = useRef(new Set<string>());
  const [announcements, setAnnouncements] = useState<readonly Announcement[]>([]);
  useEffect(
    () =>
      device.on((event) => {
        const text = textOf(device, event, moving.current, speak.current);
        if (text === undefined) return;
        setAnnouncements((before) =>
          [...before, { number: (before.at(-1)?.number ?? 0) + 1, text }].slice(-KEPT),
        );
      }),
    [device],
  );
  return (
    <div className={styles["hidden"]} role="log" aria-live="polite" aria-label={t("shell.arrivals")}>
      {announcements.map(({ number, text }) => (
        <p key={number} dir="auto">
          {text}
        </p>
      ))}
    </div>
  );
}

function textOf(
  device: Sotto,
  event: ClientEvent,
  moving: Set<string>,
  { t, locale }: { readonly t: Text; readonly locale: string },
): string | undefined {
  if (event.type === "message" && !event.message.mine) {
    const { message } = event;
    const people = peopleOf(device);
    const text = lineOf(message, { people, locale, t });
    const conversation = device.conversations.get(message.conversation);
    const group = conversation?.kind === "pair" ? undefined : conversation?.name;
    const name = nameOf(people, message.from, t);
    if (message.event !== null) return t("groups.arrivedLine", { group: group ?? "", text });
    return group === undefined
      ? t("shell.arrival", { name, text })
      : t("groups.arrival", { name, group, text });
  }
  if (event.type !== "file") return undefined;
  const { transfer, state, mine, conversation, name: file } = event.file;
  if (state === "moving") moving.add(transfer);
  if ((state !== "done" && state !== "failed") || !moving.delete(transfer)) return undefined;
  if (state === "failed") return t("files.announce.failed", { file });
  if (!mine) return t("files.announce.done", { file });
  const contact = device.contacts.list().find((one) => one.conversation === conversation);
  return t("files.announce.arrived", { file, name: contact?.userName ?? t("shell.somebody") });
}
