/** A member's device that keeps others from the group with a commit which the rest takes: by secrets that they cannot read, or off the delivery list. */
import { decodeServerFrame } from "@sotto/protocol";
import type { ClientNode } from "../sim/clientNode.ts";
import { isStandIn } from "../sim/plantedCommits.ts";
import type { Random } from "../sim/random.ts";
import { createRandom } from "../sim/random.ts";
import { insiders } from "./actions.ts";
import { namedRole, standingAt } from "./asked.ts";
import { handshakeFrame, placeOf, renewal } from "./malice.ts";
import type { GroupWorld } from "./world.ts";

const SHARE = 0.3;
const WRONG_SECRETS = "wrong secrets";
const STRUCK = "struck off the list";

/** In some worlds, once. The device is not heard of again. */
export function planInsider(world: GroupWorld): void {
  const random = createRandom(world.seed, "insider");
  if (!random.chance(SHARE)) return;
  world.scheduler.after(random.between(2000, 40_000), () => {
    const kind = random.pick([WRONG_SECRETS, STRUCK] as const);
    if (cutOff(world, random, kind)) world.faults.set(kind, 1);
  });
}

/** Somebody has to be left who may put the others in anew. */
function cutOff(world: GroupWorld, random: Random, kind: typeof WRONG_SECRETS | typeof STRUCK): boolean {
  const inside = insiders(world).filter((client) => !world.excused.has(client));
  const [keeper] = inside.filter((client) => roleIn(world, client) !== "member");
  const others = inside.filter((client) => client !== keeper);
  if (keeper === undefined || others.length < 2 || world.excused.size > 1) return false;
  const by = random.pick(others.filter((client) => roleIn(world, client) !== "owner"));
  const place = by && placeOf(world, by);
  if (by === undefined || place === undefined || !isStandIn(place.mls)) return false;
  const possible = others.filter((client) => client !== by);
  const victims = possible.filter((client, i) => i === 0 || random.chance(0.5));
  const { mls, group } = place;
  const leaves = group.members
    .filter(({ credential }) => victims.some(({ person }) => person.identity.device === credential.device))
    .map(({ leaf }) => leaf);
  const isStrike = kind === STRUCK;
  const bad = { by, isPolicy: false, taken: false };
  world.scheduler.after(0, async () => {
    const fault = { kind: "unreadable", leaves: isStrike ? [] : leaves } as const;
    const intent = renewal(world.conversation, place);
    const { handshake } = await mls.commitWithFault(group, intent, 0, fault);
    const removed = isStrike ? victims.map(({ person }) => person.identity.mailbox) : [];
    world.server.submit(by.person.session, handshakeFrame(place, handshake, removed), (answer) => {
      bad.taken = answer instanceof Uint8Array && decodeServerFrame(answer)?.type === "ok";
      if (bad.taken) for (const victim of victims) world.cutOff.add(victim);
    });
  });
  world.badCommits.push(bad);
  world.excused.add(by);
  by.crash();
  return true;
}

function roleIn(world: GroupWorld, client: ClientNode): "owner" | "admin" | "member" {
  const standing = standingAt(client, world);
  return standing === undefined ? "member" : namedRole(standing.charter, client.person.identity.account);
}
