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
      <path d="M7 13.5H5.500a2 2 0 0 0-2 2v3a2 2 0 0 0 2 2h13a2 2 0 0 0 2-2v-3a2 2 0 0 0-2-2H17M7.5 17h.1" />
    </>
  ),
  arrowBack: <path d="M19 12H5.5M11.5 5.5 5 12l6.5 6.5" />,
  arrowUp: <path d="M12 19V5.5M5.5 11.5 12 5l6.5 6.5" />,
  bell: <path d="M6 17v-6a6 6 0 0 1 12 0v6l1.8 1.8H4.2ZM10 21.3h4" />,
  check: <path d="m4.5 12.5 5 5 10-11" />,
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
  eye: (
    <>
      <path d="M2.5 12C4.6 8.2 8 6 12 6s7.4 2.2 9.5 6c-2.1 3.8-5.5 6-9.5 6s-7.4-2.2-9.5-6Z" />
      <circle cx="12" cy="12" r="2.8" />
    </>
  ),
  eyeOff: (
    <path d="M4.5 9.2c-.8.8-1.5 1.7-2 2.8 2.1 3.8 5.5 6 9.5 6 1.6 0 3-.3 4.3-.9M9.3 6.4A11 11 0 0 1 12 6c4 0 7.4 2.2 9.5 6a12.5 12.5 0 0 1-2.6 3.3M4 4l16 16" />
  ),
  forward: <path d="m9.5 6 6 6-6 6" />,
  globe: (
    <>
      <circle cx="12" cy="12" r="9" />
      <path d="M3.2 12h17.6M12 3c2.8 2.7 3.8 5.7 3.8 9s-1 6.3-3.8 9c-2.8-2.7-3.8-5.7-3.8-9S9.2 5.7 12 3" />
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
  panel: (
    <>
      <rect x="3" y="4" width="18" height="16" rx="2.5" />
      <path d="M15 4v16" />
    </>
  ),
  person: (
    <>
      <circle cx="12" cy="8" r="4" />
      <path d="M4.6 20.5c.5-4 3.4-6 7.4-6s6.9 2 7.4 6" />
    </>
  ),
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
    <path d="M12 2.8c2.4 2 4.9 2.8 7.7 3v6.4c0 4.4-3.1 7.400-7.7 9-4.6-1.6-7.7-4.6-7.7-9V5.8c2.8-.2 5.3-1 7.7-3ZM12 8v4.500M12 15.800v.2" />
  ),
  share: (
    <path d="M12 15V3.5M7.5 7.5 12 3.2l4.5 4.3M5 12v6.3A2.2 2.2 0 0 0 7.2 20.5h9.6a2.2 2.2 0 0 0 2.2-2.2V12" />
  ),
} as const satisfies Record<string, ReactNode>;

export type IconName = keyof typeof SHAPES;

/** Point along the line of reading, hence the other way in languages from right to left. */
const DIRECTED: ReadonlySet<IconName> = new Set(["arrowBack", "forward", "panel"]);

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
