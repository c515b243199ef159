// SPDX-License-Identifier: GPL-3.0-or-later
// Fan charts by uPlot: two worlds, a ghost of the last run, one world, dated facts, event marks. Labels are data, never code.
"use strict";

const digits = (number, most = 3) => {
    if (number === null || !Number.isFinite(number))
        return say("no_number");
    const size = Math.abs(number);
    const [factor, word] = size >= 1e12 ? [1e12, " T"] : size >= 1e9 ? [1e9, " G"] : size >= 1e6 ? [1e6, " M"]
        : size >= 1e4 ? [1e3, " k"] : [1, ""];
    const value = Number((number / factor).toPrecision(most));
    return value.toLocaleString("en", {maximumSignificantDigits: most}) + word;
};

// Decimal year to year-month. A sample stands for the interval that ends with it.
const month_of = year => {
    const months = Math.round(year * 12);
    return `${Math.floor(months / 12)}-${String(months % 12 + 1).padStart(2, "0")}`;
};

const colour = name => getComputedStyle(document.body).getPropertyValue("--" + name).trim();

// Columns of the data behind x: [world][percentile], ghost, one world of each.
const FAN = ["p95", "p75", "p50", "p25", "p05"];

class Picture {
    constructor(into, about) { // about: {series, facts, events, from, to, samples}
        this.into = into;
        this.about = about;
        this.data = null;
        this.beyond = null;
        this.draw();
    }

    lines() {
        const none = {points: {show: false}, stroke: "transparent", width: 0};
        const thick = document.body.classList.contains("projector") ? 4 : 2;
        const fan = name => FAN.map(p => p === "p50" ? {...none, label: say(name), stroke: colour(name), width: thick} : {...none});
        return [{}, ...fan("base"), ...fan("moved"),
            {...none, label: say("ghost"), stroke: colour("ghost"), width: thick, dash: [6, 5]},
            {...none, stroke: colour("base"), width: 1.5, dash: [2, 2]},
            {...none, stroke: colour("moved"), width: 1.5, dash: [2, 2]}];
    }

    draw() {
        if (this.plot)
            this.plot.destroy();
        const font = (document.body.classList.contains("projector") ? "18px " : "12px ") + "system-ui, sans-serif";
        const axis = {stroke: colour("ink"), grid: {stroke: colour("grid"), width: 1}, ticks: {stroke: colour("grid")}, font};
        const a = this.about;
        this.plot = new uPlot({
            width: Math.max(200, this.into.clientWidth), height: this.height(),
            padding: [18, 22, 0, 0],
            cursor: {drag: {x: false, y: false}, points: {show: false}},
            legend: {show: false},
            scales: {x: {time: false, range: [a.from, a.to]}, y: {range: (plot, low, high) => this.range(low, high)}},
            axes: [{...axis, space: 55, values: (plot, at) => at.map(year => Number.isInteger(year) ? String(year) : "")},
                {...axis, size: 62, values: (plot, at) => at.map(value => digits(value, 4))}],
            series: this.lines(),
            bands: [{series: [1, 5], fill: colour("base-wide")}, {series: [2, 4], fill: colour("base-half")},
                {series: [6, 10], fill: colour("moved-wide")}, {series: [7, 9], fill: colour("moved-half")}],
            hooks: {draw: [plot => this.mark(plot)]},
        }, this.data || [a.samples, ...Array(13).fill(a.samples.map(() => null))], this.into);
    }

    height() { return Math.round(Math.min(420, Math.max(230, this.into.clientWidth * 0.68))); }

    resize() { this.plot.setSize({width: Math.max(200, this.into.clientWidth), height: this.height()}); }

    // The highest of all that is drawn but the outer bands.
    highest_inside() {
        const inside = (this.data || []).slice(1).filter((column, i) => !["p95", "p05"].includes(FAN[i % FAN.length]) || i >= 2 * FAN.length);
        return inside.flat().reduce((most, value) => value === null ? most : Math.max(most, value), -Infinity);
    }

    // All that is drawn, nought included unless the numbers stay far from it. An outer band that would press everything else
    // to the floor is cut; the picture says where it goes.
    range(low, high) {
        const inside = this.highest_inside(), MOST = 2.5, KEPT = 1.6;
        this.beyond = inside > 0 && high > MOST * inside ? high : null;
        if (this.beyond !== null)
            high = KEPT * inside;
        for (const fact of this.about.facts)
            for (const value of [fact.value, fact.low, fact.high])
                if (value !== null && fact.from >= this.about.from && fact.to <= this.about.to) {
                    low = Math.min(low, value);
                    high = Math.max(high, value);
                }
        if (!Number.isFinite(low) || !Number.isFinite(high))
            return [0, 1];
        if (low > 0 && low < 0.6 * high)
            low = 0;
        const room = (high - low || Math.abs(high) || 1) * 0.04;
        return [low === 0 ? 0 : low - room, high + room];
    }

    set(columns) {
        this.data = [this.about.samples, ...columns];
        this.plot.setData(this.data);
    }

    mark(plot) {
        const c = plot.ctx, ratio = devicePixelRatio || 1, a = this.about;
        const {left, top, width, height} = plot.bbox;
        c.save();
        c.beginPath();
        c.rect(left, 0, width, top + height);
        c.clip();
        c.lineWidth = ratio;
        c.font = `${(document.body.classList.contains("projector") ? 14 : 10) * ratio}px system-ui, sans-serif`;
        c.textAlign = "left";
        let free = -Infinity;
        for (const event of a.events) {
            if (event.year < a.from || event.year > a.to)
                continue;
            const x = Math.round(plot.valToPos(event.year, "x", true));
            c.strokeStyle = colour("mark");
            c.setLineDash([3 * ratio, 3 * ratio]);
            c.beginPath();
            c.moveTo(x, top);
            c.lineTo(x, top + height);
            c.stroke();
            const wide = c.measureText(event.label).width;
            if (x > free && x + wide < left + width) {
                c.fillStyle = colour("ink");
                c.fillText(event.label, x, top - 5 * ratio);
                free = x + wide + 8 * ratio;
            }
        }
        c.setLineDash([]);
        if (this.beyond !== null) {
            c.fillStyle = colour("soft");
            c.textAlign = "right";
            c.fillText(say("beyond", digits(this.beyond)), left + width - 4 * ratio, top + 12 * ratio);
        }
        c.strokeStyle = c.fillStyle = colour("fact");
        c.lineWidth = 1.5 * ratio;
        c.beginPath();
        c.rect(left, top, width, height);
        c.clip();
        for (const fact of a.facts) {
            const x = plot.valToPos((fact.from + fact.to) / 2, "x", true), y = value => plot.valToPos(value, "y", true);
            if (fact.low !== null && fact.high !== null) {
                c.beginPath();
                c.moveTo(x, y(fact.low));
                c.lineTo(x, y(fact.high));
                c.stroke();
            }
            if (fact.value !== null) {
                c.beginPath();
                c.arc(x, y(fact.value), 3.5 * ratio, 0, 2 * Math.PI);
                c.fill();
            }
        }
        c.restore();
    }
}
