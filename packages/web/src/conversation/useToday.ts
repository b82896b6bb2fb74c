/** The present as far as days go: changes at midnight, and when a page that slept is looked at again. */
import { useEffect, useState } from "react";
import { dayOf, untilMidnightMs } from "../text/dates.ts";

/** Past midnight, not on it. */
const AFTER_MS = 1000;

/** A moment of the present local day. */
export function useToday(): number {
  const [todayMs, setTodayMs] = useState(() => Date.now());
  useEffect(() => {
    const update = (): void => {
      const nowMs = Date.now();
      setTodayMs((before) => (dayOf(before) === dayOf(nowMs) ? before : nowMs));
    };
    const timer = setTimeout(update, untilMidnightMs(todayMs) + AFTER_MS);
    document.addEventListener("visibilitychange", update);
    return () => {
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", update);
    };
  }, [todayMs]);
  return todayMs;
}
