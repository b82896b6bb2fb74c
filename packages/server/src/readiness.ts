/** What a server that has started says on its standard output. */
import type { RunningServer } from "./startServer.ts";
import { qrText } from "./qrText.ts";

type Ready = Pick<RunningServer, "url" | "lanUrls" | "fingerprint">;

export interface ReadinessView {
  /** Draw the QR code of the first address for other devices. */
  readonly qr: boolean;
  readonly colours: boolean;
}

/** One line of JSON for programs. */
export function readyLine({ url, lanUrls, fingerprint }: Ready, pid: number): string {
  return JSON.stringify({ event: "ready", url, pid, lanUrls, fingerprint });
}

/** Lines for people; the first one is what scripts wait for. */
export function readyText({ url, lanUrls, fingerprint }: Ready, view: ReadinessView): string {
  const lines = [`Sotto is ready at ${url}`];
  const [first] = lanUrls;
  if (first === undefined) return lines.join("\n");
  lines.push(`On other devices of your network: ${lanUrls.join(" or ")}`);
  if (view.qr) lines.push(qrText(first, view.colours));
  if (fingerprint !== null) {
    lines.push(
      `Browsers there warn until the device trusts this server; ${first.replace(/^https/, "http")} tells how. Compare:`,
      `SHA-256 ${fingerprint}`,
    );
  }
  return lines.join("\n");
}
