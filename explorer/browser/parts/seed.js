/** The field of a seed: typed, stepped or thrown. */

import { element } from "../dom.js";
import { LARGEST_SEED, parseSeed } from "../runtime/seed-space.js";

const DIE_LIMIT = 1_000_000; // a die's seeds stay short enough to read out loud

export function createSeed(t, onChange) {
  const complaint = element("p", { class: "complaint", id: "explorer-seed-complaint", role: "alert", hidden: true });
  const input = element("input", {
    class: "input seed number",
    id: "explorer-seed",
    inputmode: "numeric",
    autocomplete: "off",
    "aria-describedby": complaint.id,
  });
  const complain = (wrong) => {
    complaint.hidden = !wrong;
    complaint.textContent = wrong ? t("sample.seed_invalid", { largest: LARGEST_SEED }) : "";
    input.setAttribute("aria-invalid", String(wrong));
  };
  const take = (text, event) => {
    const seed = parseSeed(text);
    complain(seed === null);
    if (seed !== null) onChange({ seed }, event);
  };
  const step = (by, event) => {
    const seed = parseSeed(input.value);
    if (seed === null || seed + by < 0 || seed + by > LARGEST_SEED) return;
    input.value = String(seed + by);
    take(input.value, event);
  };
  input.addEventListener("input", (event) => take(input.value, event));
  input.addEventListener("keydown", (event) => {
    const by = { ArrowUp: 1, ArrowDown: -1, PageUp: 100, PageDown: -100 }[event.key];
    if (!by) return;
    event.preventDefault();
    step(by, event);
  });
  const button = (label, text, act) =>
    element(
      "button",
      { class: "button step", type: "button", "aria-label": label, title: label, on: { click: act } },
      text,
    );
  const roll = (event) => {
    input.value = String(crypto.getRandomValues(new Uint32Array(1))[0] % DIE_LIMIT);
    take(input.value, event);
  };
  const node = element(
    "div",
    { class: "field" },
    element("label", { class: "field-name", for: input.id }, t("sample.seed")),
    element(
      "div",
      { class: "seed-group" },
      button(t("sample.seed_previous"), "−", (event) => step(-1, event)),
      input,
      button(t("sample.seed_next"), "+", (event) => step(1, event)),
      element(
        "button",
        { class: "button die", type: "button", title: t("sample.die_hint"), on: { click: roll } },
        t("sample.die"),
      ),
    ),
  );
  return {
    node,
    complaint,
    update(seed) {
      if (parseSeed(input.value) !== seed) input.value = String(seed);
      complain(false);
    },
  };
}
