/** One person who wants to write, and the three answers. */
import type { ReactNode } from "react";
import { useState } from "react";
import type { Contact, Sotto } from "sotto";
import { goTo } from "../app/route.ts";
import { sentenceOf } from "../text/sentences.ts";
import { useText } from "../text/text.ts";
import { Button } from "../ui/Button.tsx";
import { ErrorLine } from "../ui/ErrorLine.tsx";
import { Face } from "../ui/Face.tsx";
import styles from "./Requests.module.css";

export interface RequestCardProps {
  readonly device: Sotto;
  readonly contact: Contact;
  /** What came with the request. */
  readonly text: string | undefined;
}

type Answer = "accept" | "decline" | "block";

export function RequestCard({ device, contact, text }: RequestCardProps): ReactNode {
  const { userName, account, pinned } = contact;
  const t = useText();
  const [underWay, setUnderWay] = useState<Answer>();
  const [problem, setProblem] = useState<string>();

  async function answer(chosen: Answer): Promise<void> {
    if (underWay !== undefined) return;
    setUnderWay(chosen);
    setProblem(undefined);
    try {
      await device.contacts[chosen](userName);
      if (chosen === "accept") goTo({ page: "conversation", userName, details: false });
    } catch (error) {
      setProblem(sentenceOf(error, t));
    } finally {
      setUnderWay(undefined);
    }
  }

  return (
    <article className={styles["card"]} aria-label={`Request from ${userName}`}>
      <Face name={userName} account={account} size="large" />
      <div className={styles["words"]}>
        <h2 className={styles["name"]}>{userName}</h2>
        <p className={styles["wants"]}>Wants to write to you.</p>
        {!pinned && (
          <p className={styles["rekeyed"]} role="alert">
            The keys are not those that you know {userName} by. It could be someone else: ask them over
            another channel whether they signed up again before you accept.
          </p>
        )}
        {text !== undefined && (
          <p className={styles["text"]} dir="auto">
            {text}
          </p>
        )}
      </div>
      <div className={styles["acts"]}>
        <Button look="primary" busy={underWay === "accept"} onPress={() => void answer("accept")}>
          Accept
        </Button>
        <Button busy={underWay === "decline"} onPress={() => void answer("decline")}>
          Decline
        </Button>
        <Button look="danger" busy={underWay === "block"} onPress={() => void answer("block")}>
          Block
        </Button>
      </div>
      <div className={styles["problem"]}>
        <ErrorLine sentence={problem} />
      </div>
    </article>
  );
}
