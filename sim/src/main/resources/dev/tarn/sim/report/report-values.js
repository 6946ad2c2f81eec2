'use strict';

// The first of a report's three scripts, which the page holds as one: the charts, and how their numbers, names and colours are written.

const charts = JSON.parse(document.getElementById('report-data').textContent);
const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Liberation Sans", Arial, sans-serif';
const SYMBOLS = ['circle', 'rect', 'triangle', 'diamond', 'emptyCircle', 'emptyRect', 'emptyTriangle', 'emptyDiamond'];
const DASHES = [[], [9, 3], [3, 3], [9, 3, 2, 3], [14, 4], [2, 5], [6, 2, 2, 2, 2, 2], [1, 2]];
const PAPER_WIDTH = 660;
const CANVAS_CELLS = 3000; // above this many cells SVG is slower than a canvas
const TABLE_ROWS = 2000; // above this many rows a table of the data helps nobody

// Numbers, written as dev.tarn.sim.report.Format names them; on axes and in tips by significant digits, not decimals.

const digits = (v, n) => v.toLocaleString('en-US', {maximumSignificantDigits: n});
const bytes = v => {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let u = 0;
  for (; Math.abs(v) >= 1024 && u < units.length - 1; u++) v /= 1024;
  return digits(v, Math.abs(v) >= 1000 ? 4 : 3) + '\u00a0' + units[u];
};
const FORMATS = {
  text: String,
  count: v => v.toLocaleString('en-US', {maximumFractionDigits: 1}),
  number: v => digits(v, 4),
  rate: v => digits(v, 4),
  share: v => (v * 100).toLocaleString('en-US', {maximumFractionDigits: 1}) + '\u00a0%',
  factor: v => digits(v, 3) + '×',
  bytes,
};
const write = (format, v) => v === null || v === undefined || Number.isNaN(v) ? '–' : FORMATS[format](v);

// Small helpers

const element = (tag, attributes, ...children) => {
  const e = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) e.setAttribute(name, value);
  e.append(...children);
  return e;
};
const theme = () => {
  const style = getComputedStyle(document.documentElement);
  const v = name => style.getPropertyValue('--' + name).trim();
  const list = (prefix, n) => Array.from({length: n}, (_, i) => v(prefix + i));
  return {ink: v('ink'), muted: v('muted'), line: v('line'), surface: v('surface'), page: v('page'),
    series: list('c', 8), ramp: list('r', 7)};
};

/** Names keep their colour throughout the page, unless two of one chart would then share it. */
const nameOrders = {line: new Map(), bar: new Map(), heat: new Map()};
const namesOf = chart => (chart.series || chart.bars || []).filter(s => !s.reference).map(s => s.name);
for (const chart of charts) {
  const order = nameOrders[chart.kind];
  namesOf(chart).forEach(name => order.has(name) || order.set(name, order.size));
}
const colorIndexes = chart => {
  const names = namesOf(chart);
  const global = names.map(name => nameOrders[chart.kind].get(name) % 8);
  const clash = new Set(global).size < Math.min(new Set(names).size, 8);
  return new Map(names.map((name, i) => [name, clash ? i % 8 : global[i]]));
};

const bandName = (bands, i) => {
  if (bands.labels) return bands.labels[i];
  const from = bands.first + i * bands.width, to = from + bands.width - 1;
  return from === to ? FORMATS.count(from) : FORMATS.count(from) + '–' + FORMATS.count(to);
};
const bandTick = (bands, i) => bands.labels ? bands.labels[i] : FORMATS.count(bands.first + i * bands.width);

/** Labels bins at round numbers only, about as many as there is room for. */
const bandInterval = (bands, room) => {
  if (bands.labels) return bands.count <= room ? 0 : 'auto';
  const raw = Math.max(bands.count / room, 1) * bands.width;
  let step = bands.width;
  while (step < raw) step *= 2;
  if (bands.width === 1 || bands.width % 5 === 0) {
    const power = 10 ** Math.floor(Math.log10(raw));
    step = [1, 2, 5, 10].map(m => m * power).find(s => s >= raw && s % bands.width === 0) || step;
  }
  return i => (bands.first + i * bands.width) % step === 0;
};
