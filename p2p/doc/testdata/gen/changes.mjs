// Makes ../changes.json: random change sets made and applied by CodeMirror itself, for the tests of package doc.
//
//	cd "$(mktemp -d)" && npm install @codemirror/state@6.7.6
//	cp <this file> . && node changes.mjs > <the folder above>/changes.json
//
// The seed is fixed, so the output changes only with this file or with CodeMirror.
import { ChangeSet, Text } from "@codemirror/state";

let seed = 20260701;
function random() { // mulberry32
  seed = (seed + 0x6d2b79f5) | 0;
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
}
const below = (n) => Math.floor(random() * n);
const pieces = ["x", "foo()", "\n", "héé", "😀", "👩‍👩‍👧", "漢字", "a\nb\nc", " := 1\n", "\t", "\"quoted\\\"", "\u0001", "\u2028", "𝄞\n𝄞", "</script>", "\u007f", "ﷺ", "é"];
const isLow = (c) => c >= 0xdc00 && c <= 0xdfff;

// at picks a position that does not lie within a surrogate pair.
function at(text) {
  const k = below(text.length + 1);
  return k > 0 && k < text.length && isLow(text.charCodeAt(k)) ? k - 1 : k;
}

function changes(text) {
  const specs = [];
  for (let n = 1 + below(3), from = 0; n > 0; n--) {
    const a = at(text), b = random() < 0.5 ? a : at(text);
    const [start, end] = a < b ? [a, b] : [b, a];
    if (start < from) continue;
    specs.push({ from: start, to: random() < 0.9 ? Math.min(end, start + 12 < text.length && isLow(text.charCodeAt(start + 12)) ? start + 11 : start + 12) : end, insert: random() < 0.75 ? pieces[below(pieces.length)] : "" });
    from = specs.at(-1).to;
  }
  return specs;
}

// carets tells of some positions where they stand after the changes.
function carets(set) {
  const places = [...new Set([0, 1, 2, 3, 4, 5, 6, 7, 8].map((k) => Math.round((k * set.length) / 8)))];
  return places.map((place) => [place, set.mapPos(place, 1)]);
}

const runs = [];
for (let r = 0; r < 60; r++) {
  let doc = Text.of("package main\n\nfunc main() {\n\tprintln(\"😀\")\n}\n".split("\n"));
  if (r % 3 === 0) doc = Text.empty;
  const run = { start: doc.toString(), steps: [] };
  for (let s = 0; s < 25; s++) {
    const set = ChangeSet.of(changes(doc.toString()), doc.length);
    doc = set.apply(doc);
    run.steps.push({ changes: set.toJSON(), length: doc.length, text: s % 5 === 4 ? doc.toString() : undefined, carets: carets(set) });
  }
  // One composed set, as an editor sends after typing offline.
  const a = ChangeSet.of(changes(doc.toString()), doc.length), mid = a.apply(doc);
  const b = ChangeSet.of(changes(mid.toString()), mid.length);
  doc = b.apply(mid);
  run.steps.push({ changes: a.compose(b).toJSON(), length: doc.length, text: doc.toString(), carets: carets(a.compose(b)) });
  runs.push(run);
}
process.stdout.write("[\n" + runs.map((r) => JSON.stringify(r)).join(",\n") + "\n]\n");
