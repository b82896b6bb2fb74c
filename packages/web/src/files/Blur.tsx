/** What stands in a picture's place until it is there: a blur of its colours, or a plain ground. */
import type { ReactNode } from "react";
import { useEffect, useRef } from "react";
import styles from "./Blur.module.css";

export function Blur({ placeholder }: { readonly placeholder: Uint8Array }): ReactNode {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    let wanted = true;
    const draw = async (): Promise<void> => {
      const { decodePlaceholder } = await import("@sotto/pictures");
      const pixels = decodePlaceholder(placeholder);
      const element = canvas.current;
      if (!wanted || element === null || pixels === undefined) return;
      const { width, height, rgba } = pixels;
      element.width = width;
      element.height = height;
      element.getContext("2d")?.putImageData(new ImageData(new Uint8ClampedArray(rgba), width, height), 0, 0);
    };
    // Without it there is the plain ground.
    if (placeholder.length > 0) void draw().catch(() => {});
    return () => {
      wanted = false;
    };
  }, [placeholder]);
  return <canvas ref={canvas} className={styles["blur"]} width={1} height={1} aria-hidden="true" />;
}
