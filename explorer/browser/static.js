/** Entry point of the static page: no server to call, everything beside `index.html`. */

import { mountPage } from "./page.js";

await mountPage(document.getElementById("explorer"), { base: new URL("./", document.baseURI).href });
