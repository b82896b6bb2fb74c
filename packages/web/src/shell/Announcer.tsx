/** Says arrivals to assistive technology, off the screen: the visible list changes too much to be read out by itself. */
import type { ReactNode } from "react";
import { useEffect, useRef, useState } from "react";
import type { ClientEvent, Contact, Sotto } from "sotto";
import { lineOf } from "../files/lastLine.ts";
import type { Text } from "../text/text.ts";
import { useText } from "../text/text.ts";
import styles from "../ui/Hidden.module.css";

interface Announcement {
  readonly number: number;
  readonly text: string;
}

/** Older ones have been read. */
const KEPT = 5;

export function Announcer({ device }: { readonly device: Sotto }): ReactNode {
  const t = useText();
  const speak = useRef(t);
  useEffect(() => {
    speak.current = t;
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

function textOf(device: Sotto, event: ClientEvent, moving: Set<string>, t: Text): string | undefined {
  if (event.type === "message" && !event.message.mine) {
    const name = nameOf(device, ({ account }) => account === event.message.from, t);
    return t("shell.arrival", { name, text: lineOf(event.message, t) });
  }
  if (event.type !== "file") return undefined;
  const { transfer, state, mine, conversation, name: file } = event.file;
  if (state === "moving") moving.add(transfer);
  if ((state !== "done" && state !== "failed") || !moving.delete(transfer)) return undefined;
  if (state === "failed") return t("files.announce.failed", { file });
  if (!mine) return t("files.announce.done", { file });
  const name = nameOf(device, (contact) => contact.conversation === conversation, t);
  return t("files.announce.arrived", { file, name });
}

function nameOf(device: Sotto, isMeant: (contact: Contact) => boolean, t: Text): string {
  return device.contacts.list().find(isMeant)?.userName ?? t("shell.somebody");
}
