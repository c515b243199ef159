// SPDX-License-Identifier: GPL-3.0-or-later
// A headless Chromium, driven over its DevTools protocol.
"use strict";
const child = require("child_process"), fs = require("fs"), os = require("os"), path = require("path"), http = require("http");
const WebSocket = require(path.resolve("build/lab/npm/node_modules/ws"));

const sleep = ms => new Promise(done => setTimeout(done, ms));
const fetch_json = address => new Promise((resolve, reject) => http.get(address, response => {
    let text = "";
    response.on("data", part => text += part);
    response.on("end", () => { try { resolve(JSON.parse(text)); } catch (error) { reject(error); } });
}).on("error", reject));

class Browser {
    static async start() {
        const browser = new Browser();
        browser.folder = fs.mkdtempSync(path.join(os.tmpdir(), "iccsim-lab-"));
        const name = ["chromium", "chromium-browser", "google-chrome"].find(name =>
            child.spawnSync("sh", ["-c", `command -v ${name}`]).status === 0);
        if (!name)
            throw new Error("no Chromium here");
        browser.process = child.spawn(name, ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
            "--remote-debugging-port=0", `--user-data-dir=${browser.folder}`, "about:blank"], {stdio: "ignore"});
        const file = path.join(browser.folder, "DevToolsActivePort");
        for (let i = 0; !fs.existsSync(file) || !fs.readFileSync(file, "utf8").includes("\n"); i++) {
            if (i > 600 || browser.process.exitCode !== null)
                throw new Error("Chromium does not start");
            await sleep(100);
        }
        const port = fs.readFileSync(file, "utf8").split("\n")[0];
        const targets = await fetch_json(`http://127.0.0.1:${port}/json`);
        browser.socket = new WebSocket(targets.find(target => target.type === "page").webSocketDebuggerUrl, {maxPayload: 1 << 28});
        await new Promise((resolve, reject) => browser.socket.on("open", resolve).on("error", reject));
        browser.waiting = new Map();
        browser.id = 0;
        browser.requests = [];
        browser.errors = [];
        browser.socket.on("message", data => browser.hear(JSON.parse(data)));
        for (const domain of ["Page", "Runtime", "Network", "Log", "DOM"])
            await browser.send(domain + ".enable");
        return browser;
    }

    hear(message) {
        if (message.id !== undefined) {
            const {resolve, reject} = this.waiting.get(message.id);
            this.waiting.delete(message.id);
            return message.error ? reject(new Error(message.error.message)) : resolve(message.result);
        }
        if (message.method === "Network.requestWillBeSent")
            this.requests.push(message.params.request.url);
        if (message.method === "Runtime.exceptionThrown")
            this.errors.push(message.params.exceptionDetails.exception?.description || message.params.exceptionDetails.text);
        if (message.method === "Log.entryAdded" && message.params.entry.level === "error")
            this.errors.push(message.params.entry.text);
    }

    send(method, params = {}) {
        return new Promise((resolve, reject) => {
            this.waiting.set(++this.id, {resolve, reject});
            this.socket.send(JSON.stringify({id: this.id, method, params}));
        });
    }

    // A page without a lab.
    async visit(address) {
        await this.send("Page.navigate", {url: "about:blank"});
        await this.send("Page.navigate", {url: address});
        for (let i = 0; i < 1200; i++) {
            if (await this.ask(`document.readyState === "complete" && location.href !== "about:blank"`).catch(() => false))
                return;
            await sleep(50);
        }
        throw new Error("the page does not get ready: " + this.errors.join("; "));
    }

    // How many pages it takes printed; into a file if one is named.
    async print(file) {
        const {data} = await this.send("Page.printToPDF", {preferCSSPageSize: true, paperWidth: 8.27, paperHeight: 11.69, printBackground: false});
        const pdf = Buffer.from(data, "base64");
        if (file)
            fs.writeFileSync(file, pdf);
        return pdf.toString("latin1").match(/\/Type\s*\/Page(?![s\w])/g).length;
    }

    async open(address) {
        await this.send("Page.navigate", {url: "about:blank"});
        await this.send("Page.navigate", {url: address});
        for (let i = 0; i < 1200; i++) {
            if (await this.ask("document.readyState === 'complete' && typeof iccsim === 'object' && iccsim.page.begun.then(() => !!iccsim.page.ready_ms)").catch(() => false))
                return;
            await sleep(50);
        }
        throw new Error("the page does not get ready: " + this.errors.join("; "));
    }

    async ask(expression) {
        const {result, exceptionDetails} = await this.send("Runtime.evaluate", {expression, awaitPromise: true, returnByValue: true});
        if (exceptionDetails)
            throw new Error(exceptionDetails.exception?.description || exceptionDetails.text);
        return result.value;
    }

    async key(key, modifiers = 0) {
        const code = {Tab: 9, Enter: 13, ArrowRight: 39, ArrowLeft: 37, " ": 32, z: 90}[key];
        const event = {key, code: key.length === 1 ? "Key" + key.toUpperCase() : key, windowsVirtualKeyCode: code, modifiers};
        await this.send("Input.dispatchKeyEvent", {type: key === "Enter" ? "keyDown" : "rawKeyDown", text: key === "Enter" ? "\r" : undefined, ...event});
        await this.send("Input.dispatchKeyEvent", {type: "keyUp", ...event});
    }

    async size(width, height, dark) {
        await this.send("Emulation.setDeviceMetricsOverride", {width, height, deviceScaleFactor: 1, mobile: false});
        await this.send("Emulation.setEmulatedMedia", {features: [{name: "prefers-color-scheme", value: dark ? "dark" : "light"}]});
    }

    async picture(file) {
        const {cssContentSize} = await this.send("Page.getLayoutMetrics");
        const {data} = await this.send("Page.captureScreenshot", {captureBeyondViewport: true,
            clip: {x: 0, y: 0, width: cssContentSize.width, height: cssContentSize.height, scale: 1}});
        fs.writeFileSync(file, Buffer.from(data, "base64"));
    }

    async stop() {
        this.socket.close();
        const gone = new Promise(done => this.process.once("exit", done));
        this.process.kill();
        await Promise.race([gone, sleep(5000)]);
        fs.rmSync(this.folder, {recursive: true, force: true, maxRetries: 5});
    }
}

module.exports = {Browser, sleep};
