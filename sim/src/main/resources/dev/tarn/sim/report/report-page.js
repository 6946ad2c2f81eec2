// The third: draws each chart in its place when it is first shown, and again when its width, the colour scheme or the medium changes.

// Legend: buttons, so that it wraps on a phone and works from a keyboard

const SVG = 'http://www.w3.org/2000/svg';
const swatch = (chart, name, t) => {
  const svg = document.createElementNS(SVG, 'svg');
  for (const [k, v] of Object.entries({width: 26, height: 12, 'aria-hidden': 'true'})) svg.setAttribute(k, v);
  const draw = (tag, attributes) => {
    const e = document.createElementNS(SVG, tag);
    for (const [k, v] of Object.entries(attributes)) e.setAttribute(k, v);
    svg.append(e);
  };
  const i = colorIndexes(chart).get(name) ?? 0, color = t.series[i];
  if (chart.kind === 'bar') {
    const hollow = chart.bars.find(b => b.name === name).reference;
    draw('rect', {x: 7, y: 1, width: 12, height: 10, fill: hollow ? 'none' : color, stroke: hollow ? t.muted : color,
      'stroke-dasharray': hollow ? '3 2' : '0'});
    return svg;
  }
  const series = chart.series.find(s => s.name === name);
  if (series.stroke === 'points') {
    draw('circle', {cx: 13, cy: 6, r: 4, fill: color});
    return svg;
  }
  const dash = lineDash(series, i);
  draw('line', {x1: 0, x2: 26, y1: 6, y2: 6, stroke: color, 'stroke-width': 2.5, 'stroke-dasharray': dash === 'solid' ? '' : dash.join(' ')});
  return svg;
};
const legend = (chart, t, drawn) => {
  const list = element('ul', {class: 'legend'});
  for (const {name} of chart.series || chart.bars) {
    const button = element('button', {type: 'button', 'aria-pressed': String(!drawn.hidden.has(name))}, swatch(chart, name, t), name);
    button.addEventListener('click', () => {
      const shown = button.getAttribute('aria-pressed') !== 'true';
      button.setAttribute('aria-pressed', String(shown));
      drawn.hidden[shown ? 'delete' : 'add'](name);
      drawn.instance.dispatchAction({type: shown ? 'legendSelect' : 'legendUnSelect', name});
    });
    list.append(element('li', {}, button));
  }
  return list;
};

// The numbers behind a picture

const dataRows = chart => {
  if (chart.kind === 'bar') {
    return [[chart.x.name, ...chart.bars.map(b => b.name)], Array.from({length: chart.x.count}, (_, i) =>
      [bandName(chart.x, i), ...chart.bars.map(b => write(chart.y.format, b.values[i]))])];
  }
  if (chart.kind === 'heat') {
    return [[chart.y.name + ' \\ ' + chart.x.name, ...Array.from({length: chart.x.count}, (_, i) => bandName(chart.x, i))],
      chart.values.map((row, y) => [bandName(chart.y, y), ...row.map((v, x) =>
        write(chart.color.format, v) + (chart.labels && chart.labels[y][x] ? ' (' + chart.labels[y][x] + ')' : ''))]).reverse()];
  }
  const xs = [...new Set(chart.series.flatMap(s => s.x))].sort((a, b) => a - b);
  return [[chart.x.name, ...(chart.x.also || []).map(u => u.name), ...chart.series.map(s => s.name)], xs.map(x =>
    [write(chart.x.format, x), ...(chart.x.also || []).map(u => write(u.format, x * u.factor)),
      ...chart.series.map(s => write(chart.y.format, valueAt(chart, s, x)))])];
};
const rowCount = chart => chart.kind === 'heat' ? chart.x.count * chart.y.count / 8
  : chart.kind === 'bar' ? chart.x.count : Math.max(...chart.series.map(s => s.x.length));
