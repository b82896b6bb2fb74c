/** Says arrivals to assistive technology, off the screen: the visible list changes too much to be read out by itself. */
import type { ReactNode } from "react";
import { useEffect, useRef, useState } from "react";
import type { Sotto } from "sotto";
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
  const [announcements, setAnnouncements] = useState<readonly Announcement[]>([]);
  useEffect(
    () =>
      device.on((event) => {
        const text =
          event.type === "message" && !event.message.mine
            ? arrivalText(device, event.message, speak.current)
            : undefined;
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

function arrivalText(
  device: Sotto,
  message: { readonly from: string; readonly text: string },
  t: Text,
): string {
  const sender = device.contacts.list().find(({ account }) => account === message.from);
  return t("shell.arrival", { name: sender?.userName ?? t("shell.somebody"), text: message.text });
}
