/** Composes the page. */
import { createRoot } from "react-dom/client";
import { openBrowserHome } from "sotto/browser";
import { App } from "./app/App.tsx";
import "./styles/tokens.css";
import "./styles/base.css";

createRoot(document.querySelector("#root") as HTMLElement).render(<App home={openBrowserHome()} />);
