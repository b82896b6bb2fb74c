/** Contacts to choose from, any number of them; a field above finds them by name. */
import type { ReactNode } from "react";
import { useId, useState } from "react";
import type { Contact } from "sotto";
import { useText } from "../text/text.ts";
import { Face } from "../ui/Face.tsx";
import { Hidden } from "../ui/Hidden.tsx";
import { PersonName } from "../ui/PersonName.tsx";
import { Icon } from "../ui/Icon.tsx";
import styles from "./PeoplePicker.module.css";

export interface PeoplePickerProps {
  /** Those who can be chosen. */
  readonly contacts: readonly Contact[];
  /** Their user names. */
  readonly chosen: readonly string[];
  readonly onChange: (chosen: readonly string[]) => void;
}

export function PeoplePicker({ contacts, chosen, onChange }: PeoplePickerProps): ReactNode {
  const t = useText();
  const id = useId();
  const [query, setQuery] = useState("");
  const wanted = query.trim().toLowerCase();
  const found = contacts.filter(
    ({ userName, displayName }) => userName.includes(wanted) || displayName.toLowerCase().includes(wanted),
  );

  function toggle(userName: string): void {
    onChange(chosen.includes(userName) ? chosen.filter((one) => one !== userName) : [...chosen, userName]);
  }

  if (contacts.length === 0) return <p className={styles["none"]}>{t("groups.nobodyToChoose")}</p>;
  return (
    <fieldset className={styles["picker"]}>
      <legend className={styles["legend"]}>{t("groups.choose")}</legend>
      <div className={styles["find"]}>
        <Icon name="search" size="small" />
        <input
          type="search"
          aria-label={t("groups.findContact")}
          placeholder={t("groups.findContact")}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          value={query}
          onChange={(event) => setQuery(event.target.value)}
          onKeyDown={(event) => {
            // Enter would send the form; with one left it chooses them.
            if (event.key !== "Enter" || event.nativeEvent.isComposing) return;
            event.preventDefault();
            const [only, ...others] = found;
            if (only !== undefined && others.length === 0) toggle(only.userName);
          }}
        />
      </div>
      <ul className={styles["people"]}>
        {found.map(({ account, userName, displayName, picture, online }) => (
          <li key={account}>
            <label className={styles["person"]} htmlFor={`${id}-${account}`}>
              <Face name={userName} account={account} online={online} picture={picture} />
              <span className={styles["name"]}>
                <PersonName userName={userName} displayName={displayName} />
              </span>
              <input
                id={`${id}-${account}`}
                type="checkbox"
                checked={chosen.includes(userName)}
                onChange={() => toggle(userName)}
              />
            </label>
          </li>
        ))}
      </ul>
      {found.length === 0 && (
        <p className={styles["none"]}>{t("groups.noSuchContact", { query: query.trim() })}</p>
      )}
      <p className={styles["count"]} role="status">
        {chosen.length > 0 && t("groups.chosen", { count: chosen.length })}
        {wanted !== "" && <Hidden>{t("contacts.found", { count: found.length })}</Hidden>}
      </p>
    </fieldset>
  );
}
