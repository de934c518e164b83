// Bundle scripts and styles into the folder given, with hashed names, and write manifest.json (name -> file) and
// needed.json (script -> the scripts it imports before it runs).
//
// Every file directly in static/js is an entry point, and so is every style sheet in static/css but the tokens; files in
// their folders are parts. The room's composition roots are entries too, so that no other page carries them: the call, the
// check before it, and the trial of the relays.
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, extname, join, resolve } from "node:path";
import { build } from "esbuild";

const target = resolve(process.argv[2]);
const parts = resolve("node_modules/.cache/peerlearn");
const manifest = {};

const entriesIn = (folder, extension) =>
  readdirSync(folder).filter((name) => extname(name) === extension).map((name) => join(folder, name));

const entryPoints = [...entriesIn("static/js", ".js"), ...entriesIn("static/css", ".css").filter((path) => !path.endsWith("tokens.css"))]
  .map((path) => ({ in: path, out: basename(path, extname(path)) }));
for (const name of ["room", "check", "relay", "recorder/ticker"]) {
  const path = `static/js/live/${name}.js`;
  if (existsSync(path)) entryPoints.push({ in: path, out: basename(name) });
}

/** `#fonts/inter.woff2` in a style sheet is the subset that fonts.py cut. */
const ownParts = {
  name: "own-parts",
  setup(hooks) {
    hooks.onResolve({ filter: /^#fonts\// }, ({ path }) => ({ path: join(parts, path.slice(1)) }));
  },
};

/** We connect by websockets alone (static/js/socket.js): the library's other ways stay out of what every page carries. */
const websocketsAlone = {
  name: "websockets-alone",
  setup(hooks) {
    hooks.onLoad({ filter: /(engine|socket)\.io-client\/build\/esm\/(transports\/)?index\.js$/ }, ({ path }) => ({
      contents: readFileSync(path, "utf8").split("\n").filter((line) => !/polling|webtransport/i.test(line)).join("\n"),
      resolveDir: dirname(path),
    }));
  },
};

/** A part named as a whole brings a helper that all scripts import, from a file of its own: of the parser two names are enough. */
const parserByName = {
  name: "parser-by-name",
  setup(hooks) {
    hooks.onLoad({ filter: /socket\.io-client\/build\/esm\/manager\.js$/ }, ({ path }) => ({
      contents: readFileSync(path, "utf8").replace("import * as parser from", "import { Decoder, Encoder } from")
        .replace("opts.parser || parser", "opts.parser || { Decoder, Encoder }"),
      resolveDir: dirname(path),
    }));
  },
};

const common = {
  bundle: true, minify: true, metafile: true, outdir: target, logLevel: "error", legalComments: "none",
  entryNames: "[name]-[hash]", chunkNames: "chunk-[hash]", assetNames: "[name]-[hash]",
  target: ["chrome123", "firefox129", "safari17.5"], loader: { ".woff2": "file" }, plugins: [ownParts, websocketsAlone, parserByName],
};

const byKind = (extension) => entryPoints.filter((entry) => extname(entry.in) === extension);
const scripts = await build({ ...common, entryPoints: byKind(".js"), format: "esm", splitting: true });
const styles = await build({ ...common, entryPoints: byKind(".css") });

for (const path of Object.keys(styles.metafile.outputs).filter((path) => path.endsWith(".css"))) {
  writeFileSync(path, joinLayers(readFileSync(path, "utf8")));
}

/** One file is one `@layer name{…}` of its own: neighbours of one name say it once. */
function joinLayers(css) {
  let joined = "", last = "", depth = 0, start = 0;
  for (let place = 0; place < css.length; place++) {
    if (css[place] === "{") depth++;
    if (css[place] !== "}" || --depth > 0) continue;
    const rule = css.slice(start, place + 1);
    const head = /^@layer \w+\{/.exec(rule)?.[0] ?? "";
    joined = head && head === last ? joined.slice(0, -1) + rule.slice(head.length) : joined + rule;
    [last, start] = [head, place + 1];
  }
  return joined + css.slice(start);
}

/** A part that is fetched when it is wanted is an entry point to the bundler, not to a page. */
const isLater = (path) => basename(path).startsWith("chunk-");

for (const { metafile } of [scripts, styles]) {
  for (const [path, output] of Object.entries(metafile.outputs)) {
    const file = basename(path);
    if (output.entryPoint && !isLater(path)) manifest[file.replace(/-[A-Z0-9]{8}(\.\w+)$/, "$1")] = file;
    else if (path.endsWith(".woff2")) manifest[file.replace(/-[A-Z0-9]{8}(\.\w+)$/, "$1")] = file;
  }
}

/** What a script imports before it runs, and what that imports: a page may ask for all of it at once. */
const atOnce = (path, found = new Set()) => {
  for (const { path: part } of scripts.metafile.outputs[path].imports.filter(({ kind }) => kind === "import-statement")) {
    if (found.has(part) || !scripts.metafile.outputs[part]) continue;
    atOnce(part, found.add(part));
  }
  return found;
};
const needed = {};
for (const [path, { entryPoint }] of Object.entries(scripts.metafile.outputs)) {
  if (entryPoint && !isLater(path)) needed[basename(path)] = [...atOnce(path)].map((part) => basename(part));
}

const sprite = readFileSync(join(parts, "icons.svg"));
manifest["icons.svg"] = `icons-${createHash("sha256").update(sprite).digest("hex").slice(0, 8).toUpperCase()}.svg`;
mkdirSync(target, { recursive: true });
copyFileSync(join(parts, "icons.svg"), join(target, manifest["icons.svg"]));
writeFileSync(join(target, "needed.json"), JSON.stringify(needed, Object.keys(needed).sort(), 2) + "\n");
writeFileSync(join(target, "manifest.json"), JSON.stringify(manifest, Object.keys(manifest).sort(), 2) + "\n");
