/** What holds for every conversation. */
import type { ReactNode } from "react";
import { useText } from "../text/text.ts";
import { Fact } from "./Fact.tsx";

export function SealFacts(): ReactNode {
  const t = useText();
  return (
    <>
      <Fact icon="shield" title={t("details.suite")} hint={t("details.suiteHint")} />
      <Fact icon="lock" title={t("details.onlyHere")} hint={t("details.onlyHereHint")} />
    </>
  );
}
