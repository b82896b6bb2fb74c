/** What a page says to a version that waits: take over now. All pages get it as their controller and reload. */
export const ACTIVATE = "activate";
