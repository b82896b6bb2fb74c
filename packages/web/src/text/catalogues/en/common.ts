/** English words that more than one part of the screen uses; ids are `common.NAME`. */
export const common = {
  "common.reload": "Reload the page",
  "common.cannotGoOn": "Sotto cannot go on here",
  "common.updateReady": "A new version of Sotto is ready.",
  "common.updateNow": "Reload",
  "common.updateLater": "Later",
  "common.close": "Close",
  "common.cancel": "Cancel",
  "common.showPassword": "Show password",
  "common.capsLock": "Caps Lock is on.",
  "common.copy": "Copy",
  "common.copied": "Copied",
  "common.copyFailed": "Not copied: select it",
} as const;
