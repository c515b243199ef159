// SPDX-License-Identifier: GPL-3.0-or-later
// node tests/lab/pages.js FOLDER...: the report.html of each run, in Chromium from file://. The first screen holds question,
// finding and key picture; no network is asked; axe finds nothing serious with everything unfolded, at three widths, light
// and dark (of every table the first rows); nothing is wider than the window; printed it takes at most four pages. ICCSIM_LOOK=FOLDER keeps screenshots
// and PDFs to look at. Prints what is wrong; fails if anything is.
"use strict";
const fs = require("fs"), path = require("path");
const {Browser} = require("./browser.js");

const SIZES = [[390, 844, false], [800, 1000, true], [1400, 900, false], [1400, 900, true]], MOST_PAGES = 4;
const axe = fs.readFileSync("build/lab/npm/node_modules/axe-core/axe.min.js", "utf8");
const look = process.env.ICCSIM_LOOK;
let wrong = 0;

const tell = (name, text) => {
    wrong++;
    console.log(`${name}: ${text}`);
};

// Where an element ends, if it is there and has a size.
const bottom = selector => `(() => {
    const box = document.querySelector(${JSON.stringify(selector)})?.getBoundingClientRect();
    return box && box.width > 0 && box.height > 0 ? box.bottom : null;
})()`;

async function first_screen(browser, name, height) {
    for (const [what, selector] of [["question", "h1"], ["finding", ".finding"], ["key picture", ".first img"]]) {
        const end = await browser.ask(bottom(selector));
        if (end === null || end > height)
            tell(name, `the ${what} ends at ${end} of ${height} pixels`);
    }
}

async function at_size(browser, name, address, [width, height, dark]) {
    const where = `${name} at ${width}, ${dark ? "dark" : "light"}`;
    await browser.size(width, height, dark);
    await browser.visit(address);
    if (width === 1400)
        await first_screen(browser, where, height);
    if (look)
        await browser.picture(path.join(look, `${name}-${width}-${dark ? "dark" : "light"}.png`));
    await browser.ask(`document.querySelectorAll("details").forEach(one => { one.open = true; })`);
    if (!await browser.ask("document.documentElement.scrollWidth <= innerWidth"))
        tell(where, `it is ${await browser.ask("document.documentElement.scrollWidth")} pixels wide`);
    const broken = await browser.ask(`[...document.images].filter(one => !one.complete || one.naturalWidth === 0).map(one => one.src)`);
    if (broken.length)
        tell(where, `no picture ${broken}`);
    // Rows of a table are alike; of ten thousand elements axe takes minutes.
    await browser.ask(`document.querySelectorAll("tr:nth-child(n + 6)").forEach(row => row.remove())`);
    await browser.send("Runtime.evaluate", {expression: axe});
    for (const found of await browser.ask(`axe.run({preload: false}).then(r => r.violations.filter(v => ["serious", "critical"].includes(v.impact))
            .map(v => v.impact + " " + v.id + ": " + v.nodes.map(n => n.target.join(" ")).slice(0, 3).join("; ")))`))
        tell(where, found);
}

async function main() {
    const browser = await Browser.start();
    try {
        for (const folder of process.argv.slice(2)) {
            const name = path.basename(folder), address = "file://" + path.resolve(folder, "report.html");
            for (const size of SIZES)
                await at_size(browser, name, address, size);
            await browser.visit(address);
            const pages = await browser.print(look && path.join(look, name + ".pdf"));
            if (!(pages >= 1 && pages <= MOST_PAGES))
                tell(name, `printed it takes ${pages} pages`);
        }
        const foreign = browser.requests.filter(url => !/^(file:|about:|data:)/.test(url));
        if (foreign.length)
            tell("all", `asked of a network: ${foreign}`);
        if (browser.errors.length)
            tell("all", browser.errors.join("; "));
    } finally {
        await browser.stop();
    }
    console.log(`${process.argv.length - 2} pages looked at, ${wrong} things wrong`);
    process.exit(wrong ? 1 : 0);
}

main().catch(error => {
    console.error(error);
    process.exit(1);
});
