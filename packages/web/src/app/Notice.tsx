/** A page that says one thing. Without a title it is the moment before anything is known: only the mark shows. */
import type { ReactNode } from "react";
import { Brand } from "../ui/Brand.tsx";
import styles from "./Notice.module.css";

export function Notice({
  title,
  children,
}: {
  readonly title: string;
  readonly children?: ReactNode;
}): ReactNode {
  return (
    <main className={styles["page"]}>
      <div className={styles["card"]}>
        <Brand />
        {title !== "" && <h1 className={styles["title"]}>{title}</h1>}
        {children}
      </div>
    </main>
  );
}
