// SPDX-License-Identifier: GPL-3.0-or-later
// All words of the page that no scenario says. Another language is another entry; labels of levers have label_zh.
"use strict";
const TEXTS = {
    en: {
        scenario: "Scenario", projector: "Projector", found_head: "What the study found", levers: "Levers", seed: "Seed",
        found: (sentence, worlds) => `${sentence} (The program's own run of the study, ${worlds} worlds each with the same luck.)`,
        replications: "Worlds", undo: "Undo", reset: "Reset", results: "Results", table: "Table",
        copy: "Copy table", copied: "Copied.", download: "Download scenario", one: "Show me one world",
        one_help: "A band is many worlds. Pick one by its number: its own line in the pictures, and who did what when.",
        world_number: "World number", world: "Levers", show: "Show", hide: "Hide", about: "About",
        base: "as in the scenario", moved: "levers moved", ghost: "last run", world_line: "one world", fact: "dated facts",
        loading: "Loading …", running: n => `${n} worlds so far …`, done: n => `${n} worlds`,
        failed: n => `, of which ${n} failed`, unmoved: "Move a lever: the other world meets the same luck.",
        version: (theirs, ours) => `This address was made by version ${theirs}; this is ${ours}, whose numbers may differ.`,
        unknown_lever: name => `This scenario has no lever called ${name}.`,
        put_back: name => `Put back: ${name}`, picture: i => `Picture ${i}`, value_of: name => `Value: ${name}`,
        difference: "mean difference", interval: "95 % interval", median: "median", band: "nine tenths", mean: "mean",
        quantity: "quantity", date: "date", all: "everything", lines: (shown, all) => `${shown} of ${all} lines`,
        no_number: "–", month: "months", as_drawn: "drawn anew in each world",
        help_picture: (name, unit) => `Fan chart of ${name}${unit ? ", " + unit : ""}; the numbers are in the table below.`,
        spread: (low, high) => `median; nine tenths: ${low} to ${high}`, medians: "medians",
        beyond: number => `the outer band goes up to ${number}`,
        reading: "Lines: medians. Shades: half and nine tenths of the worlds.",
        foot: version => `iccsim ${version}. Runs in this page, without a network; the numbers are those of the program. GPL-3.0-or-later; uPlot: MIT.`,
        world_failed: "This world failed.", sentence: (date, who, verb, what) => `${date}: ${who} ${verb}${what ? ": " + what : ""}`,
        address: "The address of this page holds all of this.",
    },
};
let language = "en";
const say = (key, ...args) => {
    const text = TEXTS[language][key] || TEXTS.en[key];
    return typeof text === "function" ? text(...args) : text;
};
