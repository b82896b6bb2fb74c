/** The own profile as it is now. */
import { useCallback, useSyncExternalStore } from "react";
import type { OwnProfile, Sotto } from "sotto";

export function useOwnProfile(device: Sotto): OwnProfile {
  const subscribe = useCallback(
    (onChange: () => void) => device.on((event) => event.type === "profile" && onChange()),
    [device],
  );
  // A new object with each look: compared by what it says.
  const text = useSyncExternalStore(subscribe, () => JSON.stringify(device.profile.own));
  return JSON.parse(text) as OwnProfile;
}
