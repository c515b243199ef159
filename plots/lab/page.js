// SPDX-License-Identifier: GPL-3.0-or-later
// The page: levers, workers, pictures, table, one world, address. Texts of scenarios are only ever textContent.
"use strict";

const $ = id => document.getElementById(id);
const make = (name, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...children.filter(child => child !== null));
    return element;
};

const FIRST = 20; // worlds of a first look, one at a time; then in blocks
const CHOICES = [20, 50, 100, 200, 500, 1000];
const VERSION = document.querySelector("meta[name=version]").content;
const CONTENTS = JSON.parse($("contents").textContent);

async function unpack(id) {
    const bytes = Uint8Array.from(atob($(id).textContent), c => c.charCodeAt(0));
    return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
}

// ---- Workers ----

class Pool {
    constructor(size) {
        const text = $("core").textContent + "\n" + $("worker").textContent;
        this.address = URL.createObjectURL(new Blob([text], {type: "text/javascript"}));
        this.workers = Array.from({length: size}, () => this.begin());
    }

    begin() {
        const worker = {it: new Worker(this.address), waiting: new Map(), next: 0, busy: false};
        worker.it.onmessage = ({data}) => {
            const {resolve, reject} = worker.waiting.get(data.id);
            worker.waiting.delete(data.id);
            data.error === undefined ? resolve(data.result) : reject(new Error(data.error));
        };
        worker.ask = message => new Promise((resolve, reject) => {
            worker.waiting.set(worker.next, {resolve, reject});
            worker.it.postMessage({...message, id: worker.next++});
        });
        return worker;
    }

    all(message) { return Promise.all(this.workers.map(worker => worker.ask(message))); }
}

// ---- What there is ----

const page = {
    lab: null, about: null, pool: null, module: null, files: null,
    state: {name: "", seed: "", n: 200, shown: [], texts: []},
    past: [], generation: 0, ghost: null, one: null, pictures: [], settled: false, wrong: "",
    changed: [], // who waits for more worlds
};

const is_moved = () => page.state.texts.some(text => text !== "");
const both = () => is_moved() ? Math.min(page.lab.count(WORLD.base), page.lab.count(WORLD.moved)) : page.lab.count(WORLD.base);
const at_measure = i => i;
const at_sample = (series, sample) => page.about.measures.length + series * page.about.samples.length + sample;
const band = (bands, cell, key) => bands[cell * BAND.length + BAND.indexOf(key)];
const difference = (all, cell, key) => all[cell * DIFFERENCE.length + DIFFERENCE.indexOf(key)];

// ---- Running: the first look one world at a time, then blocks; bands sharpen meanwhile ----

function plan_blocks() {
    const blocks = [], n = page.state.n, worlds = is_moved() ? [WORLD.moved, WORLD.base] : [WORLD.base];
    const have = worlds.map(world => page.lab.count(world));
    for (let first = 0; first < n;) {
        const count = first < FIRST ? 1 : Math.min(5, n - first);
        worlds.forEach((world, i) => { if (first >= have[i]) blocks.push({world, first, count}); });
        first += count;
    }
    return blocks;
}

async function hand_out(worker, generation, blocks) {
    while (generation === page.generation && blocks.length) {
        const block = blocks.shift();
        const {bytes} = await worker.ask({what: "run", ...block});
        if (generation !== page.generation)
            return;
        if (block.first >= page.lab.count(block.world) && !page.lab.take(block.world, bytes))
            throw new Error("a block of another world");
        look_soon();
        page.changed.forEach(tell => tell());
    }
}

// A worker has its next block before it is done with the last: it need not wait while this page draws.
async function serve(worker, generation, texts, seed, blocks) {
    await worker.ask({what: "settle", texts, seed});
    await Promise.all([hand_out(worker, generation, blocks), hand_out(worker, generation, blocks)]);
}

async function run() {
    const generation = ++page.generation, {texts, seed} = page.state;
    page.settled = false;
    page.wrong = "";
    try {
        page.lab.settle(texts, seed);
    } catch (error) {
        page.wrong = error.message;
        look_soon();
        return;
    }
    const blocks = plan_blocks();
    look_soon();
    try {
        await Promise.all(page.pool.workers.map(worker => serve(worker, generation, texts, seed, blocks)));
    } catch (error) {
        if (generation === page.generation)
            page.wrong = error.message;
    }
    if (generation !== page.generation)
        return;
    page.settled = true;
    look_soon();
    page.changed.forEach(tell => tell());
}

