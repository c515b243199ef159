// SPDX-License-Identifier: GPL-3.0-or-later
// make test-lab: the page's numbers are the program's, in Node and in Chromium from file://; it asks no network for
// anything, harms nobody's texts, and can be used with the keyboard alone. The last line is `N passed, N failed`.
"use strict";
const assert = require("assert"), fs = require("fs"), os = require("os"), path = require("path"), child = require("child_process"), zlib = require("zlib");
const {Browser, sleep} = require("./browser.js");
const lab = require("./core_in_node.js");

const N = 20, address = "file://" + path.resolve("out/lab.html");
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), "iccsim-lab-"));
let passed = 0, failed = 0;

async function test(name, what) {
    try {
        await what();
        passed++;
        console.log(`  ok    ${name}`);
    } catch (error) {
        failed++;
        console.log(`  WRONG ${name}\n${error.stack || error}`);
    }
}

// What Node's core and the native one say of a scenario, as it stands and with all its levers moved.
const native = {};
async function in_node(name) {
    const it = await lab.open(name), about = it.describe(), texts = lab.moved_texts(about.levers);
    for (let first = 0; first < N; first += 7)
        assert(it.take(lab.WORLD.base, it.run(lab.WORLD.base, first, Math.min(7, N - first))));
    native[name] = {texts, seed: String(about.seed), base: lab.native(`scenarios/${name}.yml`, N)};
    assert.deepStrictEqual(lab.hex(it.bands(lab.WORLD.base, N)), native[name].base);
    it.settle(texts, about.seed);
    assert(it.take(lab.WORLD.moved, it.run(lab.WORLD.moved, 0, N)));
    const file = path.join(scratch, name + ".yml");
    fs.writeFileSync(file, it.scenario(N));
    native[name].moved = lab.native(file, N);
    native[name].file = file;
    assert.deepStrictEqual(lab.hex(it.bands(lab.WORLD.moved, N)), native[name].moved);
    assert.notDeepStrictEqual(native[name].moved, native[name].base);
}

const bands_of = world => `Array.from(iccsim.page.lab.bands(${world}, ${N}))`;
const settled = "new Promise(done => { const look = () => iccsim.page.settled ? done(true) : setTimeout(look, 20); setTimeout(look, 60); })";
const unlist = list => lab.hex(Float64Array.from(list, number => number === null ? NaN : number));

async function in_chromium(browser, name) {
    const {texts, seed, base, moved} = native[name];
    await browser.open(`${address}#s=${name}&n=${N}`);
    await browser.ask(settled);
    assert.deepStrictEqual(unlist(await browser.ask(bands_of(0))), base);
    await browser.ask(`iccsim.page.about.levers.forEach((lever, i) => iccsim.move(i, ${JSON.stringify(texts)}[i]))`);
    await browser.ask(settled);
    assert.strictEqual(await browser.ask("iccsim.page.wrong"), "");
    assert.deepStrictEqual(unlist(await browser.ask(bands_of(1))), moved);
    const hash = new URLSearchParams((await browser.ask("location.hash")).slice(1));
    assert.strictEqual(hash.get("s"), name);
    assert.strictEqual(hash.get("seed"), seed);
    await browser.open(`${address}?again#${hash}`); // what the address says is what one sees
    await browser.ask(settled);
    assert.deepStrictEqual(unlist(await browser.ask(bands_of(1))), moved);
}

// The program itself: what a replication says of every measure, to the last bit.
async function by_the_program(name) {
    const out = path.join(scratch, "out");
    const run = child.spawnSync("build/release/iccsim", ["run", native[name].file, "--no-variants", "--no-attribution", "--no-plots", "-q", "-o", out, "--force"], {encoding: "utf8"});
    assert.strictEqual(run.status, 0, run.stderr);
    const [head, ...rows] = fs.readFileSync(path.join(out, "replications.csv"), "utf8").trim().split("\n").map(line => line.split(","));
    const it = await lab.open(name), about = it.describe();
    it.settle(native[name].texts, about.seed);
    let compared = 0;
    assert.strictEqual(rows.length, N);
    for (let k = 0; k < 3; k++) {
        const {numbers} = it.one(lab.WORLD.moved, k);
        about.measures.forEach((measure, i) => {
            const text = rows[k][head.indexOf((measure.observed ? "fact." : "measure.") + measure.name)];
            assert.strictEqual(Number(text), numbers[i], `${measure.name} of replication ${k}`);
            compared++;
        });
    }
    assert(compared >= 9);
}

