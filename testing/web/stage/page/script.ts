/** What the outside tells the stage in its address, and may call once it stands. */
import type { ClientEvent, Conversation, FileView, SignInStep, SottoErrorCode } from "sotto";
import type { Line } from "./world.ts";
import type { WorldName } from "./worlds.ts";

export interface HomeScript {
  /** What opening gives: the device, an error, or nothing yet. */
  readonly open: "device" | "never" | SottoErrorCode;
  /** What signing in and registering end with; `never` stops at `step`. */
  readonly signIn?: "device" | "never" | SottoErrorCode;
  readonly step?: SignInStep;
}

/** Calls of the device that are rejected, such as `{ "messages.send": "offline" }`. */
export type Failures = Readonly<Record<string, SottoErrorCode>>;

export interface Script {
  readonly world: WorldName;
  readonly home: HomeScript;
  readonly failures: Failures;
  /** A newer version of the app is installed and waits. */
  readonly updated: boolean;
}

/** `globalThis.stage` of the page. */
export interface Stage {
  /** Something happens: what the event says is true from then on. */
  happen(event: ClientEvent): void;
  /** Somebody writes. */
  arrive(userName: string, line: Line): void;
  /** Something else is true of the group of that name. */
  changeGroup(name: string, fields: Partial<Conversation>): void;
  /** The messages of a conversation go another way from now on; what waits for it goes. */
  turn(userName: string, way: Partial<Pick<Conversation, "path" | "pathIsDefault" | "link">>): void;
  /** A file, known by its name, is further than it was. */
  moveFile(name: string, change: Partial<FileView>): void;
  /** A hand that holds a file comes over the element. */
  drag(selector: string): void;
  /** A file is pasted into the element. */
  paste(selector: string): void;
  /** How often the app has called that function of the device, such as `conversations.attend`. */
  callsOf(name: string): number;
  /** What a person sets in the browser: the size of letters in percent, and the direction of writing. */
  setLook(look: { readonly textPercent: number; readonly mirrored: boolean }): void;
  /** The text of an id in the language that the page speaks. Throws when there is none. */
  textOf(id: string, values?: Readonly<Record<string, string | number>>): Promise<string>;
  /** Nothing that the app keeps in the browser is left. */
  forget(): void;
  /** What does not fit. */
  offenders(targetPx: number): readonly string[];
  /** Resolves when fonts are there and two frames have been drawn. */
  settled(): Promise<void>;
}

const PARAMETER = "script";

/** The query of the stage's address. */
export function queryOf(script: Script): string {
  return `?${new URLSearchParams({ [PARAMETER]: JSON.stringify(script) }).toString()}`;
}

/** The script of a query; throws when there is none. */
export function scriptOf(query: string): Script {
  return JSON.parse(new URLSearchParams(query).get(PARAMETER) ?? "") as Script;
}
