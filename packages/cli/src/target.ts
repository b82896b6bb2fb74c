/** Whom a message goes to, as people and scripts write it: `@name`, `#conversation` or `#name of a group`. */

export type Target = { readonly user: string } | { readonly conversation: string };

/** Reads `@name` or `#id`; with `bare`, a word without sign is a name as well. */
export function parseTarget(text: string, bare = false): Target | undefined {
  const rest = text.slice(1);
  if (text.startsWith("@")) return rest === "" ? undefined : { user: rest };
  if (text.startsWith("#")) return rest === "" ? undefined : { conversation: rest };
  return bare && text !== "" ? { user: text } : undefined;
}

/** A user name with or without the leading @ that people type. */
export function bareName(text: string): string {
  return text.startsWith("@") ? text.slice(1) : text;
}
