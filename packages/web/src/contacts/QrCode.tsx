/** A text as a QR code: dark on white in both themes, as scanners expect it, with the quiet zone of four modules. */
import encodeQR from "qr";
import type { ReactNode } from "react";
import styles from "./QrCode.module.css";
import { qrPath } from "./qrPath.ts";

const QUIET_MODULES = 4;

export function QrCode({ text, label }: { readonly text: string; readonly label: string }): ReactNode {
  const modules = encodeQR(text, "raw", { ecc: "medium", border: QUIET_MODULES });
  const side = modules.length;
  return (
    <svg
      className={styles["code"]}
      viewBox={`0 0 ${side} ${side}`}
      shapeRendering="crispEdges"
      role="img"
      aria-label={label}
    >
      <path d={qrPath(modules)} />
    </svg>
  );
}
