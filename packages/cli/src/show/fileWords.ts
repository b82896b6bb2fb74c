/** Files in words: names, sizes, states, and how far one has come. Everything from others is made harmless here. */
import type { FileManifest } from "@sotto/protocol";
import { safeFileName } from "@sotto/protocol";
import type { FileReason, FileView } from "sotto";
import { sanitizeLine } from "../sanitize.ts";

const BAR_CHARS = 20;
const MAX_NAME_CHARS = 40;
const UNITS = ["kB", "MB", "GB", "TB"] as const;

/** As it would be saved: `photos/beach.jpg`. */
export function shownFileName(path: readonly string[]): string {
  return path.map((part) => sanitizeLine(safeFileName(part))).join("/");
}

/** `2.1 MB`, in powers of 1000. */
export function sizeText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const step = Math.min(Math.floor(Math.log10(bytes) / 3), UNITS.length);
  const value = bytes / 1000 ** step;
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${UNITS[step - 1]}`;
}

/** `photo.jpg  2.1 MB  image/jpeg`. */
export function fileText({ path, sizeBytes, mediaType }: FileManifest): string {
  return `${shownFileName(path)}  ${sizeText(sizeBytes)}  ${sanitizeLine(mediaType)}`;
}

/** Why it does not move, or never will. */
const REASONS: Readonly<Record<FileReason, string>> = {
  peerOffline: "the other side is not there, and the server has none of it",
  noWay: "it can only go directly, and there is no direct way now",
  relayFull: "the server has no room for it now",
  uploaded: "all of it is at the server",
  byPeer: "by the other side",
  changed: "it was changed while it was read",
  diskFull: "the disk is full",
  invalid: "what came is not what was signed",
  unknown: "the sender does not have it any more",
  expired: "the server has dropped it",
  lost: "the server has lost it again and again",
  failed: "disk or system refused",
};

/** `waiting: the other side is not there, …`, `42 % of 2.1 MB, 1.2 MB/s, directly`. */
export function stateWords(view: FileView): string {
  const { state, reason, mine } = view;
  if (state === "moving" || state === "preparing") return progressWords(view);
  if (state === "waiting" && reason === "uploaded") return "at the server, for the other side to take";
  if (state === "done") return mine ? "the other side has it" : "here";
  if (state === "offered") return "not fetched";
  return reason === null ? state : `${state}: ${REASONS[reason]}`;
}

/** `42 % of 2.1 MB, 1.2 MB/s, 0:07 left, directly`. */
function progressWords(view: FileView): string {
  const { bytes, total, bytesPerSecond, path, state } = view;
  const share = `${percent(view)} % of ${sizeText(total)}`;
  const speed = bytesPerSecond > 0 ? `${sizeText(bytesPerSecond)}/s` : "";
  const left = bytesPerSecond > 0 ? `${timeText((total - bytes) / bytesPerSecond)} left` : "";
  const way = state === "preparing" ? "being sealed" : wayOf(path);
  return [share, speed, left, way].filter((part) => part !== "").join(", ");
}

/** `photo.jpg [########............] 42 % of 2.1 MB, 1.2 MB/s, 0:07 left, directly`, cut to one row. */
export function progressBar(view: FileView, columns: number): string {
  const name = shownFileName([view.name]);
  const shown = name.length > MAX_NAME_CHARS ? `${name.slice(0, MAX_NAME_CHARS - 1)}…` : name;
  const full = Math.floor((percent(view) * BAR_CHARS) / 100);
  const bar = `[${"#".repeat(full)}${".".repeat(BAR_CHARS - full)}]`;
  return Array.from(`${shown} ${bar} ${progressWords(view)}`)
    .slice(0, Math.max(1, columns - 1))
    .join("");
}

/** Whole percents; 100 when all of it is there, not before. */
export function percent({ bytes, total }: FileView): number {
  return total === 0 ? 100 : Math.min(100, Math.floor((bytes / total) * 100));
}

function wayOf(path: FileView["path"]): string {
  if (path === null) return "";
  return path === "direct" ? "directly" : "by the server";
}

/** `0:07`, `1:02:03`. */
function timeText(seconds: number): string {
  const whole = Math.min(Math.ceil(seconds), 359_999);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const rest = String(whole % 60).padStart(2, "0");
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
}
