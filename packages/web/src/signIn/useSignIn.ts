/** A try to register or to sign in: which step it is at, and what came of the last one. */
import { useState } from "react";
import type { SignInStep, Sotto, SottoHome } from "sotto";
import { SottoError } from "sotto/browser";
import { useText } from "../text/text.ts";
import type { Problem, Purpose } from "./problems.ts";
import { problemOfError, problemOfInput } from "./problems.ts";

export interface Credentials {
  readonly userName: string;
  readonly password: string;
}

export interface SignInAttempt {
  /** Of the try that is under way. */
  readonly step: SignInStep | undefined;
  readonly problem: Problem | undefined;
  /** The account is in use elsewhere: {@link SignInAttempt.go} with `move` takes it over. */
  readonly otherDevice: boolean;
  /** Does nothing while a try is under way. */
  readonly go: (purpose: Purpose, credentials: Credentials, move?: boolean) => void;
  /** Forgets what came of the last one. */
  readonly clear: () => void;
}

export function useSignIn(home: SottoHome, onOpened: (device: Sotto) => void): SignInAttempt {
  const t = useText();
  const [step, setStep] = useState<SignInStep>();
  const [problem, setProblem] = useState<Problem>();
  const [otherDevice, setOtherDevice] = useState(false);

  function clear(): void {
    setProblem(undefined);
    setOtherDevice(false);
  }

  async function run(purpose: Purpose, credentials: Credentials, move: boolean): Promise<void> {
    const wrong = problemOfInput(purpose, credentials, t);
    clear();
    if (wrong !== undefined) return setProblem(wrong);
    setStep(purpose === "register" ? "checkingName" : "provingPassword");
    const options = { server: location.origin, ...credentials, onStep: setStep };
    try {
      onOpened(await (purpose === "register" ? home.register(options) : home.login({ ...options, move })));
    } catch (error) {
      setStep(undefined);
      if (error instanceof SottoError && error.code === "otherDevice") setOtherDevice(true);
      else setProblem(problemOfError(error, t));
    }
  }

  return {
    step,
    problem,
    otherDevice,
    clear,
    go: (purpose, credentials, move = false) => {
      if (step === undefined) void run(purpose, credentials, move);
    },
  };
}
