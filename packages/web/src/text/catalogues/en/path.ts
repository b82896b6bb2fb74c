/** English; ids are `path.NAME`. */
export const path = {
  "path.title": "Path",
  "path.link": "Path: {now}",
  "path.now.direct": "Direct",
  "path.now.turn": "Direct, via TURN",
  "path.now.relay": "Relay",
  "path.now.relayConnecting": "Relay, connecting…",
  "path.now.wait": "Direct only",
  "path.now.waitConnecting": "Direct only, connecting…",
  "path.effect.local":
    "Messages go straight from this device to {name}’s, as within one network. They do not pass the server.",
  "path.effect.nat":
    "Messages go straight from this device to {name}’s, across the internet. They do not pass the server.",
  "path.effect.turn":
    "A TURN server passes messages on between the devices, sealed as always. It sees addresses and how much is sent.",
  "path.effect.relay": "Messages go through the server, sealed as always.",
  "path.effect.wait": "Messages wait on this device until there is a direct way to {name}’s.",
  "path.why.open": "The two devices know each other’s network addresses.",
  "path.why.turnOnly": "{name}’s device does not learn this device’s network address.",
  "path.why.turnFound":
    "While the devices looked for a way, they may have learned each other’s network addresses.",
  "path.why.connecting": "The devices are looking for a direct way.",
  "path.why.relayOnly":
    "This is your choice: the devices do not connect, and {name}’s does not learn your network address.",
  "path.why.unsupported": "This browser cannot make direct connections, or they are switched off in it.",
  "path.why.notReady": "Devices connect only in a conversation that both sides have accepted.",
  "path.why.serverOffline": "The server does not answer, and the devices find each other through it.",
  "path.why.peerOffline": "{name} is not online, or does not show it.",
  "path.why.presenceHidden":
    "You do not show when you are online, so this device does not see when {name} is.",
  "path.why.peerRelayOnly": "{name} takes messages through the server only.",
  "path.why.peerUnsupported": "{name}’s device cannot make direct connections.",
  "path.why.noTurn": "What you have chosen needs a TURN server, and this server names none.",
  "path.why.noWay":
    "Both devices have tried. Their networks let no connection through, and no TURN server could help.",
  "path.why.group": "Groups go by the server.",
  "path.why.idle":
    "Nobody has written or looked in here for a while. The devices connect again when somebody does.",
  "path.mode.default": "As in the settings",
  "path.mode.defaultNow": "Now: {mode}",
  "path.mode.auto": "Automatic",
  "path.mode.autoHint":
    "Direct when both devices can reach each other, otherwise through the server. The other device learns your network address.",
  "path.mode.direct": "Direct only",
  "path.mode.directHint":
    "Never through the server: messages wait until there is a direct way. The other device learns your network address.",
  "path.mode.turn": "Through TURN only",
  "path.mode.turnHint":
    "Like automatic, but a TURN server passes direct messages on. It sees addresses and how much is sent; the other device does not learn yours.",
  "path.mode.relay": "Relay only",
  "path.mode.relayHint":
    "Always through the server, which sees when and how much you write. The other device does not learn your network address.",
  "path.note.title": "Direct only: messages wait until there is a direct way to {name}.",
  "path.note.waiting":
    "{count, plural, one {# message waits for a direct way to {name}.} other {# messages wait for a direct way to {name}.}}",
  "path.note.automatic": "Switch to automatic",
} as const;
