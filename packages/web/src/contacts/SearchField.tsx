/** Finds people and groups while one types; Enter opens the first. */
import type { KeyboardEvent, ReactNode, Ref } from "react";
import { Keys } from "../shell/Keys.tsx";
import { isApple } from "../shell/isApple.ts";
import { keyNames } from "../shell/shortcuts.ts";
import { useText } from "../text/text.ts";
import { Hidden } from "../ui/Hidden.tsx";
import { Icon } from "../ui/Icon.tsx";
import { IconButton } from "../ui/IconButton.tsx";
import styles from "./SearchField.module.css";

export interface SearchFieldProps {
  readonly fieldRef: Ref<HTMLInputElement>;
  readonly query: string;
  /** How many rows the query finds. */
  readonly found: number;
  readonly onChange: (query: string) => void;
  readonly onOpenFirst: () => void;
  readonly onGoToList: () => void;
}

export function SearchField(props: SearchFieldProps): ReactNode {
  const { fieldRef, query, found, onChange, onOpenFirst, onGoToList } = props;
  const t = useText();

  function onKeyDown(event: KeyboardEvent): void {
    if (event.nativeEvent.isComposing) return;
    const act = actOf(event.key);
    if (act === undefined) return;
    event.preventDefault();
    act();
  }

  function actOf(key: string): (() => void) | undefined {
    if (key === "Enter") return onOpenFirst;
    if (key === "ArrowDown") return onGoToList;
    return key === "Escape" && query !== "" ? () => onChange("") : undefined;
  }

  return (
    <div className={styles["find"]} role="search">
      <Icon name="search" />
      <input
        ref={fieldRef}
        type="search"
        aria-label={t("contacts.search")}
        placeholder={t("contacts.search")}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        enterKeyHint="go"
        value={query}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={onKeyDown}
      />
      {query === "" ? (
        <span className={styles["keys"]} aria-hidden="true">
          <Keys keys={[keyNames(isApple()).command, "K"]} />
        </span>
      ) : (
        <IconButton icon="cross" label={t("contacts.clearSearch")} onPress={() => onChange("")} />
      )}
      <span role="status">
        <Hidden>{query.trim() === "" ? "" : t("contacts.found", { count: found })}</Hidden>
      </span>
    </div>
  );
}
