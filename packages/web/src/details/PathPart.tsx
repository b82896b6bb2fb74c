/** Which way the messages of a conversation go now and why, and the choice. */
import type { ReactNode } from "react";
import { useEffect, useRef } from "react";
import type { Conversation, Sotto } from "sotto";
import type { DeviceView } from "../device/deviceView.ts";
import { PathChoice } from "../path/PathChoice.tsx";
import { pathNow } from "../path/pathNow.ts";
import { useText } from "../text/text.ts";
import { PathShape } from "../ui/PathGlyph.tsx";
import { Fact } from "./Fact.tsx";

export interface PathPartProps {
  readonly device: Sotto;
  /** The other's. */
  readonly userName: string;
  readonly conversation: Conversation;
  readonly view: DeviceView;
  /** What its heading is. */
  readonly heading: "h2" | "h3";
  /** It is what the page was opened for: it comes into view and takes the focus. */
  readonly wanted: boolean;
  /** Called once it has. */
  readonly onReached: () => void;
}

export function PathPart({
  device,
  userName,
  conversation,
  view,
  heading: Heading,
  wanted,
  onReached,
}: PathPartProps): ReactNode {
  const t = useText();
  const { id, path, pathIsDefault } = conversation;
  const { shape, title, effect, why } = pathNow(conversation, view.presenceHidden);
  const name = { name: userName };
  const heading = useRef<HTMLHeadingElement>(null);
  const reached = useRef(onReached);
  useEffect(() => {
    reached.current = onReached;
  });
  useEffect(() => {
    if (!wanted) return;
    if (heading.current !== null) bringUp(heading.current);
    reached.current();
  }, [wanted]);
  return (
    <>
      <Heading ref={heading} tabIndex={-1}>
        {t("path.title")}
      </Heading>
      <Fact glyph={<PathShape path={shape} />} title={t(title)} hint={t(effect, name)} more={t(why, name)} />
      <PathChoice
        legend={t("settings.paths.choice")}
        look="plain"
        chosen={pathIsDefault ? null : path}
        ofSettings={view.defaultPath}
        onChoose={(chosen) => device.conversations.setPath(id, chosen)}
      />
    </>
  );
}

/** Room above the heading, in px. */
const ABOVE_PX = 18;

/** To the top of what it is scrolled in, and of nothing around that. */
function bringUp(heading: HTMLElement): void {
  const pane = heading.closest("[role=region]");
  if (pane !== null)
    pane.scrollTop += heading.getBoundingClientRect().top - pane.getBoundingClientRect().top - ABOVE_PX;
  heading.focus({ preventScroll: true });
}
