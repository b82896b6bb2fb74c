/** A home in a folder whose devices are linked as a test says. */
import type { NodeHomeOptions } from "../adapters/node/platform.ts";
import { createNodePlatform } from "../adapters/node/platform.ts";
import type { SottoHome } from "../api.ts";
import type { LinkMaker } from "../ports/direct.ts";
import { createHome } from "../sdk/home.ts";

export function linkedHome(options: Omit<NodeHomeOptions, "links">, links: LinkMaker): SottoHome {
  return createHome({ ...createNodePlatform({ ...options, links: false }), links });
}
