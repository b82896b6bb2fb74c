/** React and one word: the least that a page of this kind can be. */
import { createElement } from "react";
import { createRoot } from "react-dom/client";

createRoot(document.querySelector("#root") as HTMLElement).render(createElement("p", null, "empty"));
