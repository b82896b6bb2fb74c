/** One device's end of a link: a peer connection without packets. It makes and takes descriptions and candidates; see ports/direct.ts. */
import type { LinkCandidate, LinkDescription } from "@sotto/protocol";
import { toHex } from "@sotto/protocol";
import type { LinkAction, LinkFailure, LinkHappening, LinkOptions, LinkVia } from "sotto/simulation";
import type { ConnectedEnd, Connection } from "./linkConnection.ts";
import { createConnection } from "./linkConnection.ts";
import type { Random } from "./random.ts";
import type { Scheduler } from "./scheduler.ts";
import type { Ways } from "./ways.ts";

/** What all ends of a world have in common. */
export interface LinkGround {
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly ways: Ways;
  /** Who has made a description, by its text: one that nobody has made leads nowhere. */
  readonly made: Map<string, LinkEnd>;
  readonly candidates: Map<string, KnownCandidate>;
  readonly onOpened: (end: ConnectedEnd, other: ConnectedEnd) => void;
}

interface KnownCandidate {
  readonly end: LinkEnd;
  readonly generation: number;
  readonly type: CandidateType;
}

type CandidateType = "host" | "srflx" | "relay";

/** Of an end whose connection has not opened by then. */
const NO_WAY_MS = [25_000, 35_000] as const;

export class LinkEnd implements ConnectedEnd {
  readonly device: string;
  readonly link: number;
  readonly #ground: LinkGround;
  readonly #options: LinkOptions;
  readonly #tell: (happening: LinkHappening) => void;
  readonly #fingerprint: string;
  readonly #heard = new Set<string>();
  #gone = false;
  #offering = false;
  #generation = 0;
  #local: LinkDescription | undefined;
  #remote: LinkDescription | undefined;
  /** The own description for which a way is being opened, or open. */
  #joined: string | undefined;
  #connection: Connection | undefined;

  constructor(
    ground: LinkGround,
    device: string,
    link: number,
    options: LinkOptions,
    tell: (happening: LinkHappening) => void,
  ) {
    this.#ground = ground;
    this.device = device;
    this.link = link;
    this.#options = options;
    this.#tell = tell;
    this.#fingerprint = toHex(ground.random.bytes(8));
  }

  readonly isGone = (): boolean => this.#gone;

