// Theme and text size before the first paint: a page in the wrong colours would flash. The same as src/preferences/appearance.ts.
try {
  const { theme, textSize } = JSON.parse(localStorage.getItem("sotto.preferences") ?? "{}");
  const { dataset } = document.documentElement;
  if (["light", "dark"].includes(theme)) dataset.theme = theme;
  if ([115, 130, 150].includes(textSize)) dataset.textSize = textSize;
} catch {
  // No choice can be read: the system's theme and the browser's size.
}
