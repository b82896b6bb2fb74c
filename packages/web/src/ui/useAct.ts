/** An act that takes a moment: whether it is under way, and why it failed. */
import { useState } from "react";
import { sentenceOf } from "../text/sentences.ts";
import { useText } from "../text/text.ts";

export interface ActState {
  readonly busy: boolean;
  /** The sentence of the last failure. */
  readonly problem: string | undefined;
  /** Forgets the last failure. */
  readonly clear: () => void;
}

/** Runs one at a time: a call while it is under way does nothing. */
export function useAct<Arguments extends readonly unknown[]>(
  act: (...args: Arguments) => Promise<void>,
): readonly [run: (...args: Arguments) => void, state: ActState] {
  const t = useText();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>();

  async function run(...args: Arguments): Promise<void> {
    setBusy(true);
    setFailure(undefined);
    try {
      await act(...args);
    } catch (error) {
      setFailure(error);
    } finally {
      setBusy(false);
    }
  }

  return [
    (...args) => {
      if (!busy) void run(...args);
    },
    {
      busy,
      problem: failure === undefined ? undefined : sentenceOf(failure, t),
      clear: () => setFailure(undefined),
    },
  ];
}
