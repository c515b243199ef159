// SPDX-License-Identifier: GPL-3.0-or-later
// Runs blocks of replications. Follows core.js in one text.
let lab = null, ready = Promise.resolve();

async function answer(message) {
    switch (message.what) {
    case "open":
        lab = await Lab.open(message.module, message.files, message.name);
        return {};
    case "settle":
        lab.settle(message.texts, message.seed);
        return {};
    case "run":
        return {bytes: lab.run(message.world, message.first, message.count)};
    case "one":
        return lab.one(message.world, message.replication);
    }
    throw new Error("no such message");
}

onmessage = event => {
    const id = event.data.id;
    ready = ready.then(() => answer(event.data)).then(
        result => postMessage({id, result}, result.bytes ? [result.bytes.buffer] : []),
        error => postMessage({id, error: String(error.message || error)}));
};
