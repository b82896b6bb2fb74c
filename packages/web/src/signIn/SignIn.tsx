/** Registering and signing in: one form, two purposes. Both lead straight into the app, or to the invitation whose link brought here. */
import type { FormEvent, ReactNode } from "react";
import { useEffect, useRef, useState } from "react";
import type { Sotto, SottoHome } from "sotto";
import type { Route } from "../app/route.ts";
import { goTo, useRoute } from "../app/route.ts";
import { LanguageSelect } from "../settings/LanguageSelect.tsx";
import { useText } from "../text/text.ts";
import { asUserName, isUserName } from "../text/userName.ts";
import { Brand } from "../ui/Brand.tsx";
import { Button } from "../ui/Button.tsx";
import { ErrorLine } from "../ui/ErrorLine.tsx";
import { MoveOffer } from "./MoveOffer.tsx";
import { PasswordField } from "./PasswordField.tsx";
import type { Problem, Purpose } from "./problems.ts";
import styles from "./SignIn.module.css";
import { UserNameField } from "./UserNameField.tsx";
import { useSignIn } from "./useSignIn.ts";

export interface SignInProps {
  readonly home: SottoHome;
  /** The account that was signed in here. */
  readonly knownUserName: string | undefined;
  readonly onOpened: (device: Sotto) => void;
}

export function SignIn({ home, knownUserName, onOpened }: SignInProps): ReactNode {
  const t = useText();
  const invited = useInvited();
  const { step, problem, otherDevice, go, clear } = useSignIn(home, onOpened);
  const [purpose, setPurpose] = useState<Purpose>(knownUserName === undefined ? "register" : "signIn");
  const [userName, setUserName] = useState(knownUserName ?? "");
  const [password, setPassword] = useState("");
  const userNameField = useRef<HTMLInputElement>(null);
  const passwordField = useRef<HTMLInputElement>(null);
  const registering = purpose === "register";
  const busy = step !== undefined;
  const submitText = registering ? t("signIn.submitRegister") : t("signIn.submitSignIn");
  const server = location.host;

  // A new problem has the focus at its field, so that one can go on typing there.
  useEffect(() => {
    if (problem?.place === "userName") userNameField.current?.select();
    if (problem?.place === "password") passwordField.current?.select();
  }, [problem]);

  function submit(event: FormEvent): void {
    event.preventDefault();
    go(purpose, { userName, password });
  }

  function changePurpose(): void {
    setPurpose(registering ? "signIn" : "register");
    clear();
    userNameField.current?.focus();
  }

  return (
    <main className={styles["page"]}>
      <form className={styles["card"]} onSubmit={submit} aria-label={submitText} noValidate>
        <div className={styles["bar"]}>
          <Brand />
          <LanguageSelect />
        </div>
        <div className={styles["head"]}>
          <h1 className={styles["title"]}>
            {registering ? t("signIn.titleRegister") : t("signIn.titleSignIn", { server })}
          </h1>
          <p className={styles["lede"]}>
            {registering ? t("signIn.ledeRegister", { server }) : t("signIn.ledeSignIn")}
          </p>
        </div>
        {invited !== undefined && (
          <p className={styles["invited"]}>
            {invited.to === "room" ? t("signIn.invitedToRoom") : t("signIn.invited", { name: invited.by })}
          </p>
        )}
        <UserNameField
          fieldRef={userNameField}
          purpose={purpose}
          value={userName}
          error={sentenceAt("userName", problem)}
          busy={busy}
          autoFocus={knownUserName === undefined}
          onChange={(text) => {
            setUserName(asUserName(text));
            clear();
          }}
        />
        <PasswordField
          fieldRef={passwordField}
          purpose={purpose}
          value={password}
          userName={userName}
          error={sentenceAt("password", problem)}
          busy={busy}
          autoFocus={knownUserName !== undefined}
          onChange={(text) => {
            setPassword(text);
            clear();
          }}
        />
        {otherDevice ? (
          <MoveOffer
            userName={userName}
            onMove={() => go(purpose, { userName, password }, true)}
            onCancel={clear}
          />
        ) : (
          <div className={styles["acts"]}>
            <ErrorLine sentence={sentenceAt("form", problem)} />
            <Button look="primary" type="submit" wide busy={busy}>
              {submitText}
            </Button>
            <Button look="text" wide onPress={changePurpose} disabled={busy}>
              {registering ? t("signIn.haveAccount") : t("signIn.noAccount")}
            </Button>
          </div>
        )}
        <p className={styles["foot"]} role="status">
          {step === undefined ? t("signIn.promise") : t(`signIn.step.${step}`)}
        </p>
      </form>
    </main>
  );
}

function sentenceAt(place: Problem["place"], problem: Problem | undefined): string | undefined {
  return problem?.place === place ? problem.sentence : undefined;
}

type Invited = { readonly to: "contact"; readonly by: string } | { readonly to: "room" };

/** Which invitation was opened; it stays in the address until one is in. Any other address was somebody else's, who has signed out. */
function useInvited(): Invited | undefined {
  const route = useRoute();
  const invited = invitedBy(route);
  const isElsewhere = invited === undefined && route.page !== "list";
  useEffect(() => {
    if (isElsewhere) goTo({ page: "list" }, { replace: true });
  }, [isElsewhere]);
  return invited;
}

function invitedBy(route: Route): Invited | undefined {
  if (route.page === "room") return route.code === undefined ? undefined : { to: "room" };
  if (route.page !== "add" || route.userName === undefined || !isUserName(route.userName)) return undefined;
  return { to: "contact", by: route.userName };
}
