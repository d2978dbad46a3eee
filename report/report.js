/* SPDX-License-Identifier: GPL-2.0 */
/* The charts and sorted tables of a report. Texts go into the page as text only: all of them were chosen by others. */
"use strict";
(() => {
const root = document.documentElement;
const data = JSON.parse(document.getElementById("data").textContent);
const dark = matchMedia("(prefers-color-scheme: dark)");
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
const charts = [];
const legends = [];

window.addEventListener("error", (event) => { root.dataset.error = event.message; });

const colour = (name) => getComputedStyle(root).getPropertyValue(name).trim();

/* Twenty that can be told apart, on light and on dark. */
const PALETTE = ["#3b7dd8", "#e07b39", "#3fa34d", "#c94f7c", "#8a63d2", "#c9a227", "#2aa5a0", "#d9534f", "#7a9a3a", "#5e6fc9",
	"#8fb8ec", "#f0b58a", "#92cf9b", "#e6a3bd", "#c3aeea", "#e6d27e", "#8ed3d0", "#efa3a0", "#b8cf85", "#a9b2e6"];

/* --- numbers and times, as the tables tell them --- */

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];

function bytes(value) {
	let power = 0;

	for (; value >= 1023.5 && power + 1 < UNITS.length; power++)
		value /= 1024;
	return `${value.toFixed(!power || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2)} ${UNITS[power]}`;
}

const rate = (value) => `${bytes(value)}/s`;
const axisRate = (value) => value ? rate(value).replace(/(\.\d*?)0+(?= )/, "$1").replace(/\.(?= )/, "") : "0";
const two = (number) => String(number).padStart(2, "0");
const dayOf = (date) => `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
const timeOf = (date) => `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;

const firstMs = data.start[0], lastMs = data.end[data.end.length - 1];
const severalDays = dayOf(new Date(firstMs)) !== dayOf(new Date(lastMs));

function moment(ms) {
	const date = new Date(ms);

	return severalDays ? `${dayOf(date)} ${timeOf(date)}` : timeOf(date);
}

/* The page was made in UTC: whoever reads it lives somewhere. */
function localTimes() {
	for (const element of document.querySelectorAll("time")) {
		const date = new Date(element.dateTime);

		if (!Number.isNaN(date.getTime()))
			element.textContent = element.closest("dl") ? `${dayOf(date)} ${timeOf(date)}` : moment(date);
	}
	document.getElementById("zone").textContent = zone;
}

function make(tag, properties, ...children) {
	const element = Object.assign(document.createElement(tag), properties);

	element.append(...children);
	return element;
}

/* --- series --- */

const GAP_MS = 1500; /* as in report_data.h */

/*
 * Until when a bin is drawn. One that had to take in gaps, as there were too many, is drawn for as long as was recorded: the
 * rest of it is a gap. A hundredth may be missing for the rounding of intervals.
 */
function drawnUntil(i) {
	const until = data.start[i] + data.elapsed[i] / 1e6;

	return data.end[i] - until > GAP_MS + (data.end[i] - data.start[i]) / 100 ? until : data.end[i];
}

/*
 * Where the charts have points: the start of each bin, and its end where nothing follows. bin -1: nothing was recorded from
 * there on.
 */
function makePoints() {
	const times = [], bins = [];

	for (let i = 0; i < data.start.length; i++) {
		const next = data.start[i + 1], until = drawnUntil(i);
		const gap = (next ?? data.end[i]) - until > GAP_MS;

		times.push(data.start[i] / 1000);
		bins.push(i);
		if (next !== undefined && !gap)
			continue;
		times.push(Math.max(until / 1000, data.start[i] / 1000 + 0.001));
		bins.push(i);
		if (gap) {
			times.push(until / 1000 + 0.002);
			bins.push(-1);
		}
		if (gap && next === undefined) {
			times.push(data.end[i] / 1000);
			bins.push(-1);
		}
	}
	return { times, bins };
}

const points = makePoints();

/* Rates by point, from bytes by bin; where `bin` is given, of those bins alone. */
function ratesOf(numbers, bin) {
	const byBin = new Float64Array(data.start.length);

	numbers.forEach((number, i) => { byBin[bin ? bin[i] : i] = number; });
	return points.bins.map((at) => at < 0 ? null : data.elapsed[at] ? byBin[at] * 1e9 / data.elapsed[at] : 0);
}

const sum = (numbers) => numbers.reduce((a, b) => a + b, 0);

/* --- charts --- */

let zooming = false;

/* What one chart shows of the time, all show. */
function zoomAll(from, to) {
	if (zooming)
		return;
	zooming = true;
	for (const chart of charts) {
		if (chart.scales.x.min !== from || chart.scales.x.max !== to)
			chart.setScale("x", { min: from, max: to });
	}
	zooming = false;
	const whole = from <= points.times[0] && to >= points.times[points.times.length - 1];
	document.getElementById("range").textContent =
		`${moment(from * 1000)} – ${moment(to * 1000)}${whole ? " (all)" : ""}`;
}

function timeAxis(chart, splits, axis, space, step) {
	let day = "";

	return splits.map((seconds) => {
		const date = new Date(seconds * 1000);
		const text = step < 60 ? timeOf(date) : timeOf(date).slice(0, 5);
		const before = day;

		day = dayOf(date);
		if (step >= 86400)
			return day;
		return severalDays && day !== before ? `${text}\n${day}` : text;
	});
}

const powersOfTwo = Array.from({ length: 64 }, (_, i) => 2 ** i);

function options(element, series, hooks) {
	const axis = {
		stroke: () => colour("--muted"),
		grid: { stroke: () => colour("--grid"), width: 1 },
		ticks: { stroke: () => colour("--grid"), width: 1, size: 4 },
		font: "11px system-ui, sans-serif",
	};

	return {
		width: element.clientWidth,
		height: 190,
		legend: { show: false },
		padding: [10, 10, 0, 0],
		cursor: {
			sync: { key: "time", setSeries: false },
			drag: { x: true, y: false, setScale: true },
			points: { show: false },
			y: false,
		},
		scales: {
			x: { time: true },
			y: { range: (chart, low, high) => [0, high > 0 ? high * 1.06 : 1] },
		},
		axes: [
			{ ...axis, values: timeAxis, space: 70, size: severalDays ? 44 : 30 },
			{ ...axis, values: (chart, splits) => splits.map(axisRate), incrs: powersOfTwo, size: 74, space: 30 },
		],
		series: [{}, ...series],
		hooks: {
			setScale: [(chart, key) => {
				if (key === "x")
					zoomAll(chart.scales.x.min, chart.scales.x.max);
			}],
			setCursor: [(chart) => showAt(chart.cursor.idx)],
			draw: [(chart) => {
				chart.root.dataset.drawn = "";
				root.dataset.charts = document.querySelectorAll(".uplot[data-drawn]").length;
			}, ...hooks],
		},
	};
}

function addChart(parent, title, series, values, hooks = []) {
	const element = make("div", { className: "chart" });
	const box = make("div", {}, make("h3", { textContent: title }), element);

	parent.append(box);
	const chart = new uPlot(options(element, series, hooks), [points.times, ...values], element);
	chart.over.setAttribute("aria-hidden", "true");
	chart.root.querySelector("canvas").setAttribute("role", "img");
	chart.root.querySelector("canvas").setAttribute("aria-label", `Chart: ${title}, over time`);
	charts.push(chart);
	return chart;
}

const stepped = uPlot.paths.stepped({ align: 1 });

/* --- values at the cursor, or without it the sums --- */

function showAt(at) {
	const bin = at === null || at === undefined ? undefined : points.bins[at];

	for (const item of legends) {
		const [sent, received] = item.value.children;

		sent.textContent = `↑ ${bin === undefined ? bytes(item.txSum) : rate(item.tx[at] ?? 0)}`;
		received.textContent = `↓ ${bin === undefined ? bytes(item.rxSum) : rate(item.rx[at] ?? 0)}`;
	}
	document.getElementById("at").textContent = bin === undefined ? "" : bin < 0 ? "not recorded" : moment(data.start[bin]);
}

function addLegend(list, entry, press) {
	const value = make("span", { className: "value" }, make("span"), make("span"));
	const name = make("span", { className: "name" }, entry.name, " ", make("span", { textContent: entry.detail }));
	const swatch = make("i");
	const button = make("button", { type: "button", title: `${entry.name} ${entry.detail}`.trim() }, swatch, name, value);

	swatch.style.setProperty("--c", entry.colour);
	button.setAttribute("aria-pressed", "true");
	button.addEventListener("click", () => press(entry));
	list.append(make("li", {}, button));
	entry.button = button;
	legends.push({ value, tx: entry.tx, rx: entry.rx, txSum: entry.txSum, rxSum: entry.rxSum });
}

/* --- the total --- */

function drawTotal() {
	const parent = document.getElementById("total");
	const list = make("ul", { className: "legend short" });
	const tx = ratesOf(data.total.tx), rx = ratesOf(data.total.rx);
	const directions = [["Sent", "--sent", tx], ["Received", "--received", rx]];
	const chart = addChart(parent, "Sent and received", directions.map(([, name]) => ({
		paths: stepped,
		points: { show: false },
		width: 1.5,
		stroke: () => colour(name),
		fill: () => `color-mix(in srgb, ${colour(name)} 14%, transparent)`,
	})), [tx, rx]);

	for (const [i, [name, variable]] of directions.entries()) {
		const value = make("span", { className: "value" }, make("span", { hidden: i === 1 }), make("span", { hidden: i === 0 }));
		const swatch = make("i");
		const button = make("button", { type: "button" }, swatch, make("span", { className: "name", textContent: name }), value);

		swatch.style.setProperty("--c", `var(${variable})`);
		button.setAttribute("aria-pressed", "true");
		button.addEventListener("click", () => {
			chart.setSeries(i + 1, { show: !chart.series[i + 1].show });
			button.setAttribute("aria-pressed", String(chart.series[i + 1].show));
		});
		list.append(make("li", {}, button));
		legends.push({ value, tx, rx, txSum: sum(data.total.tx), rxSum: sum(data.total.rx) });
	}
	parent.append(list, make("p", { className: "note", textContent: data.per_point > 1
		? `Each point is the average of up to ${data.per_point} intervals. Drag to zoom, double-click for all.`
		: "Each point is an interval. Drag to zoom, double-click for all." }));
}

/* --- stacked: what each did is its area, all of them together the total --- */

function entriesOf(list) {
	return list.map((entry, i) => ({
		...entry,
		colour: entry.other ? "var(--other)" : PALETTE[i % PALETTE.length],
		tx: ratesOf(entry.tx, entry.bin),
		rx: ratesOf(entry.rx, entry.bin),
		txSum: sum(entry.tx),
		rxSum: sum(entry.rx),
		shown: true,
	}));
}

/* Each on top of those before it; drawn from the last to the first, so that nothing hides what is below. */
function stack(entries, key) {
	const height = points.bins.map((bin) => bin < 0 ? null : 0);
	const stacked = entries.map((entry) => {
		if (entry.shown)
			entry[key].forEach((value, i) => { height[i] = value === null ? null : height[i] + value; });
		return height.slice();
	});

	return stacked.reverse();
}

/* Where the processes that are shown were started, if the recording saw it, and last active. */
function drawMarks(chart, entries) {
	const context = chart.ctx, { left, top, width, height } = chart.bbox, ratio = uPlot.pxRatio;
	const size = 5 * ratio;
	let marks = 0;

	context.save();
	context.lineWidth = ratio;
	for (const entry of entries) {
		if (!entry.shown || entry.other)
			continue;
		for (const [ms, way] of [[entry.from, 1], [entry.to, -1]]) {
			const x = Math.round(chart.valToPos(ms / 1000, "x", true));

			if (x < left - 1 || x > left + width + 1)
				continue;
			context.strokeStyle = context.fillStyle = entry.colour;
			context.globalAlpha = 0.55;
			context.setLineDash([2 * ratio, 3 * ratio]);
			context.beginPath();
			context.moveTo(x, top);
			context.lineTo(x, top + height);
			context.stroke();
			context.globalAlpha = 1;
			context.beginPath();
			context.moveTo(x, top - size);
			context.lineTo(x + way * size * 1.4, top);
			context.lineTo(x, top + size);
			context.fill();
			marks++;
		}
	}
	context.restore();
	chart.root.dataset.marks = marks;
}

function drawTable(id, list, marks) {
	const parent = document.getElementById(id);
	const entries = entriesOf(list);
	const pair = make("div", { className: "pair" });
	const legend = make("ul", { className: marks ? "legend" : "legend long" });
	const own = [];

	if (!entries.length)
		return;
	parent.append(pair);
	for (const [title, key] of [["Sent", "tx"], ["Received", "rx"]]) {
		const series = entries.map((entry) => {
			const stroke = () => entry.other ? colour("--other") : entry.colour;

			return { paths: stepped, points: { show: false }, width: 0.5, stroke, fill: stroke };
		}).reverse();

		own.push([key, addChart(pair, title, series, stack(entries, key), marks ? [(chart) => drawMarks(chart, entries)] : [])]);
	}

	const update = () => {
		for (const entry of entries)
			entry.button.setAttribute("aria-pressed", String(entry.shown));
		for (const [key, chart] of own) {
			const { min, max } = chart.scales.x;

			chart.batch(() => {
				entries.forEach((entry, i) => chart.setSeries(entries.length - i, { show: entry.shown }));
				chart.setData([points.times, ...stack(entries, key)], false);
				chart.setScale("x", { min, max });
			});
		}
	};
	const setAll = (shown) => () => {
		entries.forEach((entry) => { entry.shown = shown; });
		update();
	};
	const all = make("button", { type: "button", textContent: "All" });
	const none = make("button", { type: "button", textContent: "None" });

	all.addEventListener("click", setAll(true));
	none.addEventListener("click", setAll(false));
	for (const entry of entries)
		addLegend(legend, entry, () => {
			entry.shown = !entry.shown;
			update();
		});
	parent.append(make("div", { className: "head" },
		make("p", { className: "note", textContent: `Stacked.${marks ? " ▶ started, ◀ last seen." : ""}` +
			` The ${entries.filter((entry) => !entry.other).length} with most bytes` +
			`${entries.some((entry) => entry.other) ? ", and all others in one." : "."}` }),
		make("span", { className: "buttons" }, all, none)), legend);
}

/* --- zooming by button --- */

function zoomBy(how) {
	const from = points.times[0], to = points.times[points.times.length - 1];
	let { min, max } = charts[0].scales.x;
	const span = max - min;

	if (how === "in")
		[min, max] = [min + span / 4, max - span / 4];
	else if (how === "out")
		[min, max] = [min - span / 2, max + span / 2];
	else if (how === "earlier")
		[min, max] = min - span / 2 < from ? [from, from + span] : [min - span / 2, max - span / 2];
	else if (how === "later")
		[min, max] = max + span / 2 > to ? [to - span, to] : [min + span / 2, max + span / 2];
	else
		[min, max] = [from, to];
	min = Math.max(min, from);
	max = Math.min(max, to);
	if (max - min >= 0.01)
		charts[0].setScale("x", { min, max });
}

function addTools() {
	const tools = document.getElementById("tools");

	tools.hidden = false;
	for (const button of tools.querySelectorAll("[data-zoom]"))
		button.addEventListener("click", () => zoomBy(button.dataset.zoom));
}

/* --- tables --- */

function compare(a, b, column) {
	const left = a.cells[column], right = b.cells[column];

	if (left.dataset.v !== undefined)
		return left.dataset.v - right.dataset.v;
	return left.textContent.localeCompare(right.textContent, undefined, { numeric: true });
}

function sortTable(table, header) {
	const body = table.querySelector("tbody.rows"), column = Number(header.dataset.col);
	const text = header.classList.contains("text") && header.textContent !== "PID";
	const before = header.getAttribute("aria-sort");
	const descending = before ? before === "ascending" : !text;
	const rows = Array.from(body.rows);

	rows.sort((a, b) => (descending ? -1 : 1) * compare(a, b, column));
	body.append(...rows);
	table.querySelectorAll("[aria-sort]").forEach((other) => other.removeAttribute("aria-sort"));
	header.setAttribute("aria-sort", descending ? "descending" : "ascending");
}

function addSorting(table) {
	for (const header of table.querySelectorAll("th[data-col]")) {
		const button = make("button", { type: "button" }, ...header.childNodes);

		header.append(button);
		button.addEventListener("click", () => sortTable(table, header));
	}
}

function addFilter(table) {
	const rows = Array.from(table.querySelectorAll("tbody.rows > tr"));
	const input = make("input", { type: "search", placeholder: "Filter the table" });

	if (rows.length < 10)
		return;
	input.setAttribute("aria-label", `Filter ${table.parentElement.getAttribute("aria-label").toLowerCase()}`);
	input.addEventListener("input", () => {
		const wanted = input.value.toLowerCase();

		for (const row of rows)
			row.hidden = !Array.from(row.cells).some((cell) => !cell.querySelector("time") && cell.textContent.toLowerCase().includes(wanted));
	});
	table.parentElement.before(make("div", { className: "filter" }, input));
}

/* --- all of it --- */

function resize() {
	for (const chart of charts) {
		const width = chart.root.parentElement.clientWidth;

		if (width && width !== chart.width)
			chart.setSize({ width, height: chart.height });
	}
	root.dataset.width = root.scrollWidth;
	root.dataset.room = root.clientWidth;
}

localTimes();
for (const table of document.querySelectorAll("table")) {
	addSorting(table);
	addFilter(table);
}
addTools();
drawTotal();
drawTable("processes", data.processes, true);
drawTable("connections", data.connections, false);
showAt(null);
resize();
new ResizeObserver(resize).observe(document.body);
dark.addEventListener("change", () => charts.forEach((chart) => chart.redraw()));
root.dataset.ready = charts.length;
})();
