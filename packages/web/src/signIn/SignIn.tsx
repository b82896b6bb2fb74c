/** Registering and signing in: one form, two purposes. Both lead straight into the app. */
import type { FormEvent, ReactNode } from "react";
import { useState } from "react";
import type { SignInStep, Sotto, SottoHome } from "sotto";
import { SottoError } from "sotto/browser";
import { sentenceOf } from "../text/sentences.ts";
import { useText } from "../text/text.ts";
import { Brand } from "../ui/Brand.tsx";
import { Button } from "../ui/Button.tsx";
import { ErrorLine } from "../ui/ErrorLine.tsx";
import { TextField } from "../ui/TextField.tsx";
import { MoveOffer } from "./MoveOffer.tsx";
import styles from "./SignIn.module.css";

const WORDS = {
  register: {
    title: "Choose a name and a password",
    lede: "No phone number, no e-mail address.",
    submit: "Create account",
    other: "I have an account",
    nameHint: "3 to 32 of a-z, 0-9, dot, underscore and hyphen.",
    passwordHint: "At least 8 characters; several words are best.",
    autoComplete: "new-password",
  },
  signIn: {
    title: "Sign in",
    lede: "With your user name on this server.",
    submit: "Sign in",
    other: "Create an account",
    nameHint: undefined,
    passwordHint: undefined,
    autoComplete: "current-password",
  },
} as const;

const STEP_SENTENCES: Readonly<Record<SignInStep, string>> = {
  checkingName: "Asking the server for the name.",
  makingKeys: "Making this device's keys.",
  provingPassword: "Proving the password. The server does not get to see it.",
  storing: "Storing keys in this browser.",
  connecting: "Connecting.",
};

export interface SignInProps {
  readonly home: SottoHome;
  /** The account that was signed in here. */
  readonly knownUserName: string | undefined;
  readonly onOpened: (device: Sotto) => void;
}

export function SignIn({ home, knownUserName, onOpened }: SignInProps): ReactNode {
  const t = useText();
  const [purpose, setPurpose] = useState<keyof typeof WORDS>(
    knownUserName === undefined ? "register" : "signIn",
  );
  const [userName, setUserName] = useState(knownUserName ?? "");
  const [password, setPassword] = useState("");
  const [step, setStep] = useState<SignInStep>();
  const [problem, setProblem] = useState<unknown>();
  const words = WORDS[purpose];
  const busy = step !== undefined;
  const otherDevice = problem instanceof SottoError && problem.code === "otherDevice";

  async function go(move: boolean): Promise<void> {
    setProblem(undefined);
    setStep(purpose === "register" ? "checkingName" : "provingPassword");
    const options = { server: location.origin, userName, password, onStep: setStep };
    try {
      onOpened(await (purpose === "register" ? home.register(options) : home.login({ ...options, move })));
    } catch (error) {
      setProblem(error);
      setStep(undefined);
    }
  }

  function submit(event: FormEvent): void {
    event.preventDefault();
    if (!busy) void go(false);
  }

  function changePurpose(): void {
    setPurpose(purpose === "register" ? "signIn" : "register");
    setProblem(undefined);
  }

  return (
    <main className={styles["page"]}>
      <form className={styles["card"]} onSubmit={submit} aria-label={words.submit}>
        <Brand />
        <div>
          <h1 className={styles["title"]}>{words.title}</h1>
          <p className={styles["lede"]}>{words.lede}</p>
        </div>
        <TextField
          label="User name"
          kind="userName"
          autoComplete="username"
          maxLength={32}
          value={userName}
          onChange={(text) => setUserName(text.trim().toLowerCase())}
          disabled={busy}
          autoFocus
          {...(words.nameHint !== undefined && { hint: words.nameHint })}
        />
        <TextField
          label="Password"
          kind="password"
          autoComplete={words.autoComplete}
          value={password}
          onChange={setPassword}
          disabled={busy}
          {...(words.passwordHint !== undefined && { hint: words.passwordHint })}
        />
        {otherDevice ? (
          <MoveOffer
            userName={userName}
            onMove={() => void go(true)}
            onCancel={() => setProblem(undefined)}
          />
        ) : (
          <>
            <ErrorLine sentence={problem === undefined ? undefined : sentenceOf(problem, t)} />
            <Button look="primary" type="submit" wide busy={busy}>
              {words.submit}
            </Button>
            <Button look="text" onPress={changePurpose} disabled={busy}>
              {words.other}
            </Button>
          </>
        )}
        <p className={styles["foot"]} role="status">
          {step === undefined
            ? "Your password stays in this browser. The server only learns that you know it."
            : STEP_SENTENCES[step]}
        </p>
      </form>
    </main>
  );
}
