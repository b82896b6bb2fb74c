/** The own invitation: a link to copy or share, and the same as a QR code. */
import type { ReactNode } from "react";
import { Suspense, lazy, memo, useId } from "react";
import { useText } from "../text/text.ts";
import { Boundary } from "../ui/Boundary.tsx";
import { Button } from "../ui/Button.tsx";
import { CopyButton } from "../ui/CopyButton.tsx";
import { Icon } from "../ui/Icon.tsx";
import styles from "./Invitation.module.css";
import { invitationLink, isLoopback } from "./invitationLink.ts";

const QrCode = lazy(async () => ({ default: (await import("./QrCode.tsx")).QrCode }));

export interface InvitationProps {
  /** The server's address as the device knows it. */
  readonly server: string;
  /** The own. */
  readonly userName: string;
  /** It is the only thing on its page. */
  readonly page?: boolean;
}

/** Not drawn again with every key in the form above it. */
export const Invitation = memo(function Invitation({
  server,
  userName,
  page = false,
}: InvitationProps): ReactNode {
  const t = useText();
  const id = useId();
  const link = invitationLink(server, userName);
  const Title = page ? "h1" : "h2";

  return (
    <section className={`${styles["invitation"]} ${page ? styles["page"] : ""}`} aria-labelledby={id}>
      <Title id={id} className={styles["title"]}>
        {t("contacts.bringIn")}
      </Title>
      <p className={styles["text"]}>{t("contacts.bringInText")}</p>
      <div className={styles["code"]}>
        <Boundary fallback={null}>
          <Suspense>
            <QrCode text={link} label={t("contacts.code")} />
          </Suspense>
        </Boundary>
      </div>
      <div className={styles["link"]}>
        <p dir="ltr" translate="no">
          {link}
        </p>
        <CopyButton text={link} label={t("contacts.copyLink")} look="text" />
      </div>
      {"share" in navigator && (
        <Button onPress={() => void share(link)}>
          <Icon name="share" size="small" />
          {t("contacts.share")}
        </Button>
      )}
      {isLoopback(server) && <p className={styles["note"]}>{t("contacts.onlyHere")}</p>}
    </section>
  );
});

/** The system's sheet says itself what went wrong; closing it is no error. */
async function share(url: string): Promise<void> {
  await navigator.share({ url }).catch(() => {});
}
