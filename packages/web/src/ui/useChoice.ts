/** A choice that the device keeps: it shows at once, and goes back when the device could not keep it. */
import { useRef, useState } from "react";
import { sentenceOf } from "../text/sentences.ts";
import { useText } from "../text/text.ts";

/**
 * Choices may follow each other faster than they are kept; the last one holds.
 *
 * @param kept what the device says
 */
export function useChoice<Value>(
  kept: Value,
  keep: (value: Value) => Promise<void>,
): readonly [shown: Value, choose: (value: Value) => void, problem: string | undefined] {
  const t = useText();
  const [asked, setAsked] = useState<{ readonly value: Value }>();
  const [failure, setFailure] = useState<unknown>();
  const last = useRef(asked);

  async function choose(value: Value): Promise<void> {
    const own = { value };
    last.current = own;
    setAsked(own);
    setFailure(undefined);
    const problem = await keep(value).catch((error: unknown) => error);
    if (last.current !== own) return;
    setFailure(problem ?? undefined);
    setAsked(undefined);
  }

  return [
    asked === undefined ? kept : asked.value,
    (value) => void choose(value),
    failure === undefined ? undefined : sentenceOf(failure, t),
  ];
}
