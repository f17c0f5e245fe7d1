// Bundles the script and the stylesheet into dist/, which is checked in.
// `--check` builds in memory and fails when dist/ differs; `--tests` bundles the tests for `node --test`.
import { readFile, readdir, rm } from "node:fs/promises";
import { build } from "esbuild";

const here = new URL(".", import.meta.url);
const outputs = [
  { entryPoints: ["src/pages.ts"], outfile: "dist/pages.js", format: "iife", target: "es2019" },
  { entryPoints: ["src/task.ts"], outfile: "dist/task.js", format: "iife", target: "es2019" },
  { entryPoints: ["src/captcha.ts"], outfile: "dist/captcha.js", format: "iife", target: "es2019" },
  { entryPoints: ["src/watch.ts"], outfile: "dist/watch.js", format: "iife", target: "es2019" },
  { entryPoints: ["css/haoma.css"], outfile: "dist/haoma.css", target: ["chrome89", "safari14", "firefox91"] },
];

const bundle = (options, write) =>
  build({ ...options, absWorkingDir: here.pathname, bundle: true, minify: true, charset: "utf8", legalComments: "none", write });

async function check(options) {
  const built = (await bundle(options, false)).outputFiles[0].text;
  const kept = await readFile(new URL(options.outfile, here), "utf8").catch(() => "");
  if (built !== kept) throw new Error(`${options.outfile} is stale: run \`npm run build\` in crates/server/assets`);
}

async function tests() {
  const outdir = new URL("node_modules/.tests/", here).pathname;
  await rm(outdir, { recursive: true, force: true });
  const names = (await readdir(new URL("test/", here))).filter((name) => name.endsWith(".test.ts"));
  await build({
    absWorkingDir: here.pathname,
    entryPoints: names.map((name) => `test/${name}`),
    outdir,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    format: "esm",
    platform: "node",
  });
}

if (process.argv.includes("--tests")) await tests();
else await Promise.all(outputs.map((o) => (process.argv.includes("--check") ? check(o) : bundle(o, true))));
