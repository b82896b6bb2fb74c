/** When the conversation's keys were last renewed, and a button that renews them now. */
import type { ReactNode } from "react";
import { useEffect, useState } from "react";
import type { Conversation, Sotto } from "sotto";
import { relativeTime } from "../text/dates.ts";
import { useLocale, useText } from "../text/text.ts";
import { Button } from "../ui/Button.tsx";
import { ErrorLine } from "../ui/ErrorLine.tsx";
import { useAct } from "../ui/useAct.ts";
import { Fact } from "./Fact.tsx";

export interface KeysFactProps {
  readonly device: Sotto;
  readonly conversation: Conversation;
}

/** How old "5 minutes ago" may become before it is said anew. */
const REFRESH_MS = 30_000;

export function KeysFact({ device, conversation }: KeysFactProps): ReactNode {
  const { id, keysRenewedAtMs } = conversation;
  const t = useText();
  const locale = useLocale();
  const nowMs = useNow();
  /** The renewal before the one that was asked for here; other keys hold when it is another. */
  const [askedAfter, setAskedAfter] = useState<number>();
  const [renew, { busy, problem }] = useAct(async () => {
    await device.conversations.renewKeys(id);
    setAskedAfter(keysRenewedAtMs);
  });
  const isUnderWay = askedAfter === keysRenewedAtMs;
  const when = relativeTime(keysRenewedAtMs, nowMs, locale);
  return (
    <>
      <Fact
        icon="renew"
        title={when === undefined ? t("details.keysRenewedNow") : t("details.keysRenewed", { when })}
        hint={t("details.keysHint")}
        act={
          <Button look="text" busy={busy || isUnderWay} onPress={renew}>
            {t("details.renew")}
          </Button>
        }
      />
      <p role="status">{isUnderWay && t("details.renewing")}</p>
      <ErrorLine sentence={problem} />
    </>
  );
}

function useNow(): number {
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), REFRESH_MS);
    return () => clearInterval(timer);
  }, []);
  return nowMs;
}
