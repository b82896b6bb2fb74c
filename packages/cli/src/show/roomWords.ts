/** A room's invitation in words. */
import type { Invitation } from "sotto";

/** What is told to whoever is to come in: the link or the code by one way, the password by another. */
export function invitationLines({ code, password, link, linkRequired }: Invitation): string {
  const shown = (code.match(/.{1,4}/g) ?? []).join("-");
  const place = linkRequired ? [`Link:     ${link}`] : [`Link:     ${link}`, `or code:  ${shown}`];
  return [...place, `Password: ${password}`].join("\n");
}
