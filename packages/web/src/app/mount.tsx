/** Everything between the document and the app: the person's preferences, the style sheets. */
import { CSPProvider } from "@base-ui/react/csp-provider";
import { I18nProvider } from "@lingui/react";
import { createRoot } from "react-dom/client";
import type { BrowserHome } from "sotto/browser";
import { followPreferences } from "../preferences/follow.ts";
import { openPreferences } from "../preferences/store.ts";
import { PreferencesContext } from "../preferences/usePreferences.ts";
import { createI18n } from "../text/text.ts";
import { App } from "./App.tsx";
import { UpdateNotice } from "./UpdateNotice.tsx";
import styles from "./UpdateNotice.module.css";
import type { Updates } from "./updates.ts";
import { NO_UPDATES } from "./updates.ts";
import "../styles/fonts.css";
import "../styles/tokens.css";
import "../styles/base.css";

/** Shows the app of that home in the document's root element. */
export async function mount(home: BrowserHome, updates: Updates = NO_UPDATES): Promise<void> {
  const i18n = createI18n();
  const preferences = openPreferences(window);
  await followPreferences(preferences, i18n);

  createRoot(document.querySelector("#root") as HTMLElement).render(
    <I18nProvider i18n={i18n}>
      {/* The policy lets no component add styles to the page; ours come from the sheet. */}
      <CSPProvider disableStyleElements>
        <PreferencesContext value={preferences}>
          <div className={styles["frame"]}>
            <UpdateNotice updates={updates} />
            <div className={styles["app"]}>
              <App home={home} />
            </div>
          </div>
        </PreferencesContext>
      </CSPProvider>
    </I18nProvider>,
  );
}
