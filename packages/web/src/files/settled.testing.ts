/** One turn of the event loop: every promise that could go on has done so. No time is waited for. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}
