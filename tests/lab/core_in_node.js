// SPDX-License-Identifier: GPL-3.0-or-later
// The page's core and scenarios, taken out of the page, in Node.
"use strict";
const fs = require("fs"), path = require("path"), zlib = require("zlib"), child = require("child_process");

const html = fs.readFileSync("out/lab.html", "utf8");
const part = id => new RegExp(`<script[^>]* id="${id}"[^>]*>([^]*?)</script>`).exec(html)[1];
const unpack = id => zlib.gunzipSync(Buffer.from(part(id), "base64"));

globalThis.iccsim_core = require(path.resolve("build/lab/core.js"));
const {Lab, WORLD, BAND, DIFFERENCE} = require(path.resolve("plots/lab/core.js"));
const files = JSON.parse(unpack("files"));
const contents = JSON.parse(part("contents")).map(c => c.name);
const compiled = WebAssembly.compile(unpack("wasm"));

const open = async name => Lab.open(await compiled, files, name);

// Bits as tests/lab/native.c prints them.
function hex(numbers) {
    const view = new DataView(new ArrayBuffer(8)), rows = [];
    for (let i = 0; i < numbers.length; i += BAND.length)
        rows.push(Array.from(numbers.slice(i, i + BAND.length), number => {
            view.setFloat64(0, number);
            return Number.isNaN(number) ? "NaN" : view.getBigUint64(0).toString(16).padStart(16, "0");
        }).join(" "));
    return rows;
}

function native(...args) {
    const run = child.spawnSync("build/release/tests/lab/native", args.map(String), {encoding: "utf8", maxBuffer: 1 << 28});
    if (run.status !== 0)
        throw new Error(`native ${args.join(" ")}: ${run.stderr}`);
    return run.stdout.trim().split("\n");
}

// The far end of every lever; words: another one.
const moved_texts = levers => levers.map((lever, i) => {
    if (!lever.is_number)
        return lever.words.find(word => word !== lever.now);
    const share = 0.3 + 0.1 * (i % 4), number = Number((lever.from + share * (lever.to - lever.from)).toFixed(3));
    return lever.unit === "month" ? `${Math.round(number)} month` : lever.unit === "date" ? lever.to_text : `${number} ${lever.unit}`.trim();
});

module.exports = {open, files, contents, hex, native, moved_texts, WORLD, BAND, DIFFERENCE, html};
