/** Line icons of a 24-unit square. They are decoration: the words beside them or the control's label say what they mean. */
import type { ReactNode } from "react";
import styles from "./Icon.module.css";

const SHAPES = {
  addPerson: (
    <>
      <circle cx="10" cy="8" r="4" />
      <path d="M3 20.5c.4-4 3.2-6 7-6s6.6 2 7 6M19.5 6.5v6M16.5 9.5h6" />
    </>
  ),
  alert: (
    <>
      <circle cx="12" cy="12" r="9" />
      <path d="M12 7.5v5.5M12 16.3v.2" />
    </>
  ),
  archive: (
    <>
      <path d="M12 3.5v8M8.5 8.2 12 11.7l3.5-3.5" />
      <path d="M7 13.5H5.5a2 2 0 0 0-2 2v3a2 2 0 0 0 2 2h13a2 2 0 0 0 2-2v-3a2 2 0 0 0-2-2H17M7.5 17h.1" />
    </>
  ),
  arrowBack: <path d="M19 12H5.5M11.5 5.5 5 12l6.5 6.5" />,
  arrowUp: <path d="M12 19V5.5M5.5 11.5 12 5l6.5 6.5" />,
  back: <path d="m14.5 6-6 6 6 6" />,
  bell: <path d="M6 17v-6a6 6 0 0 1 12 0v6l1.8 1.8H4.2ZM10 21.3h4" />,
  check: <path d="m4.5 12.5 5 5 10-11" />,
  box: (
    <>
      <path d="M3.5 7.5 12 3l8.5 4.5v9L12 21l-8.5-4.5ZM3.5 7.5 12 12l8.5-4.5M12 12v9" />
      <path d="m7.7 5.3 8.6 4.5" />
    </>
  ),
  clock: (
    <>
      <circle cx="12" cy="12" r="9" />
      <path d="M12 7v5.3l3.3 1.9" />
    </>
  ),
  cloudOff: (
    <path d="M7 18.5h9.5M4.3 16.6A4.2 4.2 0 0 1 7.3 10M10 6.7a5.5 5.5 0 0 1 7.4 4.5 3.9 3.9 0 0 1 2.9 5.8M3.5 3.5l17 17" />
  ),
  contrast: (
    <>
      <circle cx="12" cy="12" r="8.8" />
      <path d="M12 3.2v17.6a8.8 8.8 0 0 0 0-17.6Z" fill="currentColor" />
    </>
  ),
  copy: (
    <>
      <rect x="8.5" y="8.5" width="12" height="12" rx="2.5" />
      <path d="M15.5 5.5v-.3A2.2 2.2 0 0 0 13.3 3H5.7A2.7 2.7 0 0 0 3 5.7v7.6a2.2 2.2 0 0 0 2.2 2.2h.3" />
    </>
  ),
  cross: <path d="M6 6l12 12M18 6 6 18" />,
  down: <path d="m6 9.5 6 6 6-6" />,
  download: <path d="M12 4v11.5M7 10.8l5 4.7 5-4.7M5 20h14" />,
  eye: (
    <>
      <path d="M2.5 12C4.6 8.2 8 6 12 6s7.4 2.2 9.5 6c-2.1 3.8-5.5 6-9.5 6s-7.4-2.2-9.5-6Z" />
      <circle cx="12" cy="12" r="2.8" />
    </>
  ),
  eyeOff: (
    <path d="M4.5 9.2c-.8.8-1.5 1.7-2 2.8 2.1 3.8 5.5 6 9.5 6 1.6 0 3-.3 4.3-.9M9.3 6.4A11 11 0 0 1 12 6c4 0 7.4 2.2 9.5 6a12.5 12.5 0 0 1-2.6 3.3M4 4l16 16" />
  ),
  file: (
    <path d="M13.5 3H7.7A2.2 2.2 0 0 0 5.5 5.2v13.6A2.2 2.2 0 0 0 7.7 21h8.6a2.2 2.2 0 0 0 2.2-2.2V8ZM13.5 3v5h5" />
  ),
  film: (
    <>
      <rect x="3" y="5" width="18" height="14" rx="2.5" />
      <path d="m10.2 9 5 3-5 3Z" />
    </>
  ),
  folder: (
    <path d="M3.5 17.8V6.7A2.2 2.2 0 0 1 5.7 4.5h3.6l2.2 2.7h6.8a2.2 2.2 0 0 1 2.2 2.2v8.4a2.2 2.2 0 0 1-2.2 2.2H5.7a2.2 2.2 0 0 1-2.2-2.2Z" />
  ),
  forward: <path d="m9.5 6 6 6-6 6" />,
  globe: (
    <>
      <circle cx="12" cy="12" r="9" />
      <path d="M3.2 12h17.6M12 3c2.8 2.7 3.8 5.7 3.8 9s-1 6.3-3.8 9c-2.8-2.7-3.8-5.7-3.8-9S9.2 5.7 12 3" />
    </>
  ),
  group: (
    <>
      <circle cx="9.5" cy="8" r="3.7" />
      <path d="M2.8 20c.4-3.7 3-5.5 6.7-5.5s6.3 1.8 6.7 5.5M15.8 4.5a3.7 3.7 0 0 1 0 7M18.2 15c1.8.9 2.8 2.5 3.1 5" />
    </>
  ),
  key: (
    <>
      <circle cx="8" cy="16" r="4.5" />
      <path d="M11.3 12.7 20.5 3.5M16.2 7.8l3 3" />
    </>
  ),
  keyboard: (
    <>
      <rect x="2.5" y="6" width="19" height="12.5" rx="2.5" />
      <path d="M6.5 10h.1M10.2 10h.1M13.8 10h.1M17.4 10h.1M8 14.5h8" />
    </>
  ),
  lock: (
    <>
      <rect x="5" y="11" width="14" height="9.5" rx="2.2" />
      <path d="M8 11V7.8a4 4 0 0 1 8 0V11" />
    </>
  ),
  minus: <path d="M5 12h14" />,
  more: <path d="M12 5.2v.1M12 12v.1M12 18.7v.1" strokeWidth="2.6" />,
  note: (
    <>
      <circle cx="7" cy="17.5" r="3" />
      <circle cx="17" cy="15.5" r="3" />
      <path d="M10 17.5V5.8l10-2v11.7" />
    </>
  ),
  panel: (
    <>
      <rect x="3" y="4" width="18" height="16" rx="2.5" />
      <path d="M15 4v16" />
    </>
  ),
  pause: <path d="M8.5 5v14M15.5 5v14" />,
  pencil: (
    <path d="m4 20 1-4.2L16.3 4.5a1.9 1.9 0 0 1 2.7 0l.5.5a1.9 1.9 0 0 1 0 2.7L8.2 19ZM14 6.8l3.2 3.2" />
  ),
  person: (
    <>
      <circle cx="12" cy="8" r="4" />
      <path d="M4.6 20.5c.5-4 3.4-6 7.4-6s6.9 2 7.4 6" />
    </>
  ),
  picture: (
    <>
      <rect x="3" y="4.5" width="18" height="15" rx="2.5" />
      <circle cx="8.7" cy="9.7" r="1.7" />
      <path d="m3.5 17 5-4.5 3.5 3 4-4.5 4.7 5" />
    </>
  ),
  play: <path d="M7.5 5v14l11-7Z" />,
  plus: <path d="M12 5v14M5 12h14" />,
  renew: <path d="M20.5 4v5h-5M20.1 9A8.6 8.6 0 0 0 5.6 6.2M3.5 20v-5h5M3.9 15a8.6 8.6 0 0 0 14.5 2.8" />,
  route: (
    <>
      <circle cx="6" cy="18.5" r="2.5" />
      <circle cx="18" cy="5.5" r="2.5" />
      <path d="M8.5 18.5h7.25a3.25 3.25 0 0 0 0-6.5h-7.5a3.25 3.25 0 0 1 0-6.5h7.25" />
    </>
  ),
  search: (
    <>
      <circle cx="11" cy="11" r="7" />
      <path d="m16.2 16.2 4.3 4.3" />
    </>
  ),
  shield: (
    <path d="M12 2.8c2.4 2 4.9 2.8 7.7 3v6.4c0 4.4-3.1 7.4-7.7 9-4.6-1.6-7.7-4.6-7.7-9V5.8c2.8-.2 5.3-1 7.7-3Z" />
  ),
  shieldAlert: (
    <path d="M12 2.8c2.4 2 4.9 2.8 7.7 3v6.4c0 4.4-3.1 7.4-7.7 9-4.6-1.6-7.7-4.6-7.7-9V5.8c2.8-.2 5.3-1 7.7-3ZM12 8v4.5M12 15.8v.2" />
  ),
  share: (
    <path d="M12 15V3.5M7.5 7.5 12 3.2l4.5 4.3M5 12v6.3A2.2 2.2 0 0 0 7.2 20.5h9.6a2.2 2.2 0 0 0 2.2-2.2V12" />
  ),
  text: (
    <path d="M13.5 3H7.7A2.2 2.2 0 0 0 5.5 5.2v13.6A2.2 2.2 0 0 0 7.7 21h8.6a2.2 2.2 0 0 0 2.2-2.2V8ZM13.5 3v5h5M9 12.8h6M9 16.3h4" />
  ),
  trash: (
    <path d="M4.5 6.5h15M9.5 6V4.2h5V6M6.5 6.5l.8 12.3a2 2 0 0 0 2 1.7h5.4a2 2 0 0 0 2-1.7l.8-12.3M10.2 10.5v6M13.8 10.5v6" />
  ),
} as const satisfies Record<string, ReactNode>;

export type IconName = keyof typeof SHAPES;

/** Point along the line of reading, hence the other way in languages from right to left. */
const DIRECTED: ReadonlySet<IconName> = new Set(["arrowBack", "back", "forward", "panel"]);

export function Icon({
  name,
  size = "medium",
}: {
  readonly name: IconName;
  readonly size?: "small" | "medium";
}): ReactNode {
  return (
    <svg
      className={`${styles["icon"]} ${styles[size]} ${DIRECTED.has(name) ? styles["directed"] : ""}`}
      viewBox="0 0 24 24"
      aria-hidden="true"
    >
      {SHAPES[name]}
    </svg>
  );
}
