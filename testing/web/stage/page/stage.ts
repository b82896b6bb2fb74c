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
  changeGroup: device.changeGroup,
  turn: device.turn,
  moveFile: device.moveFile,
  callsOf: device.callsOf,
  drag(selector) {
    const init = { bubbles: true, cancelable: true, dataTransfer: aFile() };
    document.querySelector(selector)?.dispatchEvent(new DragEvent("dragenter", init));
  },
  paste(selector) {
    const init = { bubbles: true, cancelable: true, clipboardData: aFile() };
    document.querySelector(selector)?.dispatchEvent(new ClipboardEvent("paste", init));
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

function aFile(): DataTransfer {
  const data = new DataTransfer();
  data.items.add(new File(["words"], "words.txt"));
  return data;
}

await mount(createFakeHome(home, device), {
  isReady: () => updated,
  subscribe: () => () => {},
  apply: () => {},
});
