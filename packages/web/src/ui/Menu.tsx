/** A button that opens a short list of acts; arrow keys walk through it, Escape closes it. */
import { Menu as Base } from "@base-ui/react/menu";
import type { ReactNode } from "react";
import { useCallback, useState } from "react";
import { Icon } from "./Icon.tsx";
import controls from "./IconButton.module.css";
import styles from "./Menu.module.css";

export interface MenuItem {
  readonly key: string;
  readonly label: string;
  readonly look: "plain" | "danger";
  readonly onPress: () => void;
}

export interface MenuProps {
  /** What the button says to assistive technology. */
  readonly label: string;
  readonly items: readonly MenuItem[];
}

/** Its list lies over everything, and in the document in the part of the page that the button is in. */
export function Menu({ label, items }: MenuProps): ReactNode {
  const [pane, setPane] = useState<HTMLElement | null>(null);
  const find = useCallback(
    (button: HTMLButtonElement | null) => setPane(button?.closest<HTMLElement>("[data-pane]") ?? null),
    [],
  );
  return (
    <Base.Root>
      <Base.Trigger ref={find} className={controls["control"] ?? ""} aria-label={label} title={label}>
        <Icon name="more" />
      </Base.Trigger>
      <Base.Portal container={pane}>
        <Base.Positioner
          className={styles["place"] ?? ""}
          align="end"
          sideOffset={4}
          positionMethod="fixed"
          collisionPadding={8}
        >
          <Base.Popup className={styles["popup"] ?? ""}>
            {items.map(({ key, label: words, look, onPress }) => (
              <Base.Item key={key} className={`${styles["item"]} ${styles[look]}`} onClick={onPress}>
                {words}
              </Base.Item>
            ))}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