  tell(happening: LinkHappening): void {
    if (!this.#gone) this.#tell(happening);
  }

  fail(failure: Exclude<LinkFailure, "unsupported">): void {
    if (this.#gone) return;
    this.#gone = true;
    this.#tell({ kind: "closed", failure });
    this.#connection?.ended(this, false);
  }

  act(action: Exclude<LinkAction, { do: "open" }>): void {
    if (this.#gone) return;
    switch (action.do) {
      case "offer":
        return this.#offer(action.restart);
      case "accept":
        return this.#accept(action.description);
      case "addCandidates":
        for (const { candidate } of action.candidates) this.#heard.add(candidate);
        return this.seek();
      case "send":
        return this.#connection?.send(this, action.channel, action.frame);
      case "close":
        this.#gone = true;
        // Who ends a link says so, if the word gets through.
        return this.#connection?.ended(this, !this.#ground.random.chance(this.#troubled(0.1, 0.5)));
    }
  }

  /** The device at the other end of an open link. */
  linkedTo(): string | undefined {
    return this.#connection?.isOpen() === true ? this.#other()?.device : undefined;
  }

  /** The process has died. */
  vanish(): void {
    this.#gone = true;
    this.#connection?.ended(this, false);
  }

  /** Something between the devices may have changed. */
  review(): void {
    this.seek();
    this.#connection?.review();
  }

  /** Joins the other end if both have each other's description and a candidate that works. */
  seek(): void {
    const { scheduler, random } = this.#ground;
    const other = this.#other();
    const local = this.#local?.sdp;
    if (other === undefined || this.#joined === local || this.#viaTo(other) === undefined) return;
    this.#joined = local;
    other.#joined = other.#local?.sdp;
    scheduler.after(random.between(20, 300), () => {
      const via = this.#other() === other ? this.#viaTo(other) : undefined;
      if (via === undefined) {
        this.#joined = undefined;
        other.#joined = undefined;
        return;
      }
      this.#connection ??= createConnection(this.#ground, [this, other]);
      other.#connection = this.#connection;
      this.#connection.found(via);
    });
  }

  #offer(restart: boolean): void {
    if (restart || this.#generation === 0) this.#generation++;
    this.#offering = true;
    this.#describe("offer");
  }

  #accept(description: LinkDescription): void {
    // As a peer connection in another signalling state (RFC 8829, section 3.2).
    if (this.#offering !== (description.kind === "answer")) return this.fail("failed");
    if (this.#offering && this.#local === undefined) return this.fail("failed");
    this.#remote = description;
    this.#offering = false;
    const { scheduler, random } = this.#ground;
    scheduler.after(random.between(...NO_WAY_MS), () => {
      if (this.#connection === undefined) this.fail("noWay");
    });
    if (description.kind === "answer") return this.seek();
    this.#generation++;
    this.#describe("answer");
  }

  #describe(kind: LinkDescription["kind"]): void {
    const { scheduler, random, made } = this.#ground;
    const generation = this.#generation;
    scheduler.after(random.between(1, 40), () => {
      if (this.#gone || generation !== this.#generation) return;
      const sdp = `v=0 ${kind} of ${this.device}/${this.link} generation ${generation} fingerprint ${this.#fingerprint}`;
      made.set(sdp, this);
      this.#local = { kind, sdp };
      this.tell({ kind: "description", description: this.#local });
      this.#gather();
      this.seek();
    });
  }

  #gather(): void {
    const { scheduler, random, candidates } = this.#ground;
    const generation = this.#generation;
    for (const type of this.#candidateTypes()) {
      if (random.chance(this.#troubled(0.02, 0.3))) continue;
      const delayMs = random.chance(this.#troubled(0.05, 0.3))
        ? random.between(500, 6000)
        : random.between(1, 150);
      scheduler.after(delayMs, () => {
        if (this.#gone || generation !== this.#generation) return;
        const candidate = `candidate:${this.device}/${this.link} ${generation} typ ${type}`;
        candidates.set(candidate, { end: this, generation, type });
        this.tell({
          kind: "candidate",
          candidate: { kind: "candidate", candidate, mid: "0" } satisfies LinkCandidate,
        });
      });
    }
  }

  #candidateTypes(): readonly CandidateType[] {
    const { iceServers, turnOnly } = this.#options;
    const knows = (scheme: string): boolean =>
      iceServers.some(({ urls }) => urls.some((url) => url.startsWith(scheme)));
    const plain: readonly CandidateType[] = knows("stun:") ? ["host", "srflx"] : ["host"];
    return [
      ...(turnOnly ? [] : plain),
      ...(knows("turn:") && this.#ground.ways.turn ? (["relay"] as const) : []),
    ];
  }

  /** The end that has made the description taken here, if it has taken this one's. */
  #other(): LinkEnd | undefined {
    const other = this.#remote && this.#ground.made.get(this.#remote.sdp);
    if (other === undefined || other.#gone || this.#gone || this.#offering || other.#offering)
      return undefined;
    const fit = other.#local?.sdp === this.#remote?.sdp && other.#remote?.sdp === this.#local?.sdp;
    return fit && this.#local?.kind !== other.#local?.kind ? other : undefined;
  }

  #viaTo(other: LinkEnd): LinkVia | undefined {
    const { ways } = this.#ground;
    if (ways.isCut(this.device, other.device) || ways.isCut(other.device, this.device)) return undefined;
    const [mine, theirs] = [other.#knownOf(this), this.#knownOf(other)];
    if (mine.size === 0 || theirs.size === 0) return undefined;
    const both = (type: CandidateType): boolean => mine.has(type) && theirs.has(type);
    const between = ways.between(this.device, other.device);
    if (between === "local" && both("host")) return "local";
    if (between !== "none" && both("srflx")) return "nat";
    return mine.has("relay") || theirs.has("relay") ? "turn" : undefined;
  }

  /** Kinds of candidates of the other's present generation that have come here. */
  #knownOf(other: LinkEnd): ReadonlySet<CandidateType> {
    const known = [...this.#heard].map((text) => this.#ground.candidates.get(text));
    return new Set(
      known.flatMap((candidate) =>
        candidate?.end === other && candidate.generation === other.#generation ? [candidate.type] : [],
      ),
    );
  }

  #troubled(else_: number, probability: number): number {
    return this.#ground.ways.isTroubled() ? probability : else_;
  }
}