// For scripts: resolves when that many worlds of each kind are there.
function worlds(n) {
    return new Promise(resolve => {
        const tell = () => {
            if (both() < n)
                return;
            page.changed = page.changed.filter(other => other !== tell);
            resolve(both());
        };
        page.changed.push(tell);
        tell();
    });
}

// ---- Looking ----

// While worlds come in, looks leave the processors to them: after each one rests so many times as long as it took, the
// browser's painting included.
const REST = 5;
let waiting = null, drawing = false, look_at = 0;
function look_soon() {
    const rest = page.settled || page.wrong ? 0 : Math.max(0, look_at - performance.now());
    if (drawing || (waiting !== null && rest > 0))
        return;
    clearTimeout(waiting);
    waiting = setTimeout(() => {
        waiting = null;
        drawing = true;
        requestAnimationFrame(draw);
    }, rest);
}

function draw() {
    const began = performance.now();
    drawing = false;
    look();
    setTimeout(() => { look_at = performance.now() + REST * (performance.now() - began); });
}

const column = (bands, series, key) => page.about.samples.map((at, k) => {
    const value = bands && (key === null ? bands[at_sample(series, k)] : band(bands, at_sample(series, k), key));
    return Number.isFinite(value) ? value : null;
});

function look() {
    const n = both(), moved = is_moved();
    const base = n ? page.lab.bands(WORLD.base, n) : null, other = n && moved ? page.lab.bands(WORLD.moved, n) : null;
    const apart = n && moved ? page.lab.differences(n) : null;
    page.latest = other || base;
    page.pictures.forEach((picture, i) => {
        const s = page.state.shown[i];
        picture.set([...FAN.map(key => column(base, s, key)), ...FAN.map(key => column(other, s, key)),
            column(page.ghost, s, "p50"), column(page.one && page.one.base, s, null), column(page.one && page.one.moved, s, null)]);
    });
    look_at_numbers(base, other, apart);
    look_at_table(base, other, apart);
    look_at_legend(moved);
    const failed = n ? page.lab.failed(WORLD.base) + (moved ? page.lab.failed(WORLD.moved) : 0) : 0;
    $("status").textContent = page.wrong || (page.settled ? say("done", n) : say("running", n)) + (failed ? say("failed", failed) : "") +
        (moved || page.wrong ? "" : ". " + say("unmoved"));
    $("status").classList.toggle("wrong", !!page.wrong);
}

const with_unit = (number, unit) => digits(number) + (Number.isFinite(number) && unit ? "\u00a0" + unit : "");

function key_measures() {
    const own = page.about.measures.map((measure, i) => ({...measure, i})).filter(measure => !measure.observed);
    return own.slice(0, 3);
}

const dated = (value, unit) => unit === "date" ? (Number.isFinite(value) ? month_of(value) : say("no_number")) : with_unit(value, unit);
const apart_text = (value, unit) => (value > 0 ? "+" : "") + with_unit(value, unit === "date" ? "yr" : unit);

// The card of a number: medians, as the lines of the pictures are.
function number_card(measure, base, other, apart) {
    const cell = at_measure(measure.i), unit = measure.unit;
    const number = (all, with_ = unit, key = "p50") => all ? dated(band(all, cell, key), unit === "date" ? unit : with_) : say("no_number");
    const moved = () => `${say("medians")}; ${say("difference")} ${apart_text(difference(apart, cell, "mean"), unit)} (${say("interval")} ` +
        `${apart_text(difference(apart, cell, "low"), unit)} to ${apart_text(difference(apart, cell, "high"), unit)})`;
    return make("div", {className: "number"}, make("h3", {textContent: measure.label}),
        make("p", {className: "value"}, make("span", {className: "base", textContent: number(base, other ? "" : unit)}),
            other ? make("span", {className: "moved", textContent: "\u2192 " + number(other)}) : null),
        base ? make("p", {className: "apart", textContent: apart ? moved() : say("spread", number(base, "", "p05"), number(base, unit, "p95"))}) : null);
}

function look_at_numbers(base, other, apart) {
    $("numbers").replaceChildren(...key_measures().map(measure => number_card(measure, base, other, apart)));
}

function rows() {
    const list = key_measures().map(measure => ({cell: at_measure(measure.i), name: measure.label, date: "", unit: measure.unit}));
    for (const s of new Set(page.state.shown))
        for (const k of page.about.dates)
            list.push({cell: at_sample(s, k), name: name_of(page.about.series[s]), date: month_of(page.about.samples[k]), unit: page.about.series[s].unit});
    return list;
}

