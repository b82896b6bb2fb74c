/** English; ids are `details.NAME`. */
export const details = {
  "details.title": "Details",
  "details.back": "Back to the conversation",
  "details.protection": "How this conversation is protected",
  "details.number": "Safety number",
  "details.numberHint":
    "Read it out to {name} in person or in a call. If you both see the same digits, nobody stands between you.",
  "details.copy": "Copy",
  "details.copied": "Copied",
  "details.keysRenewed": "Keys renewed {when}",
  "details.keysRenewedNow": "Keys renewed just now",
  "details.keysHint": "Every device here makes new keys at least once a week, by itself.",
  "details.renew": "Renew",
  "details.renewing": "New keys are on their way and hold as soon as the server has passed them on.",
  "details.suite": "Safe from future computers too",
  "details.suiteHint":
    "Keys are agreed on with X-Wing: a classical and a post-quantum method at once. Messages are sealed with AES-256.",
  "details.onlyHere": "Readable only here",
  "details.onlyHereHint": "The server holds sealed copies until they are delivered.",
  "details.contact": "Contact",
  "details.remove": "Remove contact",
  "details.removeTitle": "Remove {name}?",
  "details.removeText":
    "The conversation ends; what was said stays on this device, at the end of your list. To write to each other again, one of you sends a new request.",
  "details.removeBlockedText":
    "{name} can send you requests again. What was said stays on this device, at the end of your list.",
  "details.block": "Block",
  "details.blockTitle": "Block {name}?",
  "details.blockText":
    "The conversation ends, and {name} can send you no more requests. You can take it back by removing the contact.",
} as const;
