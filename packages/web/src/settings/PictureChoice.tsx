/** The buttons beside the own face: choose a picture, cut it, or have none. */
import type { ReactNode } from "react";
import { useRef, useState } from "react";
import type { Sotto } from "sotto";
import { SottoError } from "sotto/browser";
import { croppedPicture, pictureToCrop } from "sotto/browser";
import { useText } from "../text/text.ts";
import { Button } from "../ui/Button.tsx";
import { ErrorLine } from "../ui/ErrorLine.tsx";
import { useAct } from "../ui/useAct.ts";
import { CropDialog } from "./CropDialog.tsx";
import styles from "./Profile.module.css";

export interface PictureChoiceProps {
  readonly device: Sotto;
  readonly hasPicture: boolean;
}

export function PictureChoice({ device, hasPicture }: PictureChoiceProps): ReactNode {
  const t = useText();
  const input = useRef<HTMLInputElement>(null);
  const [bitmap, setBitmap] = useState<ImageBitmap>();
  const [choose, choosing] = useAct(async (file: File) => {
    const opened = await pictureToCrop(file);
    if (opened === undefined) throw new SottoError("badPicture", "");
    setBitmap(opened);
  });
  const [remove, removing] = useAct(() => device.profile.set({ picture: null }));

  function close(): void {
    bitmap?.close();
    setBitmap(undefined);
  }

  return (
    <div className={styles["picture"]}>
      <input
        ref={input}
        type="file"
        accept="image/*"
        hidden
        onChange={({ target }) => {
          const file = target.files?.[0];
          // The same file may be chosen again.
          target.value = "";
          removing.clear();
          if (file !== undefined) choose(file);
        }}
      />
      <div className={styles["buttons"]}>
        <Button look="outline" busy={choosing.busy} onPress={() => input.current?.click()}>
          {t("settings.picture.choose")}
        </Button>
        {hasPicture && (
          <Button busy={removing.busy} onPress={remove}>
            {t("settings.picture.remove")}
          </Button>
        )}
      </div>
      <ErrorLine sentence={choosing.problem ?? removing.problem} />
      <CropDialog
        bitmap={bitmap}
        onClose={close}
        onCrop={async (crop) => {
          if (bitmap !== undefined) await device.profile.set({ picture: await croppedPicture(bitmap, crop) });
          close();
        }}
      />
    </div>
  );
}
