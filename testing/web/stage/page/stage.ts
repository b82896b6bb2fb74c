/** The real app over a scripted device, so that every one of its states can be looked at; the address holds the {@link Script}. */
import { mount } from "@sotto/web/mount";
import { createFakeDevice } from "./fakeDevice.ts";
import { createFakeHome } from "./fakeHome.ts";
import { offendersOf } from "./offenders.ts";
import { withBlurs } from "./paintings.ts";
import { pageText } from "./pageText.ts";
import type { Stage } from "./script.ts";
import { scriptOf } from "./script.ts";
import { WORLDS } from "./worlds.ts";

const { world, home, failures, updated } = scriptOf(location.search);
const device = createFakeDevice(withBlurs(WORLDS[world]), failures);
const stage: Stage = {
  happen: device.happen,
  arrive: device.arrive,
  turn: device.turn,
  moveFile: device.moveFile,
  callsOf: device.callsOf,
  drag(selector) {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File(["words"], "words.txt"));
    const init = { bubbles: true, cancelable: true, dataTransfer };
    document.querySelector(selector)?.dispatchEvent(new DragEvent("dragenter", init));
  },
  setLook({ textPercent, mirrored }) {
    const { documentElement: root } = document;
    if (textPercent !== 100) root.style.fontSize = `${textPercent}%`;
    if (mirrored) root.dir = "rtl";
  },
  textOf: async (id, values) => (await pageText())(id, values),
  forget() {
    localStorage.clear();
    sessionStorage.clear();
  },
  offenders: offendersOf,
  async settled() {
    await document.fonts.ready;
    for (let frames = 0; frames < 2; frames++)
      await new Promise((resolve) => {
        requestAnimationFrame(resolve);
      });
  },
};
Object.assign(globalThis, { stage });

await mount(createFakeHome(home, device), {
  isReady: () => updated,
  subscribe: () => () => {},
  apply: () => {},
});