function look_at_table(base, other, apart) {
    const head = [say("quantity"), say("date"), `${say("base")}: ${say("mean")}`, say("median"), say("band")];
    if (other)
        head.push(`${say("moved")}: ${say("mean")}`, say("median"), say("band"), say("difference"), say("interval"));
    const of = (all, row) => all ? [dated(band(all, row.cell, "mean"), row.unit), dated(band(all, row.cell, "p50"), row.unit),
        `${dated(band(all, row.cell, "p05"), row.unit)} to ${dated(band(all, row.cell, "p95"), row.unit)}`] : ["", "", ""];
    const body = rows().map(row => {
        const cells = [row.name, row.date, ...of(base, row)];
        if (other)
            cells.push(...of(other, row), apart_text(difference(apart, row.cell, "mean"), row.unit),
                `${apart_text(difference(apart, row.cell, "low"), row.unit)} to ${apart_text(difference(apart, row.cell, "high"), row.unit)}`);
        return make("tr", {}, ...cells.map((text, i) => make(i ? "td" : "th", i ? {textContent: text} : {textContent: text, scope: "row"})));
    });
    $("table").replaceChildren(make("thead", {}, make("tr", {}, ...head.map(text => make("th", {textContent: text, scope: "col"})))), make("tbody", {}, ...body));
}

function look_at_legend(moved) {
    const entries = [["base", true], ["moved", moved], ["ghost", !!page.ghost], ["world_line", !!page.one],
        ["fact", page.pictures.some(p => p.about.facts.length)]];
    $("legend").replaceChildren(...entries.filter(([, there]) => there).map(([name]) =>
        make("span", {className: "entry"}, make("i", {className: "swatch " + name}), say(name))), make("span", {textContent: say("reading")}));
}

// ---- Pictures ----

const name_of = series => series.row ? `${series.name.split(".")[0].replace(/_/g, " ")}, ${series.row}` : series.name.replace(/[._]/g, " ");

function make_pictures() {
    const a = page.about;
    page.pictures = [];
    $("pictures").replaceChildren(...page.state.shown.map((s, i) => {
        const select = make("select", {}, ...a.series.map((series, k) => make("option", {value: k, textContent: name_of(series) + (series.unit ? `, ${series.unit}` : "")})));
        select.value = s;
        select.setAttribute("aria-label", say("picture", i + 1));
        select.onchange = () => { page.state.shown[i] = Number(select.value); make_pictures(); look(); write_address(); $("pictures").querySelectorAll("select")[i].focus(); };
        const canvas = make("div", {className: "canvas"});
        canvas.setAttribute("role", "img");
        canvas.setAttribute("aria-label", say("help_picture", name_of(a.series[s]), a.series[s].unit));
        return make("figure", {}, make("figcaption", {}, select, make("span", {className: "help", textContent: a.series[s].help})), canvas);
    }));
    $("pictures").querySelectorAll(".canvas").forEach((canvas, i) => {
        const series = a.series[page.state.shown[i]];
        page.pictures.push(new Picture(canvas, {series, samples: a.samples, events: a.events, from: a.from ?? a.start, to: a.to ?? a.end,
            facts: a.measures.filter(m => m.observed && !m.is_relative && m.output === series.name && m.from !== null)}));
    });
}

// ---- Levers ----

// A hundred steps or so of 1, 2 or 5 times a power of ten; exact in decimals.
function step_of(lever) {
    if (lever.unit === "month")
        return 1;
    if (lever.unit === "date")
        return 1 / 12;
    const raw = (lever.to - lever.from) / 100, power = 10 ** Math.floor(Math.log10(raw)), of = raw / power;
    return (of < 1.5 ? 1 : of < 3.5 ? 2 : of < 7.5 ? 5 : 10) * power;
}
const decimals = lever => Math.max(0, Math.min(12, Math.ceil(-Math.log10(step_of(lever)) - 1e-9)));
const plain = (number, lever) => String(Number(number.toFixed(Math.min(12, decimals(lever) + 1))));
const text_of = (number, lever) => lever.unit === "date" ? month_of(number) : plain(number, lever) + (lever.unit ? " " + lever.unit : "");

function number_of(text, lever) {
    if (lever.unit !== "date")
        return parseFloat(text);
    const [year, month] = text.split("-").map(Number);
    return year + ((month || 1) - 1) / 12;
}

