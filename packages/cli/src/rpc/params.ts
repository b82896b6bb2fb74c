/** Checks of named parameters. Each throws {@link ParamError} with the parameter's name and what is allowed. */
import type { MessageId } from "@sotto/protocol";
import { parseId } from "@sotto/protocol";
import type { PathMode, Role } from "sotto";
import { PATH_CHOICES, PATH_MODES, isPathMode, parsePathChoice } from "../pathChoice.ts";
import type { Target } from "../target.ts";
import { parseTarget } from "../target.ts";

const ROLES: readonly Role[] = ["owner", "admin", "member"];

export type Params = Readonly<Record<string, unknown>>;

/** The parameters are not as documented: -32602. */
export class ParamError extends Error {
  override readonly name = "ParamError";
}

/** Refuses parameters that the method does not have. */
export function onlyThese(params: Params, known: readonly string[]): void {
  const strange = Object.keys(params).find((name) => !known.includes(name));
  if (strange === undefined) return;
  const allowed = known.length === 0 ? "there are none" : `there are ${known.join(", ")}`;
  throw new ParamError(`There is no parameter ${strange}: ${allowed}.`);
}

export function textParam(params: Params, name: string): string {
  const value = params[name];
  if (typeof value !== "string") throw new ParamError(`${name} is a string.`);
  return value;
}

export function optionalText(params: Params, name: string): string | undefined {
  return params[name] === undefined || params[name] === null ? undefined : textParam(params, name);
}

export function flagParam(params: Params, name: string): boolean {
  const value = params[name];
  if (typeof value !== "boolean") throw new ParamError(`${name} is true or false.`);
  return value;
}

/** A user name without a leading @. */
export function userParam(params: Params, name: string): string {
  const value = textParam(params, name);
  if (value === "" || value.startsWith("@"))
    throw new ParamError(`${name} is a user name without a leading @.`);
  return value;
}

/** User names without a leading @. */
export function usersParam(params: Params, name: string): readonly string[] {
  const value = params[name];
  const isList = Array.isArray(value) && value.every((item) => typeof item === "string");
  if (!isList || value.some((item) => item === "" || item.startsWith("@")))
    throw new ParamError(`${name} is a list of user names without a leading @.`);
  return value;
}

export function roleParam(params: Params, name: string): Role {
  const value = ROLES.find((role) => role === params[name]);
  if (value === undefined) throw new ParamError(`${name} is one of ${ROLES.join(", ")}.`);
  return value;
}

export function targetParam(params: Params, name: string): Target {
  const target = parseTarget(textParam(params, name));
  if (target === undefined) throw new ParamError(`${name} is "@name" or "#id".`);
  return target;
}

/** A conversation's id, with or without the # of `messages.send`. */
export function conversationParam(params: Params, name: string): Target {
  return { conversation: textParam(params, name).replace(/^#/, "") };
}

/** A way for every conversation that does not say otherwise. */
export function pathModeParam(params: Params, name: string): PathMode {
  const value = textParam(params, name);
  if (!isPathMode(value)) throw new ParamError(`${name} is one of ${PATH_MODES.join(", ")}.`);
  return value;
}

/** A way for one conversation; null for "default". */
export function pathChoiceParam(params: Params, name: string): PathMode | null {
  const choice = parsePathChoice(textParam(params, name));
  if (choice === undefined) throw new ParamError(`${name} is one of ${PATH_CHOICES.join(", ")}.`);
  return choice;
}

export function optionalMessageId(params: Params, name: string): MessageId | undefined {
  const value = optionalText(params, name);
  if (value === undefined) return undefined;
  const id = parseId<MessageId>(value);
  if (id === undefined) throw new ParamError(`${name} is a message's id: 32 hexadecimal digits.`);
  return id;
}

export function optionalCount(params: Params, name: string, max: number): number | undefined {
  const value = params[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "number" || !Number.isInteger(value) || value < 1 || value > max) {
    throw new ParamError(`${name} is an integer from 1 to ${max}.`);
  }
  return value;
}

/** The number of one of a message's files, from 0. */
export function optionalIndex(params: Params, name: string): number | undefined {
  const value = params[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "number" || !Number.isInteger(value) || value < 0)
    throw new ParamError(`${name} is the number of a file in its message, from 0.`);
  return value;
}
