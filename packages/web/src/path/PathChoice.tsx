/** The choice which way messages go; each line says what it means, and what it discloses to whom. */
import type { ReactNode } from "react";
import type { PathMode } from "sotto";
import { useText } from "../text/text.ts";
import { Choices } from "../ui/Choices.tsx";
import { ErrorLine } from "../ui/ErrorLine.tsx";
import type { PathShapeName } from "../ui/PathGlyph.tsx";
import { PathShape } from "../ui/PathGlyph.tsx";
import { useChoice } from "../ui/useChoice.ts";
import { PATH_MODES } from "./pathNow.ts";

const SHAPES: Readonly<Partial<Record<PathMode, PathShapeName>>> = {
  direct: "direct",
  turn: "turn",
  relay: "relay",
};

export interface PathChoiceProps<Chosen extends PathMode | null> {
  readonly legend: string;
  readonly look: "card" | "plain";
  /** null: as the settings say. */
  readonly chosen: Chosen;
  /** What the settings say, where one may follow them. */
  readonly ofSettings?: PathMode;
  readonly onChoose: (path: Chosen | PathMode) => Promise<void>;
}

export function PathChoice<Chosen extends PathMode | null>({
  legend,
  look,
  chosen,
  ofSettings,
  onChoose,
}: PathChoiceProps<Chosen>): ReactNode {
  const t = useText();
  const [shown, choose, problem] = useChoice<Chosen | PathMode>(chosen, onChoose);
  const modes = PATH_MODES.map((mode) => ({
    value: mode as Chosen | PathMode,
    label: t(`path.mode.${mode}`),
    hint: t(`path.mode.${mode}Hint`),
    glyph: SHAPES[mode] && <PathShape path={SHAPES[mode]} />,
  }));
  return (
    <>
      <Choices
        legend={legend}
        look={look}
        options={
          ofSettings === undefined
            ? modes
            : [
                {
                  value: null as Chosen,
                  label: t("path.mode.default"),
                  hint: t("path.mode.defaultNow", { mode: t(`path.mode.${ofSettings}`) }),
                },
                ...modes,
              ]
        }
        chosen={shown}
        onChoose={choose}
        // On the way from one to another a device must not tell its address, even for a moment.
        deliberate
      />
      <ErrorLine sentence={problem} />
    </>
  );
}
