/** One end of links of a terminal client, as a program: commands as lines of JSON on standard input, what happens as lines on standard output. */
import { createInterface } from "node:readline";
import type { Link } from "sotto/node-links";
import { createNodeLinks } from "sotto/node-links";
import type { EndCommand, EndHappening } from "./linkEnd.ts";

const maker = createNodeLinks();
let link: Link | undefined;

createInterface({ input: process.stdin })
  .on("line", (line) => obey(JSON.parse(line) as EndCommand))
  .on("close", () => link?.close());

tell({ kind: "ready" });

function obey(command: EndCommand): void {
  switch (command.do) {
    case "open":
      link = maker?.open(command.options, {
        onDescription: (signal) => tell({ kind: "signal", signal }),
        onCandidate: (signal) => tell({ kind: "signal", signal }),
        onOpen: (via) => tell({ kind: "open", via }),
        onSteady: () => {},
        onFrame: (_, frame) => tell({ kind: "frame", text: new TextDecoder().decode(frame) }),
        onDrained: () => {},
        onClose: (failure) => tell({ kind: "closed", failure }),
      });
      return link === undefined ? tell({ kind: "closed", failure: "unsupported" }) : undefined;
    case "offer":
      return link?.offer(false);
    case "signal":
      return command.signal.kind === "candidate"
        ? link?.addCandidates([command.signal])
        : link?.accept(command.signal);
    case "send":
      return link?.send("messages", new TextEncoder().encode(command.text));
    case "close":
      return link?.close();
  }
}

function tell(happening: EndHappening): void {
  console.log(JSON.stringify(happening));
}
