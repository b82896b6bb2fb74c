/** English; ids are `settings.NAME`, and `notification.NAME`. */
export const settings = {
  "settings.title": "Settings",
  "settings.back": "Back to the settings",
  "settings.onServer": "on {server}",

  "settings.profile.title": "Profile",
  "settings.profile.userName": "User name",
  "settings.profile.nameNote": "People find you by this exact name. It cannot be changed.",
  "settings.profile.server": "Server",
  "settings.profile.thisDevice": "This device",
  "settings.profile.deviceId": "This browser, {id}",
  "settings.profile.displayName": "Display name",
  "settings.profile.displayNameHint": "At most 64 characters. Your user name stands beside it.",
  "settings.profile.bio": "About you",
  "settings.profile.bioHint": "At most 500 characters.",
  "settings.profile.whoSees":
    "Your contacts and the members of your groups see this. The server cannot read it.",
  "settings.profile.save": "Save",
  "settings.profile.saved": "Saved.",
  "settings.picture.choose": "Choose a picture",
  "settings.picture.remove": "Remove the picture",
  "settings.picture.crop": "Cut your picture",
  "settings.picture.preview": "How your picture will look",
  "settings.picture.zoom": "Size",
  "settings.picture.across": "Left and right",
  "settings.picture.down": "Up and down",
  "settings.picture.use": "Use this picture",

  "settings.security.title": "Security",
  "settings.password.title": "Password",
  "settings.password.neverSeen": "The server has never seen it.",
  "settings.password.changed": "Your password is changed. Your other devices are signed out.",
  "settings.password.change": "Change",
  "settings.password.dialog": "Change password",
  "settings.password.old": "Password until now",
  "settings.password.new": "New password",
  "settings.password.note":
    "Nobody can restore a forgotten password. The change signs your other devices out.",

  "settings.signOut.title": "Sign out",
  "settings.signOut.note":
    "Signing out removes messages and keys from this browser. Your contacts come back when you sign in again; earlier messages do not, unless you save a copy of the history first.",
  "settings.signOut.here": "On this device",
  "settings.signOut.hereNote": "Also when the server does not answer.",
  "settings.signOut.act": "Sign out",
  "settings.signOut.everywhere": "Everywhere",
  "settings.signOut.everywhereNote": "Signs every device of your account out, this one too.",
  "settings.signOut.everywhereAct": "Sign out everywhere",
  "settings.signOut.question": "Sign out of this device?",
  "settings.signOut.everywhereQuestion": "Sign out everywhere?",
  "settings.signOut.lost":
    "Your messages and keys are removed from this browser. Your contacts come back when you sign in again; messages only from a copy of the history that you have saved.",
  "settings.signOut.everywhereLost": "The server signs every device of your account out.",

  "settings.delete.label": "Delete your account",
  "settings.delete.hint": "On the server and on this device, for good.",
  "settings.delete.act": "Delete account",
  "settings.delete.question": "Delete your account for good?",
  "settings.delete.lost":
    "You lose your contacts, your conversations and every message on this device. The server removes all that it keeps of you. Nobody can undo this.",
  "settings.delete.kept": "What others have received from you stays with them.",
  "settings.delete.typeName": "Type {name} to confirm",
  "settings.delete.password": "Your password",
  "settings.delete.confirm": "Delete for good",

  "settings.appearance.title": "Appearance",
  "settings.appearance.note": "Both choices are kept in this browser alone.",
  "settings.theme.title": "Theme",
  "settings.theme.system": "Like the system",
  "settings.theme.light": "Light",
  "settings.theme.dark": "Dark",
  "settings.textSize.title": "Text size",
  "settings.textSize.letter": "A",
  "settings.sample.theirs": "Shall we meet at seven?",
  "settings.sample.mine": "Seven is good. I bring the bread.",

  "settings.language.title": "Language",
  "settings.language.browser": "Like the browser",
  "settings.language.browserNow": "Now: {language}",

  "settings.notifications.title": "Notifications",
  "settings.notifications.label": "Tell me of new messages",
  "settings.notifications.hint": "On this device, while you are not looking at Sotto.",
  "settings.notifications.willAsk":
    "On this device, while you are not looking at Sotto. Your browser will ask whether it may.",
  "settings.notifications.denied":
    "Your browser does not allow it for this site. Allow notifications in the browser's settings for this site, then switch this on.",
  "settings.notifications.unsupported": "This browser shows no notifications for this page.",
  "settings.notifications.note":
    "A notification says only “New message”: no name, no text. It comes from this browser itself while Sotto is open in a tab; no other service is told of anything.",
  "notification.newMessage": "New message",
  "settings.presence.title": "Who sees you",
  "settings.presence.label": "Show when I am online",
  "settings.presence.hint": "To your contacts. If off, you do not see when they are online either.",

  "settings.paths.title": "Paths",
  "settings.paths.choice": "Which way messages go",
  "settings.paths.note":
    "On every path, only you and the other can read what is written. A conversation can have a choice of its own, in its details.",

  "settings.history.title": "History",
  "settings.history.save": "Save a copy",
  "settings.history.saveNote":
    "The file holds every message on this device, and no keys: nobody can write in your name with it.",
  "settings.history.seal": "Seal it with a passphrase",
  "settings.history.sealed": "Only who knows the passphrase can read the file.",
  "settings.history.open": "Whoever has the file can read every message in it.",
  "settings.history.passphrase": "Passphrase of the copy",
  "settings.history.passphraseHint":
    "Several words are best. Without them nobody can open the file, not even you.",
  "settings.history.saveAct": "Save a copy",
  "settings.history.saved": "Saved as {file}.",
  "settings.history.read": "Read a copy back",
  "settings.history.readNote":
    "Messages come back to their places, each once; nothing is sent. Only copies of your own account are taken.",
  "settings.history.file": "A copy that was saved before",
  "settings.history.fileHint": "From this device or an earlier one.",
  "settings.history.choose": "Choose a file",
  "settings.history.filePassphrase": "Its passphrase",
  "settings.history.readAct": "Read it back",
  "settings.history.readDone":
    "{added, plural, =0 {Nothing new: all messages of the copy were here.} one {# message came back.} other {# messages came back.}}",
} as const;
