/** `sotto-alice-2026-11-21.jsonl`; a sealed one says so, since it is no text. The day is the person's own. */
export function archiveName(userName: string, now: Date, sealed: boolean): string {
  const day = [now.getFullYear(), now.getMonth() + 1, now.getDate()]
    .map((part) => `${part}`.padStart(2, "0"))
    .join("-");
  return `sotto-${userName}-${day}.${sealed ? "sealed" : "jsonl"}`;
}
