/** What changes the paths between people while they write: links that break and come back, choices, kills. */
import { setTimeout as pause } from "node:timers/promises";
import type { Partition } from "../network/partition.ts";
import { createPartition } from "../network/partition.ts";
import type { PlacedWorld } from "../paths/placedWorld.ts";
import type { Random } from "../sim/random.ts";
import { conversationWith } from "../support/history.ts";
import type { PathMode } from "../support/rpcContract.ts";
import type { Person } from "./person.ts";

export interface Flaps {
  /** One change, drawn by lot, in words. */
  flap(): Promise<string>;
  /** All is as at the beginning: everybody reaches everybody, and every choice is the default. */
  calm(): Promise<void>;
}

/** The longest time that people do not hear each other, or the server. */
const MAX_DEAF_MS = 6000;
/** Both have to take one that allows a link for there to be one; without TURN servers "turn" does not. */
const MODES: readonly PathMode[] = ["auto", "auto", "auto", "direct", "direct", "relay", "turn"];

export function createFlaps(world: PlacedWorld, people: readonly Person[], random: Random): Flaps {
  const partitions = new Map<Person, Partition>(
    people.map((person) => [person, createPartition(world.siteOf(person.name).namespace)]),
  );
  /** What comes back by itself, and what has. */
  const pending = new Set<Promise<void>>();

  function later(what: () => void): void {
    const waiting = comeBack(random.between(200, MAX_DEAF_MS), what);
    pending.add(waiting);
  }

  function two(): readonly [Person, Person] {
    const one = random.pick(people);
    return [one, random.pick(people.filter((person) => person !== one))];
  }

  /** One does not hear the other; half of the time neither hears anything of the other. */
  function deafen(): string {
    const [one, other] = two();
    const both = random.chance(0.5);
    for (const [deaf, speaker] of both
      ? ([
          [one, other],
          [other, one],
        ] as const)
      : ([[one, other]] as const)) {
      const { address } = world.siteOf(speaker.name);
      partitions.get(deaf)?.shut(address);
      later(() => partitions.get(deaf)?.open(address));
    }
    return both ? `${one.name} and ${other.name} are parted` : `${one.name} does not hear ${other.name}`;
  }

  function unplug(): string {
    const [one] = two();
    const site = world.siteOf(one.name);
    site.cut();
    later(() => site.restore());
    return `${one.name} is cut off`;
  }

  async function choose(): Promise<string> {
    const [one, other] = two();
    const path = random.pick(MODES);
    await setPath(one, other, path);
    return `${one.name} takes ${path} with ${other.name}`;
  }

  async function killClient(): Promise<string> {
    const [one] = two();
    await one.kill();
    await one.restart();
    return `${one.name} was killed`;
  }

  async function killServer(): Promise<string> {
    await world.killServer();
    await world.startServer();
    return "the server was killed";
  }

  return {
    flap() {
      const lot = random.next();
      if (lot < 0.35) return Promise.resolve(deafen());
      if (lot < 0.45) return Promise.resolve(unplug());
      if (lot < 0.85) return choose();
      return lot < 0.95 ? killClient() : killServer();
    },
    async calm() {
      await Promise.all(pending);
      for (const one of people)
        for (const other of people) if (one !== other) await setPath(one, other, "default");
    },
  };
}

async function comeBack(afterMs: number, what: () => void): Promise<void> {
  await pause(afterMs);
  what();
}

async function setPath(one: Person, other: Person, path: PathMode | "default"): Promise<void> {
  await one.ask(async (client) => {
    await client.call("conversations.setPath", {
      conversation: await conversationWith(client, other.name),
      path,
    });
  });
}
