import { copyFile } from "node:fs/promises";
import { build } from "esbuild";

const here = new URL(".", import.meta.url).pathname;
const folder = process.env.HAOMA_DIST ?? `${here}dist`;
const value = (name) => [`process.env.${name}`, JSON.stringify(process.env[name])];
await build({
  entryPoints: [`${here}src/main.js`],
  bundle: true,
  format: "esm",
  outdir: folder,
  define: Object.fromEntries(["HAOMA_ENDPOINT", "HAOMA_CLIENT_ID", "HAOMA_REDIRECT_URI"].map(value)),
});
await copyFile(`${here}index.html`, `${folder}/index.html`);
