/** What stands beside the list while no conversation is open: how to open one, or how to bring somebody in. */
import { Trans } from "@lingui/react";
import type { ReactNode } from "react";
import type { Sotto } from "sotto";
import { hrefOf } from "../app/route.ts";
import { Invitation } from "../contacts/Invitation.tsx";
import type { DeviceView } from "../device/deviceView.ts";
import { useText } from "../text/text.ts";
import { Mark } from "../ui/Brand.tsx";
import { Button } from "../ui/Button.tsx";
import { Icon } from "../ui/Icon.tsx";
import { useOpenHelp } from "./help.ts";
import { isApple } from "./isApple.ts";
import { Keys } from "./Keys.tsx";
import { keyNames } from "./shortcuts.ts";
import styles from "./Welcome.module.css";

export function Welcome({ device, view }: { readonly device: Sotto; readonly view: DeviceView }): ReactNode {
  const t = useText();
  const openHelp = useOpenHelp();
  if (view.contacts.length === 0) {
    return (
      <div className={styles["welcome"]}>
        <Invitation server={device.server} userName={device.userName} page />
        <a className={styles["add"]} href={hrefOf({ page: "add" })}>
          <Icon name="addPerson" />
          {t("contacts.add")}
        </a>
      </div>
    );
  }
  return (
    <div className={styles["welcome"]}>
      <Mark size="large" />
      <h1 className={styles["title"]}>{t("shell.choose")}</h1>
      <p className={styles["hint"]}>
        <Trans
          id="shell.chooseHint"
          components={[<Keys key="keys" keys={[keyNames(isApple()).command, "K"]} />]}
        />
      </p>
      <Button look="text" onPress={openHelp}>
        <Icon name="keyboard" />
        {t("shell.keys")}
      </Button>
    </div>
  );
}
