/** What has happened to conversations since the page was opened, until it has been read. */
import { useEffect, useState } from "react";
import type { Sotto } from "sotto";
import type { Warning } from "../text/warnings.ts";
import { withChange, without } from "../text/warnings.ts";

export interface Warnings {
  /** The latest last. */
  readonly warnings: readonly Warning[];
  readonly settle: (warning: Warning) => void;
}

export function useWarnings(device: Sotto): Warnings {
  const [warnings, setWarnings] = useState<readonly Warning[]>([]);
  useEffect(
    () =>
      device.on((event) => {
        if (event.type !== "conversation") return;
        const name = device.conversations.get(event.conversation)?.name ?? "";
        setWarnings((before) => withChange(before, event, name));
      }),
    [device],
  );
  return { warnings, settle: (warning) => setWarnings((before) => without(before, warning)) };
}
