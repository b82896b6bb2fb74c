/** Whether contacts see this account online; whoever hides does not see them either. */
import type { ReactNode } from "react";
import { useSyncExternalStore } from "react";
import type { Sotto } from "sotto";
import { useText } from "../text/text.ts";
import { ErrorLine } from "../ui/ErrorLine.tsx";
import { Switch } from "../ui/Switch.tsx";
import { useAct } from "../ui/useAct.ts";
import { Group } from "./Group.tsx";

export function Presence({ device }: { readonly device: Sotto }): ReactNode {
  const t = useText();
  const hidden = useSyncExternalStore(
    (onChange) => device.on(onChange),
    () => device.presenceHidden,
  );
  const [change, { problem }] = useAct((shown: boolean) => device.setPresenceHidden(!shown));
  return (
    <Group title={t("settings.presence.title")}>
      <div>
        <Switch
          label={t("settings.presence.label")}
          hint={t("settings.presence.hint")}
          on={!hidden}
          onChange={change}
        />
        <ErrorLine sentence={problem} />
      </div>
    </Group>
  );
}
