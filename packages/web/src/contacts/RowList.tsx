/** The rows of the list. Long ones are in the document only where one looks. */
import type { ReactElement, ReactNode } from "react";
import type { Contact } from "sotto";
import { Virtualizer } from "virtua";
import type { People } from "../device/people.ts";
import type { Place } from "../device/place.ts";
import { isEnded, keyOf } from "../device/place.ts";
import { useLocale, useText } from "../text/text.ts";
import styles from "./ContactList.module.css";
import { ContactRow } from "./ContactRow.tsx";
import { RequestsRow } from "./RequestsRow.tsx";
import { lookOf } from "./rows.ts";
import { useTabStop } from "./useTabStop.ts";

/** Fewer cost less drawn at once than measured. */
const MANY_ROWS = 100;
/** In place of an account where the row leads to the requests. */
export const REQUESTS_KEY = "requests";

export interface RowListProps {
  readonly incoming: readonly Contact[];
  readonly rows: readonly Place[];
  readonly people: People;
  /** The key of the place that is open, or {@link REQUESTS_KEY}. */
  readonly current: string | undefined;
  /** The first row is what Enter in the search field opens. */
  readonly searching: boolean;
}

export function RowList({ incoming, rows, people, current, searching }: RowListProps): ReactNode {
  const t = useText();
  const locale = useLocale();
  const reader = { people, nowMs: Date.now(), locale, t };
  const items = [...(incoming.length > 0 ? [undefined] : []), ...rows];
  const firstEnded = rows.find(isEnded);
  const { index: stop, listProps } = useTabStop(items.map(keyOfItem), current);

  function render(row: Place | undefined, index: number): ReactElement {
    const key = keyOfItem(row);
    const place = { current: key === current, tabStop: index === stop };
    return (
      <div key={key} data-key={key}>
        {row !== undefined && row === firstEnded && (
          <h2 className={styles["ended"]}>{t("contacts.ended")}</h2>
        )}
        {row === undefined ? (
          <RequestsRow userNames={incoming.map(({ userName }) => userName)} {...place} />
        ) : (
          <ContactRow {...lookOf(row, reader)} {...place} candidate={searching && index === 0} />
        )}
      </div>
    );
  }

  return (
    <div className={styles["rows"]} {...listProps}>
      {items.length > MANY_ROWS ? (
        <Virtualizer as="ul" item="li" data={items} keepMounted={[stop]}>
          {render}
        </Virtualizer>
      ) : (
        <ul>
          {items.map((row, index) => (
            <li key={keyOfItem(row)}>{render(row, index)}</li>
          ))}
        </ul>
      )}
    </div>
  );
}

function keyOfItem(row: Place | undefined): string {
  return row === undefined ? REQUESTS_KEY : keyOf(row);
}
