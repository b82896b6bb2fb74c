/** Leads to the contact requests that wait for an answer. */
import type { ReactNode } from "react";
import type { Contact } from "sotto";
import { hrefOf } from "../app/route.ts";
import { Icon } from "../ui/Icon.tsx";
import styles from "./Row.module.css";

export function RequestsRow({
  incoming,
  current,
}: {
  readonly incoming: readonly Contact[];
  readonly current: boolean;
}): ReactNode {
  const [first, ...others] = incoming.map(({ userName }) => userName);
  return (
    <a
      className={styles["row"]}
      href={hrefOf({ page: "requests" })}
      aria-current={current ? "page" : undefined}
    >
      <span className={styles["badge"]}>
        <Icon name="addPerson" />
      </span>
      <span className={styles["lines"]}>
        <span className={styles["line"]}>
          <span className={styles["name"]}>
            {incoming.length === 1 ? "1 request" : `${incoming.length} requests`}
          </span>
        </span>
        <span className={styles["line"]}>
          <span className={styles["preview"]}>
            {others.length === 0
              ? `${first} wants to write to you`
              : `${first} and ${others.length} more want to write to you`}
          </span>
        </span>
      </span>
    </a>
  );
}
