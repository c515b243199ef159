// SPDX-License-Identifier: GPL-3.0-or-later
// The core, as page, workers and tests see it: sim/lab/lab.h with strings and arrays. Needs iccsim_core of emscripten.
const WORLD = {base: 0, moved: 1};
const BAND = ["mean", "se", "p05", "p25", "p50", "p75", "p95", "n"];
const DIFFERENCE = ["mean", "se", "low", "high", "n"];

class Lab {
    // files: {path: text}; name: of a scenario
    static async open(module, files, name) {
        const core = await iccsim_core({
            instantiateWasm: (imports, done) => {
                WebAssembly.instantiate(module, imports).then(instance => done(instance));
                return {};
            },
            print: () => {}, printErr: text => { lastWords = text; },
        });
        let lastWords = "";
        core.FS.mkdir("/scenarios");
        core.FS.mkdir("/scenarios/data");
        for (const path in files)
            core.FS.writeFile("/" + path, files[path]);
        const lab = new Lab();
        lab.core = core;
        lab.at = lab.call("open", `/scenarios/${name}.yml`);
        if (lab.message())
            throw new Error(lab.message());
        lab.width = lab.call("width", lab.at);
        return lab;
    }

    call(name, ...given) {
        const kept = [];
        const args = given.map(arg => {
            if (typeof arg !== "string")
                return arg;
            const size = this.core.lengthBytesUTF8(arg) + 1, at = this.core._malloc(size);
            this.core.stringToUTF8(arg, at, size);
            kept.push(at);
            return at;
        });
        const result = this.core["_lab_" + name](...args);
        kept.forEach(at => this.core._free(at));
        return result;
    }

    text(name, ...args) {
        const at = this.call(name, this.at, ...args);
        return at ? this.core.UTF8ToString(at) : null;
    }

    numbers(at, count) {
        return at ? new Float64Array(this.core.HEAPU8.buffer, at, count).slice() : null;
    }

    message() { return this.text("message"); }
    describe() { return JSON.parse(this.text("describe")); }

    // Throws what is wrong. texts: one a lever, "" where it is not moved.
    settle(texts, seed) {
        const moved = texts.every((text, i) => this.call("move", this.at, i, text)) && this.call("seed", this.at, String(seed));
        if (!moved || !this.call("settle", this.at))
            throw new Error(this.message().trim());
    }

    run(world, first, count) {
        this.call("run", this.at, world, first, count);
        const data = this.call("data", this.at), size = this.call("size", this.at);
        return this.core.HEAPU8.slice(data, data + size);
    }

    take(world, bytes) {
        const at = this.core._malloc(bytes.length);
        this.core.HEAPU8.set(bytes, at);
        const taken = this.call("take", this.at, world, at, bytes.length);
        this.core._free(at);
        return !!taken;
    }

    count(world) { return this.call("count", this.at, world); }
    failed(world) { return this.call("failed", this.at, world); }
    bands(world, count) { return this.numbers(this.call("bands", this.at, world, count), this.width * BAND.length); }
    differences(count) { return this.numbers(this.call("differences", this.at, count), this.width * DIFFERENCE.length); }

    // {numbers, trace}
    one(world, replication) {
        const numbers = this.numbers(this.call("one", this.at, world, replication), this.width);
        return {numbers, trace: this.text("trace")};
    }

    scenario(replications) {
        const text = this.text("scenario", replications);
        if (text === null)
            throw new Error(this.message().trim());
        return text;
    }
}

if (typeof module !== "undefined")
    module.exports = {Lab, WORLD, BAND, DIFFERENCE};
