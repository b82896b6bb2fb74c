/** What files in a conversation need of what is around them. */
import { createContext, useContext } from "react";
import type { Sotto } from "sotto";
import type { TransferId } from "./fileStore.ts";

export interface ConversationFiles {
  readonly device: Sotto;
  /** The other's. */
  readonly userName: string;
  /** Shows the picture large. */
  readonly openPicture: (transfer: TransferId) => void;
}

export const ConversationFilesContext = createContext<ConversationFiles | undefined>(undefined);

export function useConversationFiles(): ConversationFiles {
  const files = useContext(ConversationFilesContext);
  if (files === undefined) throw new TypeError("files are shown in conversations only");
  return files;
}
