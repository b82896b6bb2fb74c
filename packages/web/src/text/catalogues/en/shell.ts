/** English; ids are `shell.NAME`. */
export const shell = {
  "shell.backToList": "Back to the list",
  "shell.conversations": "Conversations",
  "shell.skip": "Skip to the content",
  "shell.choose": "Choose a conversation",
  "shell.chooseHint": "or press <0/> and type a name.",
  "shell.noContact": "{name} is not among your contacts",
  "shell.connecting": "Connecting to the server.",
  "shell.noAnswer": "The server does not answer. Messages wait on this device and go out by themselves.",
  "shell.noNetwork": "You are offline. Messages wait on this device and go out by themselves.",
  "shell.signInAgain": "Sign in again",
  "shell.understood": "Understood",
  "shell.arrivals": "Arrivals",
  "shell.arrival": "{name}: {text}",
  "shell.somebody": "Somebody",
  "shell.warning.fork":
    "<0>{name}</0>: The server shows different histories of this conversation to its members. What does not follow from what came before was refused; ask them what they see.",
  "shell.warning.refusedHandshake":
    "<0>{name}</0>: A change of keys or members was refused because no member made it, or not by the rules.",
  "shell.warning.keysChanged":
    "<0>{name}</0>: The server shows other keys for this person. Nothing is sent until you have decided; ask them over another channel.",
  "shell.warning.keysRefused":
    "<0>{name}</0>: Keys that are not theirs were shown in their name, and refused. Nothing has changed.",
  "shell.warning.undecided":
    "<0>{name}</0>: This device cannot follow a change of keys. Nothing more is sent.",
  "shell.warning.unreadable": "<0>{name}</0>: Something arrived that cannot be opened.",
  "shell.warning.gap": "<0>{name}</0>: Messages are missing. They may still come.",
  "shell.warning.wishFailed":
    "<0>{name}</0>: A change that you asked for can no longer be made: the group has changed meanwhile. Look at its members and ask again.",
  "shell.warning.listCorrected":
    "<0>{name}</0>: The server delivered to other devices than the members have. It has been told the right ones.",
  "shell.more": "{count, plural, one {and # more notice} other {and # more notices}}",
  "shell.keys": "Keyboard shortcuts",
  "shell.keys.find": "Go to a person",
  "shell.keys.step": "Previous or next conversation",
  "shell.keys.walk": "Walk through the list",
  "shell.keys.settings": "Settings",
  "shell.keys.send": "Send the message",
  "shell.keys.newLine": "New line in the message",
  "shell.keys.leave": "Close what is on top, then leave the field, then the conversation",
  "shell.keys.help": "This list",
  "shell.keys.or": "or",
  "shell.partFailed":
    "This part of the app failed or could not be fetched. The rest goes on; reload the page to try again.",
} as const;
