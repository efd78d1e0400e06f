/** What ESLint asks of the page's JavaScript, beside the types that TypeScript checks. */

import js from "@eslint/js";
import globals from "globals";

/** What only a page has: the runtime also runs in workers, and draws nothing. */
const OF_THE_PAGE = ["document", "window", "HTMLElement", "Element", "Node", "localStorage", "matchMedia"];

const LONGEST_LINE = { code: 120, ignoreUrls: true };

export default [
  js.configs.recommended,
  {
    languageOptions: { ecmaVersion: "latest", sourceType: "module" },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: { complexity: ["error", 12], "max-len": ["error", LONGEST_LINE], "prefer-const": "error", eqeqeq: "error" },
  },
  { files: ["explorer/browser/**/*.js"], languageOptions: { globals: { ...globals.browser, ...globals.worker } } },
  {
    files: ["explorer/browser/runtime/**/*.js"],
    rules: {
      "no-restricted-globals": ["error", ...OF_THE_PAGE],
      "no-restricted-properties": ["error", ...OF_THE_PAGE.map((property) => ({ object: "globalThis", property }))],
    },
  },
  { files: ["explorer/datasets/**/*.mjs", "*.js", ".*.js"], languageOptions: { globals: globals.node } },
];
