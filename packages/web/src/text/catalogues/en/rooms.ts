/** English; ids are `rooms.NAME`. */
export const rooms = {
  "rooms.kind": "What it is to be",
  "rooms.asGroup": "Group",
  "rooms.asGroupHint": "For people whom you choose among your contacts.",
  "rooms.asRoom": "Room with a password",
  "rooms.asRoomHint": "Whoever has the invitation comes in, also while you are away.",
  "rooms.name": "Name of the room",
  "rooms.onlyLink": "Only with the link",
  "rooms.onlyLinkHint":
    "The password opens the room only together with its link. Without this, a short code will do that can be read out.",
  "rooms.ownPassword": "Choose the password yourself",
  "rooms.ownPasswordHint": "At least twelve characters. One that is made for you is harder to guess.",
  "rooms.create": "Make the room",
  "rooms.joinInstead": "Join a room by its link or code",
  "rooms.join": "Join a room",
  "rooms.invitedTo": "You have been invited to a room. Its password comes from whoever invited you.",
  "rooms.linkOrCode": "Link or code of the room",
  "rooms.linkOrCodeHint": "A code looks like abcd-efgh-jkmn.",
  "rooms.password": "Password of the room",
  "rooms.enter": "Come in",
  "rooms.enterHint":
    "Everybody in the room sees that you have come in. You read what is written from then on, and nothing from before.",
  "rooms.invitation": "Invitation",
  "rooms.withLink":
    "Whoever has link and password can come in, also while nobody here is online. Give them by two different ways if you can.",
  "rooms.withCode":
    "Whoever has code and password can come in, also while nobody here is online. The link holds the code.",
  "rooms.link": "Link",
  "rooms.code": "Code",
  "rooms.copyLink": "Copy the link",
  "rooms.copyCode": "Copy the code",
  "rooms.copyPassword": "Copy the password",
  "rooms.noInvitation": "A new invitation is being made. It will be here in a moment.",
  "rooms.renew": "New invitation",
  "rooms.renewTitle": "Make a new invitation?",
  "rooms.renewText":
    "The present link, code and password open the room no longer. Whoever is in the room stays, and sees the new ones.",
  "rooms.bound":
    "Who does not know the password can try a few times an hour at the server and learns nothing else. Only whoever runs the server could try more often; coming in is seen by all, and what was said before stays closed. When somebody is removed or leaves, the invitation changes by itself.",
} as const;
