/** What a tab's page does for the test. */

export interface TabPage {
  register(userName: string, password: string): Promise<void>;
  /** Milliseconds from the page's beginning until the device was there. */
  open(): Promise<number>;
  addContact(userName: string): Promise<void>;
  isActive(userName: string): boolean;
  /** Writes numbered texts, one after each pause without waiting for answers, until {@link stop}. */
  write(name: string, userName: string, pauseMs: number): void;
  /** Resolves when all that was written has been answered. */
  stop(): Promise<void>;
  send(userName: string, text: string): Promise<void>;
  texts(userName: string): Promise<{ readonly own: readonly string[]; readonly others: readonly string[] }>;
  /** What must not happen, as far as this page has seen it. */
  trouble(): readonly string[];
}