const HOSTILE = `"><img src=x onerror=alert(1)><script>window.harmed=1</script> \${window.harmed=1} </script><!--`;

// A copy of the page with other scenarios inside, as build.js would put them there.
function page_with(change) {
    const files = JSON.parse(JSON.stringify(lab.files));
    change(files);
    const packed = zlib.gzipSync(JSON.stringify(files)).toString("base64"), file = path.join(scratch, "other.html");
    fs.writeFileSync(file, lab.html.replace(/(<script type="text\/plain" id="files">)[^<]*/, (all, tag) => tag + packed));
    return "file://" + file;
}

async function hostile_texts(browser) {
    const quoted = JSON.stringify(HOSTILE);
    const other = page_with(files => {
        files["scenarios/china.yml"] = files["scenarios/china.yml"].replace(/^title:.*$/m, `title: ${quoted}`);
        files["scenarios/data/levers-china.yml"] = files["scenarios/data/levers-china.yml"].replace(/label: "[^"]*"/g, `label: ${quoted}`);
        files["scenarios/data/tenants-china.yml"] = files["scenarios/data/tenants-china.yml"].replace(/label: "DeepSeek V3, R1"/, `label: ${quoted}`);
    });
    await browser.open(`${other}#s=china&n=20`);
    await browser.ask("iccsim.worlds(3)");
    await browser.ask(`document.getElementById("show").click()`);
    await sleep(500);
    assert.strictEqual(await browser.ask(`document.getElementById("title").textContent`), HOSTILE);
    assert.strictEqual(await browser.ask(`document.querySelector(".lever label").textContent`), HOSTILE);
    assert.strictEqual(await browser.ask("window.harmed"), undefined);
    assert.strictEqual(await browser.ask("document.images.length"), 0);
    assert.strictEqual(await browser.ask(`document.querySelector("main").querySelectorAll("script").length`), 0);
}

async function a_script_of_ones_own_is_refused(browser) {
    const before = browser.errors.length;
    await browser.ask(`(() => { const s = document.createElement("script"); s.textContent = "window.harmed = 2"; document.body.append(s); })()`);
    assert.strictEqual(await browser.ask("window.harmed"), undefined);
    await sleep(100);
    assert(browser.errors.slice(before).some(text => /Content Security Policy/.test(text)));
    browser.errors.length = before;
}

async function keyboard_alone(browser) {
    await browser.open(`${address}#s=china&n=20`);
    await browser.ask("iccsim.worlds(2)");
    const active = () => browser.ask("document.activeElement.id || document.activeElement.className || document.activeElement.tagName");
    const seen = [];
    let moved = false;
    for (let i = 0; i < 60 && seen.at(-1) !== "show"; i++) {
        await browser.key("Tab");
        seen.push(await active());
        if (seen.at(-1) === "lever-0" && !moved) {
            moved = true;
            for (let k = 0; k < 3; k++)
                await browser.key("ArrowRight");
        }
    }
    for (const wanted of ["scenario", "projector", "lever-0", "exact", "seed", "replications", "undo", "reset", "copy", "download", "which", "show"])
        assert(seen.includes(wanted), `${wanted} is not reached: ${seen}`);
    assert.strictEqual(await browser.ask("iccsim.page.state.texts[0]"), "3 month");
    await browser.key("Enter");
    await browser.ask(`new Promise(done => { const look = () => document.getElementById("trace").hidden ? setTimeout(look, 50) : done(true); look(); })`);
    assert(await browser.ask(`document.querySelectorAll("#trace li").length`) > 5);
    await browser.key("z", 2);
    await sleep(100);
    assert.strictEqual(await browser.ask("iccsim.page.state.texts[0]"), "");
}