function show_lever(i) {
    const lever = page.about.levers[i], row = $("levers").children[i], text = page.state.texts[i];
    row.classList.toggle("is-moved", text !== "");
    row.querySelector(".back").disabled = text === "";
    if (!lever.is_number) {
        const input = row.querySelector(".word");
        if (input.type === "checkbox")
            input.checked = (text || lever.now) === "true";
        else
            input.value = text || lever.now;
        return;
    }
    const number = text === "" ? lever.now : number_of(text, lever);
    row.querySelector(".slide").value = number ?? lever.from;
    row.querySelector(".slide").setAttribute("aria-valuetext", text_of(number ?? lever.from, lever));
    row.querySelector(".exact").value = lever.unit === "date" ? month_of(number) : plain(number ?? lever.from, lever);
}

function move(i, text, is_last = true) {
    if (page.state.texts[i] === text)
        return;
    remember();
    page.state.texts[i] = text;
    show_lever(i);
    after_change(is_last);
}

function number_lever(lever, i, id) {
    const slide = make("input", {type: "range", className: "slide", min: lever.from, max: lever.to, step: "any", id});
    const exact = lever.unit === "date" ? make("input", {type: "month", className: "exact"})
        : make("input", {type: "number", className: "exact", min: lever.from, max: lever.to, step: "any"});
    exact.setAttribute("aria-label", say("value_of", label_of(lever)));
    const step = step_of(lever);
    const snap = number => Math.min(lever.to, Math.max(lever.from, Math.round(number / step) * step));
    slide.oninput = () => move(i, text_of(snap(Number(slide.value)), lever));
    slide.onkeydown = event => {
        const by = {ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 10, PageDown: -10}[event.key];
        if (!by)
            return;
        event.preventDefault();
        move(i, text_of(snap(Number(slide.value) + by * step), lever));
    };
    exact.onchange = () => {
        const number = lever.unit === "date" ? number_of(exact.value, lever) : Number(exact.value);
        if (exact.value === "" || !Number.isFinite(number))
            return show_lever(i);
        const inside = Math.min(lever.to, Math.max(lever.from, number));
        move(i, lever.unit === "date" ? month_of(inside) : String(inside) + (lever.unit ? " " + lever.unit : ""));
        show_lever(i);
    };
    return [make("div", {className: "row"}, slide, exact, make("span", {className: "unit", textContent: lever.unit === "month" ? say("month") : lever.unit === "date" ? "" : lever.unit}))];
}

function word_lever(lever, i, id) {
    const is_flag = lever.words.length === 2 && lever.words.includes("true") && lever.words.includes("false");
    const input = is_flag ? make("input", {type: "checkbox", className: "word", id})
        : make("select", {className: "word", id}, ...lever.words.map(word => make("option", {value: word, textContent: word})));
    if (is_flag)
        input.setAttribute("role", "switch");
    input.onchange = () => {
        const word = is_flag ? String(input.checked) : input.value;
        move(i, word === lever.now ? "" : word);
    };
    return [make("div", {className: "row"}, input)];
}

const label_of = lever => (language === "zh" && lever.label_zh) || lever.label;

function make_levers() {
    $("levers").replaceChildren(...page.about.levers.map((lever, i) => {
        const id = "lever-" + i, back = make("button", {type: "button", className: "back", textContent: "\u21ba", title: say("put_back", label_of(lever))});
        back.setAttribute("aria-label", say("put_back", label_of(lever)));
        back.onclick = () => { move(i, ""); $(id).focus(); };
        const row = make("div", {className: "lever"}, make("div", {className: "row"}, make("label", {htmlFor: id, textContent: label_of(lever), title: lever.moves.join(", ")}), back),
            ...(lever.is_number ? number_lever : word_lever)(lever, i, id));
        return row;
    }));
    page.about.levers.forEach((lever, i) => show_lever(i));
}

// ---- Changes, undo, address ----

const snapshot = () => JSON.stringify([page.state.texts, page.state.seed]);
function remember() {
    const now = Date.now(), last = page.past.at(-1);
    if (last && now - last.at < 400) { // one pull
        last.at = now;
        return;
    }
    page.ghost = page.latest || null;
    page.past.push({was: snapshot(), at: now});
}

let soon = 0;
function after_change() {
    hide_one();
    write_address();
    $("undo").disabled = page.past.length === 0;
    $("seed").value = page.state.seed;
    clearTimeout(soon);
    page.generation++;
    soon = setTimeout(run, 15);
}

