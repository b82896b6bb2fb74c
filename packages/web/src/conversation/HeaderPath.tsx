/** Which way messages go now; pressing it leads to why, and to the choice. */
import type { ReactNode } from "react";
import type { Conversation } from "sotto";
import { hrefOf } from "../app/route.ts";
import { pathNow } from "../path/pathNow.ts";
import { useText } from "../text/text.ts";
import { PathShape } from "../ui/PathGlyph.tsx";
import styles from "./HeaderPath.module.css";

export interface HeaderPathProps {
  /** The other's. */
  readonly userName: string;
  readonly conversation: Conversation;
}

export function HeaderPath({ userName, conversation }: HeaderPathProps): ReactNode {
  const t = useText();
  const { shape, title } = pathNow(conversation, false);
  const now = t(title);
  return (
    <a
      className={`${styles["path"]} ${conversation.link.state === "open" ? styles["direct"] : ""}`}
      href={hrefOf({ page: "conversation", userName, details: "path" })}
      aria-label={t("path.link", { now })}
    >
      {/* A new element for a new shape, which comes up by and by. */}
      <span key={shape} className={styles["now"]}>
        <PathShape path={shape} />
        {now}
      </span>
    </a>
  );
}
