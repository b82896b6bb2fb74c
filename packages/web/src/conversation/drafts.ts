/** What has been written and not sent, for each conversation while the page is open. Only sending clears it. */

export interface Drafts {
  get(conversation: string): string;
  set(conversation: string, text: string): void;
}

export function createDrafts(): Drafts {
  const texts = new Map<string, string>();
  return {
    get: (conversation) => texts.get(conversation) ?? "",
    set: (conversation, text) => void texts.set(conversation, text),
  };
}
