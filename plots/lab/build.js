// SPDX-License-Identifier: GPL-3.0-or-later
// Puts the lab together: node plots/lab/build.js out/lab.html build/lab VERSION SCENARIO...
"use strict";
const fs = require("fs"), path = require("path"), zlib = require("zlib"), crypto = require("crypto");

const [target, folder, version, ...names] = process.argv.slice(2);
const here = name => fs.readFileSync(path.join(__dirname, name), "utf8");
const package_ = name => fs.readFileSync(path.join(folder, "npm/node_modules", name), "utf8");

// A scenario and all it extends.
function gather(file, into) {
    if (into[file] !== undefined)
        return;
    const text = into[file] = fs.readFileSync(file, "utf8");
    const list = /^extends:.*(?:\n[ \t]+-.*)*/m.exec(text);
    for (const other of list ? list[0].match(/[\w./-]+\.yml/g) || [] : [])
        gather(path.join(path.dirname(file), other), into);
}

// Comments of whole lines say nothing to the program; the line stays, so that messages name the right one.
const bare = text => text.replace(/^[ \t]*#.*$/gm, "");

const pack = data => zlib.gzipSync(data, {level: 9}).toString("base64");
const script = text => {
    if (/<\/script|<!--/i.test(text))
        throw new Error("a script that would end its element");
    return text;
};
const hash = text => "'sha256-" + crypto.createHash("sha256").update(text, "utf8").digest("base64") + "'";

const files = {};
for (const name of names)
    gather(`scenarios/${name}.yml`, files);
for (const file in files) {
    files[file] = bare(files[file]);
    if (/^[ \t]+correlate:/m.test(files[file]))
        throw new Error(`${file}: the page's core has no eigenvalues, which correlated factors take (plots/lab/compat.c)`);
}
const title = name => {
    const line = /^title:\s*(.*)$/m.exec(files[`scenarios/${name}.yml`]);
    return line ? line[1].trim().replace(/^"(.*)"$/, "$1") : name;
};
// What each study found, in the words of the program's own run of it, variants and all.
const found = name => {
    const summary = JSON.parse(fs.readFileSync(path.join(folder, "found", name, "summary.json"), "utf8"));
    return {found: summary.finding || "", worlds: summary.replications};
};
const contents = names.map(name => ({name, title: title(name), ...found(name)}));

const glue = fs.readFileSync(path.join(folder, "core.js"), "utf8");
const core = script(glue + "\n" + here("core.js"));
const page = script(package_("uplot/dist/uPlot.iife.min.js") + "\n" + here("texts.js") + "\n" + here("pictures.js") + "\n" + here("page.js"));
const style = package_("uplot/dist/uPlot.min.css") + "\n" + here("style.css");
const policy = ["default-src 'none'", `script-src ${hash(core)} ${hash(page)} 'wasm-unsafe-eval'`, "worker-src blob:",
    `style-src ${hash(style)}`, "base-uri 'none'", "form-action 'none'"].join("; ");

const parts = {policy, style, core, page, worker: script(here("worker.js")), version,
    contents: JSON.stringify(contents).replace(/</g, "\\u003c"),
    wasm: pack(fs.readFileSync(path.join(folder, "core.wasm"))), files: pack(JSON.stringify(files))};
const html = here("page.html").replace(/\{\{(\w+)\}\}/g, (all, key) => parts[key]);
fs.writeFileSync(target + ".new", html);
fs.renameSync(target + ".new", target);
