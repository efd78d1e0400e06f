/** Light or dark, whoever decides it: the query string, the page around us, or the visitor's system. */

const system = matchMedia("(prefers-color-scheme: dark)");

/** @returns {"light" | "dark"} */
export function currentTheme() {
  const requested = new URLSearchParams(location.search).get("__theme");
  if (requested === "dark" || requested === "light") return requested;
  if (document.body.classList.contains("dark")) return "dark";
  // Gradio follows the system itself, through the class; without the class its page is light.
  if ("gradio_config" in window) return "light";
  return system.matches ? "dark" : "light";
}

/**
 * Tell of each change of theme.
 * @param {(theme: "light" | "dark") => void} callback
 * @returns {() => void} stops telling
 */
export function watchTheme(callback) {
  let last = currentTheme();
  const check = () => {
    const theme = currentTheme();
    if (theme !== last) callback((last = theme));
  };
  const observer = new MutationObserver(check);
  observer.observe(document.body, { attributes: true, attributeFilter: ["class"] });
  system.addEventListener("change", check);
  return () => {
    observer.disconnect();
    system.removeEventListener("change", check);
  };
}
