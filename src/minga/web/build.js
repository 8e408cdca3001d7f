// Builds what the browser gets: minga.css, minga.js, htmx.min.js and the fonts, into static/web/.
// Builds what paper gets: the fonts of printed documents, into pdf/fonts/.
import { build } from "esbuild";
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as sass from "sass";

const here = dirname(fileURLToPath(import.meta.url));
const modules = join(here, "..", "..", "..", "node_modules");
const out = join(here, "static", "web");

// The serif also carries optical sizes: a quotation over a page is drawn finer than one in a list.
const FONTS = { "source-sans-3": "wght", "source-serif-4": "opsz", "source-code-pro": "wght" };
const SUBSETS = ["latin", "latin-ext"];
// Typst reads TTF with all letters in one file, not the woff2 pieces that a browser loads.
const PRINT_FONTS = {
  "source-sans-3": ["400Regular", "600SemiBold"],
  "source-serif-4": ["400Regular"],
  "source-code-pro": ["400Regular", "500Medium"],
  "noto-emoji": ["400Regular"],
};
const printFonts = join(here, "pdf", "fonts");

function copyFonts() {
  for (const [family, axis] of Object.entries(FONTS)) {
    for (const subset of SUBSETS) {
      const name = `${family}-${subset}-${axis}-normal.woff2`;
      cpSync(join(modules, "@fontsource-variable", family, "files", name), join(out, "fonts", name));
    }
    cpSync(join(modules, "@fontsource-variable", family, "LICENSE"), join(out, "fonts", `${family}-LICENSE.txt`));
  }
}

function copyPrintFonts() {
  for (const [family, weights] of Object.entries(PRINT_FONTS)) {
    const from = join(modules, "@expo-google-fonts", family);
    for (const weight of weights) {
      const [file] = readdirSync(join(from, weight)).filter((name) => name.endsWith(".ttf"));
      cpSync(join(from, weight, file), join(printFonts, file));
    }
    cpSync(join(from, "LICENSE_FONT"), join(printFonts, `${family}-LICENSE.txt`));
  }
}

function compileStyles() {
  const result = sass.compile(join(here, "scss", "minga.scss"), {
    style: "compressed",
    loadPaths: [modules],
    quietDeps: true,
  });
  writeFileSync(join(out, "minga.css"), result.css);
}

async function bundleScript() {
  await build({
    entryPoints: [join(here, "js", "minga.js")],
    outfile: join(out, "minga.js"),
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2020",
    nodePaths: [modules],
    legalComments: "none",
  });
}

function report() {
  for (const name of ["minga.css", "minga.js", "htmx.min.js"]) {
    console.log(`${name}: ${(statSync(join(out, name)).size / 1024).toFixed(1)} KiB`);
  }
}

for (const [folder, fonts] of [[out, join(out, "fonts")], [printFonts, printFonts]]) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(fonts, { recursive: true });
}
copyFonts();
copyPrintFonts();
cpSync(join(here, "assets", "favicon.svg"), join(out, "favicon.svg"));
compileStyles();
await bundleScript();
const htmx = createRequire(import.meta.url).resolve("htmx.org/dist/htmx.min.js");
writeFileSync(join(out, "htmx.min.js"), readFileSync(htmx));
report();
