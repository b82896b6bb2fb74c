/** Puts a text on the clipboard and says so for a moment. */
import type { ReactNode } from "react";
import { useEffect, useState } from "react";
import { useText } from "../text/text.ts";
import { Button } from "./Button.tsx";
import { Icon } from "./Icon.tsx";

const SAID_MS = 2500;

export interface CopyButtonProps {
  readonly text: string;
  /** Instead of the plain word. */
  readonly label?: string;
  readonly look?: "outline" | "text";
}

export function CopyButton({ text, label, look = "outline" }: CopyButtonProps): ReactNode {
  const t = useText();
  const [outcome, setOutcome] = useState<"common.copied" | "common.copyFailed">();

  useEffect(() => {
    if (outcome === undefined) return undefined;
    const timer = setTimeout(() => setOutcome(undefined), SAID_MS);
    return () => clearTimeout(timer);
  }, [outcome]);

  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(text);
      setOutcome("common.copied");
    } catch {
      // Without a secure context or the person's leave there is no clipboard; the text itself can be selected.
      setOutcome("common.copyFailed");
    }
  }

  return (
    <Button look={look} onPress={() => void copy()}>
      <Icon name={outcome === "common.copied" ? "check" : "copy"} size="small" />
      <span aria-live="polite">{outcome === undefined ? (label ?? t("common.copy")) : t(outcome)}</span>
    </Button>
  );
}