const dataTable = chart => {
  const details = element('details', {class: 'data'}, element('summary', {}, 'The numbers'));
  details.addEventListener('toggle', () => {
    if (!details.open || details.querySelector('table')) return;
    const [head, rows] = dataRows(chart);
    const line = (tag, cells) => element('tr', {}, ...cells.map((c, i) => element(i ? tag : 'th', i ? {class: 'num'} : {}, c)));
    if (chart.kind === 'line' && chart.series.some(s => s.x.length < rows.length)) {
      details.append(element('p', {}, 'Between a curve’s own points its value is read off the line.'));
    }
    details.append(element('div', {class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'The numbers of ' + chart.title},
      element('table', {}, element('thead', {}, line('th', head)), element('tbody', {}, ...rows.map(r => line('td', r))))));
  });
  return details;
};

// Drawing

const OPTIONS = {line: lineOption, bar: barOption, heat: heatOption};
const height = (chart, width) => {
  if (chart.kind === 'bar') return 270;
  if (chart.kind === 'line') return (width < 520 ? 300 : 380) + 15 * (chart.x.also || []).length;
  return chart.labels || chart.y.count <= 24 ? 80 + Math.max(chart.y.count, 3) * 34 : width < 520 ? 340 : 460;
};
const drawn = new Map();

const draw = (holder, width) => {
  const chart = charts[Number(holder.dataset.chart)], t = theme();
  const state = drawn.get(holder) || {hidden: new Set(), details: null};
  if (state.instance) state.instance.dispose();
  const box = element('div', {class: 'chart', role: 'img', 'aria-label': chart.title});
  const key = chart.kind !== 'heat' ? ((chart.series || chart.bars).length > 1 ? legend(chart, t, state) : null)
    : chart.labels ? null : ramp(chart, t);
  if (!state.details && rowCount(chart) <= TABLE_ROWS) state.details = dataTable(chart);
  holder.replaceChildren(element('figure', {}, ...(key ? [key] : []), box, ...(state.details ? [state.details] : [])));
  box.style.height = height(chart, width) + 'px';
  const canvas = chart.kind === 'heat' && chart.x.count * chart.y.count > CANVAS_CELLS;
  state.instance = echarts.init(box, null, {renderer: canvas ? 'canvas' : 'svg', width, height: height(chart, width)});
  state.width = width;
  drawn.set(holder, state);
  state.instance.setOption(OPTIONS[chart.kind](chart, t, width, state.hidden));
};
const drawSafely = (holder, width) => {
  try {
    draw(holder, width);
  } catch (e) {
    holder.replaceChildren(element('p', {class: 'failed'}, 'This chart could not be drawn: ' + e.message));
    throw e;
  }
};

const holders = [...document.querySelectorAll('.place')];
const shown = holder => holder.clientWidth > 0;
const redrawAll = width => holders.filter(shown).forEach(h => drawSafely(h, width || h.clientWidth));
let printing = false;
const observer = new ResizeObserver(entries => {
  for (const {target} of entries) {
    const state = drawn.get(target);
    if (!printing && shown(target) && (!state || state.width !== target.clientWidth)) drawSafely(target, target.clientWidth);
  }
});
redrawAll();
holders.forEach(h => observer.observe(h));

for (const choice of document.querySelectorAll('.choice')) {
  const select = choice.querySelector('select');
  const options = [...choice.querySelectorAll(':scope > .option')];
  select.addEventListener('change', () => options.forEach((o, i) => { o.hidden = i !== select.selectedIndex; }));
}

matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => redrawAll());
addEventListener('beforeprint', () => {
  printing = true;
  document.documentElement.classList.add('printing');
  holders.filter(shown).forEach(h => drawSafely(h, h.closest('.panels') ? PAPER_WIDTH / 2 - 10 : PAPER_WIDTH));
});
addEventListener('afterprint', () => {
  printing = false;
  document.documentElement.classList.remove('printing');
  redrawAll();
});
