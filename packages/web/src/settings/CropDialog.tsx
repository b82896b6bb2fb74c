/** Cuts a square out of a picture: drag it, or move it by three sliders, which the keyboard reaches. */
import type { PointerEvent, ReactNode } from "react";
import { useEffect, useId, useRef, useState } from "react";
import type { Crop } from "sotto/browser";
import { squareOf } from "sotto/browser";
import { useText } from "../text/text.ts";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { ErrorLine } from "../ui/ErrorLine.tsx";
import { useAct } from "../ui/useAct.ts";
import styles from "./CropDialog.module.css";

const CENTRE: Crop = { zoom: 1, x: 0.5, y: 0.5 };
const MAX_ZOOM = 3;
/** Pixels of the preview's side, shown smaller. */
const PREVIEW_SIDE = 480;

export interface CropDialogProps {
  /** `undefined`: closed. */
  readonly bitmap: ImageBitmap | undefined;
  readonly onClose: () => void;
  readonly onCrop: (crop: Crop) => Promise<void>;
}

export function CropDialog({ bitmap, onClose, onCrop }: CropDialogProps): ReactNode {
  const t = useText();
  return (
    <Dialog title={t("settings.picture.crop")} open={bitmap !== undefined} onClose={onClose}>
      {bitmap !== undefined && <Cropper bitmap={bitmap} onClose={onClose} onCrop={onCrop} />}
    </Dialog>
  );
}

type CropperProps = CropDialogProps & { readonly bitmap: ImageBitmap };

function Cropper({ bitmap, onClose, onCrop }: CropperProps): ReactNode {
  const t = useText();
  const canvas = useRef<HTMLCanvasElement>(null);
  const [crop, setCrop] = useState(CENTRE);
  const [finish, { busy, problem }] = useAct(() => onCrop(crop));

  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (context === undefined || context === null) return;
    const { left, top, side } = squareOf(bitmap, crop);
    context.imageSmoothingQuality = "high";
    context.fillStyle = "white";
    context.fillRect(0, 0, PREVIEW_SIDE, PREVIEW_SIDE);
    context.drawImage(bitmap, left, top, side, side, 0, 0, PREVIEW_SIDE, PREVIEW_SIDE);
  }, [bitmap, crop]);

  function drag(event: PointerEvent<HTMLCanvasElement>): void {
    if (event.buttons !== 1) return;
    const { side } = squareOf(bitmap, crop);
    const scale = side / event.currentTarget.getBoundingClientRect().width;
    setCrop((before) => ({
      ...before,
      x: moved(before.x, event.movementX * scale, bitmap.width - side),
      y: moved(before.y, event.movementY * scale, bitmap.height - side),
    }));
  }

  return (
    <div className={styles["crop"]}>
      <canvas
        ref={canvas}
        className={styles["preview"]}
        width={PREVIEW_SIDE}
        height={PREVIEW_SIDE}
        role="img"
        aria-label={t("settings.picture.preview")}
        onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
        onPointerMove={drag}
      />
      <Slider
        label={t("settings.picture.zoom")}
        min={1}
        max={MAX_ZOOM}
        value={crop.zoom}
        onChange={(zoom) => setCrop({ ...crop, zoom })}
      />
      <Slider label={t("settings.picture.across")} value={crop.x} onChange={(x) => setCrop({ ...crop, x })} />
      <Slider label={t("settings.picture.down")} value={crop.y} onChange={(y) => setCrop({ ...crop, y })} />
      <ErrorLine sentence={problem} />
      <div className={styles["acts"]}>
        <Button disabled={busy} onPress={onClose}>
          {t("common.cancel")}
        </Button>
        <Button look="primary" busy={busy} onPress={finish}>
          {t("settings.picture.use")}
        </Button>
      </div>
    </div>
  );
}

interface SliderProps {
  readonly label: string;
  readonly min?: number;
  readonly max?: number;
  readonly value: number;
  readonly onChange: (value: number) => void;
}

function Slider({ label, min = 0, max = 1, value, onChange }: SliderProps): ReactNode {
  const id = useId();
  return (
    <div className={styles["slider"]}>
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        type="range"
        min={min}
        max={max}
        step={0.02}
        value={value}
        onChange={(event) => onChange(Number(event.target.value))}
      />
    </div>
  );
}

/** The picture follows the finger: the square goes the other way. */
function moved(place: number, pixels: number, room: number): number {
  return room <= 0 ? place : Math.min(1, Math.max(0, place - pixels / room));
}
