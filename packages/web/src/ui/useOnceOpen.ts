import { useState } from "react";

/** True from the first time that it was open: until then nothing of it is needed, and afterwards it may still be closing. */
export function useOnceOpen(open: boolean): boolean {
  const [opened, setOpened] = useState(open);
  if (open && !opened) setOpened(true);
  return open || opened;
}