function undo() {
    const last = page.past.pop();
    if (!last)
        return;
    page.ghost = page.latest || null;
    [page.state.texts, page.state.seed] = JSON.parse(last.was);
    page.about.levers.forEach((lever, i) => show_lever(i));
    after_change();
}

function reset() {
    if (!is_moved())
        return;
    remember();
    page.past.at(-1).at = 0;
    page.state.texts = page.state.texts.map(() => "");
    page.about.levers.forEach((lever, i) => show_lever(i));
    after_change();
}

function write_address() {
    const s = page.state, parts = new URLSearchParams({v: VERSION, s: s.name, seed: s.seed, n: s.n, show: s.shown.map(i => page.about.series[i].name).join(",")});
    page.about.levers.forEach((lever, i) => { if (s.texts[i]) parts.set("l." + lever.name, s.texts[i]); });
    history.replaceState(null, "", "#" + parts);
}

function warn(text) {
    $("warning").textContent = [$("warning").textContent, text].filter(Boolean).join(" ");
    $("warning").hidden = false;
}

function read_address() {
    const parts = new URLSearchParams(location.hash.slice(1)), known = CONTENTS.some(c => c.name === parts.get("s"));
    return {parts, name: known ? parts.get("s") : CONTENTS[0].name};
}

function take_address(parts) {
    const a = page.about, s = page.state, n = Number(parts.get("n"));
    if (parts.get("v") && parts.get("v") !== VERSION)
        warn(say("version", parts.get("v"), VERSION));
    s.seed = /^\d{1,20}$/.test(parts.get("seed") || "") ? parts.get("seed") : String(a.seed);
    s.n = CHOICES.includes(n) ? n : 200;
    s.texts = a.levers.map(lever => parts.get("l." + lever.name) || "");
    const wanted = (parts.get("show") || "").split(",").map(name => a.series.findIndex(series => series.name === name)).filter(i => i >= 0);
    const kind = series => series.name.split(".")[0], other = a.series.findIndex(series => kind(series) !== kind(a.series[0]));
    s.shown = wanted.length === 2 ? wanted : [0, Math.max(0, other)];
    for (const key of parts.keys())
        if (key.startsWith("l.") && !a.levers.some(lever => "l." + lever.name === key))
            warn(say("unknown_lever", key.slice(2)));
}

// ---- One world ----

function hide_one() {
    page.one = null;
    $("trace").hidden = $("hide").hidden = $("about-label").hidden = true;
}

const VERBS = {died: "was given up without a word"};
function tell_trace() {
    const about = $("about").value, MOST = 500;
    const chosen = page.one.lines.filter(line => about === "" || line.mechanism === about);
    const list = make("ol", {}, ...chosen.slice(0, MOST).map(line => make("li", {textContent:
        say("sentence", line.date, line.subject, VERBS[line.verb] || line.verb, line.text)})));
    $("trace").replaceChildren(make("p", {textContent: say("lines", Math.min(MOST, chosen.length), chosen.length)}), list);
}

async function show_one() {
    const replication = Math.max(0, Math.floor(Number($("which").value) || 0)), worker = page.pool.workers[0], generation = page.generation;
    const moved = is_moved();
    await worker.ask({what: "settle", texts: page.state.texts, seed: page.state.seed});
    const base = await worker.ask({what: "one", world: WORLD.base, replication});
    const other = moved ? await worker.ask({what: "one", world: WORLD.moved, replication}) : null;
    if (generation !== page.generation)
        return;
    const told = other && $("world").value === "moved" ? other : base;
    page.one = {base: base.numbers, moved: other && other.numbers, lines: told.trace.trim().split("\n").filter(Boolean).map(line => JSON.parse(line))};
    const kinds = [...new Set(page.one.lines.map(line => line.mechanism))].sort(), before = $("about").value;
    $("about").replaceChildren(make("option", {value: "", textContent: say("all")}), ...kinds.map(kind => make("option", {value: kind, textContent: kind})));
    $("about").value = kinds.includes(before) ? before : kinds.includes("policy") ? "policy" : "";
    $("trace").hidden = $("hide").hidden = $("about-label").hidden = false;
    if (told.numbers)
        tell_trace();
    else
        $("trace").textContent = say("world_failed");
    look();
}

// ---- Buttons ----

