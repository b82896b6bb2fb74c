/** The picture in the viewer under the hands of a person. */
import type { PointerEvent, ReactNode } from "react";
import { useEffect, useEffectEvent, useRef, useState } from "react";
import type { FileView, StoredMessage } from "sotto";
import { useText } from "../text/text.ts";
import { Button } from "../ui/Button.tsx";
import { Blur } from "./Blur.tsx";
import type { FileAct } from "./fileLook.ts";
import { fileLookOf } from "./fileLook.ts";
import { FileStatus } from "./FileStatus.tsx";
import { nameOf } from "./lastLine.ts";
import { Progress } from "./Progress.tsx";
import styles from "./ZoomedPicture.module.css";
import type { Frame, Point, Swipe, Zoom } from "./zoom.ts";
import { WHOLE, moved, swipeOf, zoomed } from "./zoom.ts";

/** A press of a key or button; each has another number. */
export interface ZoomStep {
  /** The picture that it was meant for. */
  readonly picture: string;
  readonly number: number;
  readonly kind: "in" | "out" | "whole";
}

export interface ZoomedPictureProps {
  readonly file: StoredMessage["files"][number];
  readonly view: FileView | null | undefined;
  readonly url: string | undefined;
  readonly thumbnailUrl: string | undefined;
  readonly step: ZoomStep;
  readonly problem: string | undefined;
  readonly onAct: (act: FileAct) => void;
  readonly onSwipe: (swipe: NonNullable<Swipe>) => void;
}

const STEP = 1.5;
const DOUBLE = 2.5;
const MIDDLE: Point = { x: 0, y: 0 };

interface Finger {
  readonly from: Point;
  readonly at: Point;
  readonly sinceMs: number;
}

export function ZoomedPicture(props: ZoomedPictureProps): ReactNode {
  const { file, view, url, thumbnailUrl, step, problem, onAct, onSwipe } = props;
  const t = useText();
  const room = useRef<HTMLDivElement>(null);
  const [zoom, setZoom] = useState<Zoom>(WHOLE);
  /** How far a finger has taken a picture that fits. */
  const [swiped, setSwiped] = useState<Point>(MIDDLE);
  const fingers = useRef(new Map<number, Finger>());
  const size = file.picture ?? { width: 1, height: 1 };

  function frame(): Frame {
    const { clientWidth: width = 1, clientHeight: height = 1 } = room.current ?? {};
    const scale = Math.min(width / size.width, height / size.height, 1);
    return {
      screen: { width, height },
      picture: { width: size.width * scale, height: size.height * scale },
    };
  }

  function fromMiddle({ clientX, clientY }: { readonly clientX: number; readonly clientY: number }): Point {
    const { left = 0, top = 0, width = 0, height = 0 } = room.current?.getBoundingClientRect() ?? {};
    return { x: clientX - left - width / 2, y: clientY - top - height / 2 };
  }

  const onStep = useEffectEvent((kind: ZoomStep["kind"]): void => {
    if (kind === "whole") return setZoom(WHOLE);
    setZoom((before) => zoomed(before, kind === "in" ? STEP : 1 / STEP, MIDDLE, frame()));
  });
  useEffect(() => {
    if (step.number > 0 && step.picture === file.transfer) onStep(step.kind);
  }, [step]);

  const onWheel = useEffectEvent((event: WheelEvent): void => {
    // With Ctrl it would enlarge the page.
    event.preventDefault();
    const factor = Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.0018));
    setZoom((before) => zoomed(before, factor, fromMiddle(event), frame()));
  });
  useEffect(() => {
    const element = room.current;
    const listener = (event: WheelEvent): void => onWheel(event);
    element?.addEventListener("wheel", listener, { passive: false });
    return () => element?.removeEventListener("wheel", listener);
  }, []);

  function onPointerDown(event: PointerEvent<HTMLDivElement>): void {
    const isButton = event.target instanceof Element && event.target.closest("button") !== null;
    if (event.button !== 0 || isButton) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    const at = fromMiddle(event);
    fingers.current.set(event.pointerId, { from: at, at, sinceMs: event.timeStamp });
  }

  function onPointerMove(event: PointerEvent): void {
    const before = fingers.current.get(event.pointerId);
    if (before === undefined) return;
    const at = fromMiddle(event);
    const others = [...fingers.current].filter(([id]) => id !== event.pointerId).map(([, finger]) => finger);
    fingers.current.set(event.pointerId, { ...before, at });
    const by = { x: at.x - before.at.x, y: at.y - before.at.y };
    const [other] = others;
    if (other !== undefined) {
      const factor = distance(at, other.at) / Math.max(distance(before.at, other.at), 1);
      const between = { x: (at.x + other.at.x) / 2, y: (at.y + other.at.y) / 2 };
      setSwiped(MIDDLE);
      return setZoom((now) => zoomed(now, factor, between, frame()));
    }
    if (zoom.scale > 1) return setZoom((now) => moved(now, by, frame()));
    setSwiped({ x: at.x - before.from.x, y: at.y - before.from.y });
  }

  function onPointerUp(event: PointerEvent): void {
    const finger = fingers.current.get(event.pointerId);
    fingers.current.delete(event.pointerId);
    setSwiped(MIDDLE);
    if (finger === undefined || fingers.current.size > 0 || zoom.scale > 1 || event.type === "pointercancel")
      return;
    const by = { x: finger.at.x - finger.from.x, y: finger.at.y - finger.from.y };
    const swipe = swipeOf(by, Math.max(event.timeStamp - finger.sinceMs, 1));
    if (swipe !== undefined) onSwipe(swipe);
  }

  const { scale } = zoom;
  const [x, y] = [zoom.x + swiped.x, zoom.y + swiped.y];
  const { width, height } = size;
  const look = view === null || view === undefined ? undefined : fileLookOf(view);
  const acts = url === undefined ? (look?.acts.filter((act) => act === "get" || act === "resume") ?? []) : [];
  return (
    <div
      className={`${styles["room"]} ${scale > 1 ? styles["large"] : ""}`}
      ref={room}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={onPointerUp}
      onPointerCancel={onPointerUp}
      onDoubleClick={(event) => {
        const at = fromMiddle(event);
        setZoom((now) => (now.scale > 1 ? WHOLE : zoomed(now, DOUBLE, at, frame())));
      }}
    >
      <div
        className={styles["picture"]}
        style={{
          inlineSize: `min(${width}px, 100cqi, ${width / height} * 100cqb)`,
          aspectRatio: `${width} / ${height}`,
          transform: `translate(${x}px, ${y}px) scale(${scale})`,
        }}
      >
        {url === undefined && <Blur placeholder={file.picture?.placeholder ?? new Uint8Array()} />}
        {url === undefined && thumbnailUrl !== undefined && (
          <img src={thumbnailUrl} alt="" draggable={false} />
        )}
        {url !== undefined && <img src={url} alt={nameOf(file)} draggable={false} />}
      </div>
      {(url === undefined || problem !== undefined) && view !== undefined && (
        <div className={styles["note"]} role="status">
          {problem ?? <FileStatus view={view} sizeBytes={file.sizeBytes} />}
          {look?.progress === true && view !== null && <Progress view={view} />}
          {acts.map((act) => (
            <Button key={act} look="primary" onPress={() => onAct(act)}>
              {act === "get" ? t("files.get") : t("files.resume", { name: nameOf(file) })}
            </Button>
          ))}
        </div>
      )}
    </div>
  );
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}
