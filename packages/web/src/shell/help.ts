/** Opens the list of shortcuts from anywhere inside the app. */
import { createContext, useContext } from "react";

export const OpenHelp = createContext<() => void>(() => {});

export function useOpenHelp(): () => void {
  return useContext(OpenHelp);
}