async function copy() {
    const text = [...$("table").rows].map(row => [...row.cells].map(cell => cell.textContent).join("\t")).join("\n");
    try {
        await navigator.clipboard.writeText(text);
    } catch (error) {
        const area = make("textarea", {value: text});
        document.body.append(area);
        area.select();
        document.execCommand("copy");
        area.remove();
    }
    $("copied").textContent = say("copied");
}

function download() {
    try {
        page.lab.settle(page.state.texts, page.state.seed);
        const address = URL.createObjectURL(new Blob([page.lab.scenario(page.state.n)], {type: "application/yaml"}));
        make("a", {href: address, download: `${page.state.name}-lab.yml`}).click();
        setTimeout(() => URL.revokeObjectURL(address), 1000);
    } catch (error) {
        page.wrong = error.message;
        look();
    }
}

function project() {
    const on = document.body.classList.toggle("projector");
    $("projector").setAttribute("aria-pressed", String(on));
    page.pictures.forEach(picture => picture.draw());
    look();
}

function connect() {
    document.querySelectorAll("[data-text]").forEach(element => { element.textContent = say(element.dataset.text); });
    $("foot").textContent = say("foot", VERSION);
    $("scenario").replaceChildren(...CONTENTS.map(c => make("option", {value: c.name, textContent: c.title})));
    $("replications").replaceChildren(...CHOICES.map(n => make("option", {value: n, textContent: n})));
    $("world").replaceChildren(...["base", "moved"].map(name => make("option", {value: name, textContent: say(name)})));
    $("scenario").onchange = () => open_scenario($("scenario").value, new URLSearchParams());
    $("seed").onchange = () => {
        if (!/^\d{1,20}$/.test($("seed").value) || $("seed").value === page.state.seed) {
            $("seed").value = page.state.seed;
            return;
        }
        remember();
        page.state.seed = $("seed").value;
        after_change();
    };
    $("replications").onchange = () => { page.state.n = Number($("replications").value); after_change(); };
    $("undo").onclick = undo;
    $("reset").onclick = reset;
    $("copy").onclick = copy;
    $("download").onclick = download;
    $("projector").onclick = project;
    $("show").onclick = show_one;
    $("hide").onclick = () => { hide_one(); look(); $("show").focus(); };
    $("about").onchange = tell_trace;
    addEventListener("keydown", event => {
        const typing = /^(text|number|month)$/.test(event.target.type || "");
        if ((event.ctrlKey || event.metaKey) && event.key === "z" && !typing) {
            event.preventDefault();
            undo();
        }
    });
    addEventListener("resize", () => page.pictures.forEach(picture => picture.resize()));
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { page.pictures.forEach(picture => picture.draw()); look(); });
    addEventListener("hashchange", () => {
        const {parts, name} = read_address();
        open_scenario(name, parts);
    });
}

async function open_scenario(name, parts) {
    page.generation++;
    $("status").textContent = say("loading");
    page.ghost = page.one = page.latest = null;
    page.past = [];
    $("warning").hidden = true;
    $("warning").textContent = "";
    const opening = page.pool.all({what: "open", module: page.module, files: page.files, name});
    page.lab = await Lab.open(page.module, page.files, name);
    page.about = page.lab.describe();
    page.state.name = name;
    take_address(parts);
    $("scenario").value = name;
    $("seed").value = page.state.seed;
    $("replications").value = page.state.n;
    $("undo").disabled = true;
    $("title").textContent = page.about.title;
    $("question").textContent = page.about.question;
    const content = CONTENTS.find(one => one.name === name);
    $("found").textContent = content.found ? say("found", content.found, content.worlds) : "";
    $("found").parentElement.hidden = !$("found").textContent;
    document.title = `${page.about.title} – iccsim lab`;
    make_levers();
    make_pictures();
    hide_one();
    write_address();
    await opening;
    run();
}

async function begin() {
    connect();
    const [wasm, files] = await Promise.all([unpack("wasm"), unpack("files")]);
    page.module = await WebAssembly.compile(wasm);
    page.files = JSON.parse(new TextDecoder().decode(files));
    page.pool = new Pool(Math.max(2, Math.min(8, navigator.hardwareConcurrency || 2)));
    const {parts, name} = read_address();
    await open_scenario(name, parts);
    page.ready_ms = performance.now();
}

page.begun = begin().catch(error => { $("status").textContent = String(error.message || error); });
globalThis.iccsim = {page, worlds, move, reset, undo, WORLD, BAND};