async function axe_finds_nothing_serious(browser) {
    const source = fs.readFileSync("build/lab/npm/node_modules/axe-core/axe.min.js", "utf8");
    for (const [width, dark] of [[390, false], [390, true], [800, true], [1400, false], [1400, true]]) {
        await browser.size(width, 900, dark);
        await browser.open(`${address}#s=no-ban&n=20&l.ban=6 month`);
        await browser.ask("iccsim.worlds(2)");
        await browser.ask(`document.getElementById("show").click()`);
        await sleep(600);
        await browser.send("Runtime.evaluate", {expression: source});
        const found = await browser.ask(`axe.run().then(r => r.violations.map(v => v.impact + " " + v.id + ": " + v.nodes.map(n => n.target.join(" ")).slice(0, 3).join("; ")))`);
        assert.deepStrictEqual(found, [], `${width} ${dark ? "dark" : "light"}`);
        assert(await browser.ask("document.documentElement.scrollWidth <= innerWidth"), `wider than ${width}`);
    }
}

async function another_version_warns(browser) {
    await browser.open(`${address}#v=0.0.1&s=late-ban&n=20&seed=5&l.nothing=3`);
    const warning = await browser.ask(`document.getElementById("warning").textContent`);
    assert(/version 0\.0\.1/.test(warning) && /no lever called nothing/.test(warning), warning);
    assert.strictEqual(await browser.ask("iccsim.page.state.seed"), "5");
}

async function wrong_levers_are_told(browser) {
    await browser.open(`${address}#s=late-ban&n=20&l.elastic=5 parsecs`);
    await browser.ask(`new Promise(done => { const look = () => iccsim.page.wrong ? done(true) : setTimeout(look, 50); look(); })`);
    assert(/levers\.elastic/.test(await browser.ask(`document.getElementById("status").textContent`)));
}

// The page says what the program's own run of the study found, or nothing where a study names no finding.
async function what_the_study_found(browser) {
    for (const name of ["no-ban", "car-maker-10kp"]) {
        const {finding, replications} = JSON.parse(fs.readFileSync(`build/lab/found/${name}/summary.json`, "utf8"));
        assert(finding.length > 40);
        await browser.open(`${address}#s=${name}&n=20`);
        await browser.ask("iccsim.worlds(2)");
        const text = await browser.ask(`document.getElementById("found").textContent`);
        assert(text.startsWith(finding) && text.includes(`${replications} worlds`), text);
    }
}

async function main() {
    for (const name of lab.contents)
        await test(`${name}: Node has the bits of the native core at n = ${N}, with levers moved too`, () => in_node(name));
    for (const name of ["china", "car-maker-10kp"])
        await test(`${name}: the scenario it gives away has the same measures when the program runs it`, () => by_the_program(name));
    const browser = await Browser.start();
    try {
        for (const name of lab.contents)
            await test(`${name}: Chromium has them from file://, and from its own address`, () => in_chromium(browser, name));
        await test("the page says what the study found", () => what_the_study_found(browser));
        await test("hostile texts are texts", () => hostile_texts(browser));
        await test("a script from elsewhere is refused", () => a_script_of_ones_own_is_refused(browser));
        await test("the keyboard alone suffices", () => keyboard_alone(browser));
        await test("axe finds nothing, at three widths, light and dark", () => axe_finds_nothing_serious(browser));
        await test("an address of another version warns", () => another_version_warns(browser));
        await test("a lever that cannot be read is told", () => wrong_levers_are_told(browser));
        await test("nothing is asked of a network, and nothing fails", () => {
            const foreign = browser.requests.filter(url => !/^(file:\/\/|blob:|about:|data:)/.test(url));
            assert.deepStrictEqual(foreign, []);
            assert.deepStrictEqual(browser.errors, []);
        });
        await test("one file of at most 2.5 MB", () => assert(fs.statSync("out/lab.html").size <= 2.5e6));
    } finally {
        await browser.stop();
        fs.rmSync(scratch, {recursive: true, force: true});
    }
    console.log(`${passed} passed, ${failed} failed`);
    process.exit(failed ? 1 : 0);
}

main().catch(error => {
    console.error(error);
    process.exit(1);
});
