// SPDX-License-Identifier: GPL-3.0-or-later
// make bench-lab: one `name value unit` a line. Ratios are of numbers taken in turn in one run, so that they hold on a busy
// machine; milliseconds do not.
"use strict";
const fs = require("fs"), path = require("path");
const {Browser, sleep} = require("./browser.js");
const lab = require("./core_in_node.js");

const median = list => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
const print = (name, value, unit) => console.log(`${name} ${Number(value.toPrecision(4))} ${unit}`);

async function main() {
    const it = await lab.open("china"), native = [], node = [], ratio = [];
    it.run(lab.WORLD.base, 0, 3);
    for (let turn = 0; turn < 7; turn++) {
        native.push(Number(lab.native("--time", "scenarios/china.yml", 10)[0]));
        const began = process.cpuUsage();
        it.run(lab.WORLD.base, 0, 10);
        const used = process.cpuUsage(began);
        node.push((used.user + used.system) / 1e3 / 10);
        ratio.push(node.at(-1) / native.at(-1));
    }
    print("lab_replication_native", median(native), "ms");
    print("lab_replication_node", median(node), "ms");
    print("lab_replication", median(ratio), "native_replications");

    const browser = await Browser.start();
    try {
        const ready = [];
        for (let turn = 0; turn < 5; turn++) {
            await browser.open(`file://${path.resolve("out/lab.html")}?${turn}#s=china&n=20`);
            ready.push(await browser.ask("iccsim.page.ready_ms"));
        }
        print("lab_ready", median(ready), "ms");
        await browser.ask("iccsim.worlds(20)");
        const pulls = await browser.ask(`(async () => {
            const page = iccsim.page, worker = page.pool.workers[0], list = [];
            const pause = () => new Promise(done => setTimeout(done, 100));
            page.pool.workers.length = 2;
            const one = async (texts, count) => { // milliseconds of so many replications in one worker
                await worker.ask({what: "settle", texts, seed: page.state.seed});
                const began = performance.now();
                await worker.ask({what: "run", world: 1, first: 0, count});
                return performance.now() - began;
            };
            for (let turn = 1; turn <= 7; turn++) {
                while (!page.settled) await pause();
                const texts = [turn + " month", ...page.state.texts.slice(1)], each = await one(texts, 10) / 10;
                const began = performance.now();
                iccsim.move(0, texts[0]);
                await iccsim.worlds(20);
                list.push({pull: performance.now() - began, each});
                while (!page.settled) await pause();
                const fixed = performance.now();
                page.lab.settle(page.state.texts, page.state.seed);
                await worker.ask({what: "settle", texts: page.state.texts, seed: page.state.seed});
                list.at(-1).fixed = performance.now() - fixed;
                page.lab.settle(page.state.texts, page.state.seed);
            }
            return list;
        })()`);
        print("lab_pull_20", median(pulls.map(p => p.pull / p.each)), "replications_of_the_page");
        print("lab_pull_fixed", median(pulls.map(p => p.fixed)), "ms");
    } finally {
        await browser.stop();
    }
    print("lab_size", fs.statSync("out/lab.html").size / 1e6, "MB");
}

main().catch(error => {
    console.error(error);
    process.exit(1);
});
