// Copies from node_modules just the files that pages use, and draws the icons that templates name into one sprite.
// Usage: node config/frontend.mjs TARGET_FOLDER
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const target = process.argv[2];
if (!target) throw new Error("name the target folder");

const COPIED = {
  "tabler.css": "@tabler/core/dist/css/tabler.min.css",
  "htmx.js": "htmx.org/dist/htmx.min.js",
  "echarts.js": "echarts/dist/echarts.min.js",
  "map/anhui.json": "echarts-map/map/json/province/anhui.json",
};

for (const [name, source] of Object.entries(COPIED)) {
  const text = readFileSync(join(root, "node_modules", source), "utf8");
  const file = join(target, name);
  mkdirSync(dirname(file), { recursive: true });
  // Source maps are not copied, so nothing may refer to them.
  writeFileSync(file, text.replace(/\n?\/[/*][#@] sourceMappingURL=.*$/gm, ""));
}

const names = new Set();
for (const entry of readdirSync(join(root, "templates"), { recursive: true, withFileTypes: true })) {
  if (!entry.isFile()) continue;
  const text = readFileSync(join(entry.parentPath, entry.name), "utf8");
  for (const found of text.matchAll(/\bicon "([a-z0-9-]+)"/g)) names.add(found[1]);
}
const symbols = [...names].sort().map((name) => {
  const svg = readFileSync(join(root, "node_modules/@tabler/icons/icons/outline", `${name}.svg`), "utf8");
  const inside = svg.replace(/^[\s\S]*?<svg[^>]*>/, "").replace(/<\/svg>\s*$/, "");
  return `<symbol id="${name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round">${inside}</symbol>`;
});
writeFileSync(join(target, "icons.svg"), `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`);
console.log(`front end: ${Object.keys(COPIED).length} files, ${names.size} icons`);
