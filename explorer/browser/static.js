/** Entry point of the static page: no server to call, everything beside `index.html`. */

import { mountPage } from "./page.js";

const root = document.getElementById("explorer");
if (root === null) throw new Error("index.html has no element #explorer");
await mountPage(root, { base: new URL("./", document.baseURI).href });
