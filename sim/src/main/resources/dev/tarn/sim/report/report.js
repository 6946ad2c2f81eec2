// Draws the charts of a report. Each place on the page names a chart of the JSON beside this script; a chart is drawn when it
// is first shown, and again when its width, the colour scheme or the medium changes. Text reaches the page as text only.
(() => {
  'use strict';

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

  // Options for the chart library

  const text = t => ({color: t.muted, fontFamily: FONT, fontSize: 12});
  const tooltip = (t, trigger, formatter) => ({
    trigger, formatter, confine: true, transitionDuration: 0, backgroundColor: t.surface, borderColor: t.line,
    padding: [6, 10], textStyle: {color: t.ink, fontFamily: FONT, fontSize: 13}, axisPointer: {lineStyle: {color: t.muted}},
  });
  const tip = (head, also, rows) => {
    const box = element('div', {class: 'tip'}, element('b', {}, head), ...also.map(a => element('span', {class: 'also'}, a)));
    for (const [swatchOrNull, name, value] of rows) {
      box.append(element('span', {class: 'row'}, ...(swatchOrNull ? [swatchOrNull] : []), element('em', {}, name), value));
    }
    return box;
  };

  const axisName = axis => axis.also && axis.also.length ? [axis.name, ...axis.also.map(u => u.name)].join('  ·  ') : axis.name;
  /** A logarithmic axis is a linear one over logarithms: the library's own puts ticks at powers of its base to the tenth. */
  const to = (axis, v) => axis.scale === 'log2' ? Math.log2(v) : axis.scale === 'log10' ? Math.log10(v) : v;
  const from = (axis, v) => axis.scale === 'log2' ? 2 ** v : axis.scale === 'log10' ? 10 ** v : v;
  /** A round interval that divides a fixed range, if there is one. */
  const evenInterval = ({min, max}, ticks) => {
    if (min === undefined || max === undefined) return {};
    const power = 10 ** Math.floor(Math.log10((max - min) / ticks));
    const interval = [1, 2, 2.5, 5, 10].map(m => m * power)
      .find(s => (max - min) / s < ticks + 1 && Math.abs((max - min) / s - Math.round((max - min) / s)) < 1e-9);
    return interval ? {interval} : {};
  };
  const extent = (axis, values, ticks) => {
    if (axis.scale === 'linear') return {min: axis.min, max: axis.max, splitNumber: ticks, ...evenInterval(axis, ticks)};
    const given = values.filter(v => v !== null).map(v => to(axis, v));
    const low = axis.min === undefined ? Math.floor(Math.min(...given)) : to(axis, axis.min);
    const high = axis.max === undefined ? Math.max(Math.ceil(Math.max(...given)), low + 1) : to(axis, axis.max);
    const interval = Math.max(1, Math.ceil((high - low) / ticks));
    const even = (high - low) % interval === 0;
    return {min: low, max: high, interval, axisLabel: {showMaxLabel: even}};
  };
  const numberAxis = (axis, t, vertical, narrow, values) => {
    const others = axis.also || [], range = extent(axis, values, vertical ? 5 : narrow ? 4 : 8);
    return {
      type: 'value', scale: true, ...range,
      axisLine: {show: !vertical, lineStyle: {color: t.muted}}, axisTick: {show: !vertical, lineStyle: {color: t.muted}},
      splitLine: {show: vertical, lineStyle: {color: t.line}},
      axisLabel: {...text(t), ...range.axisLabel, hideOverlap: true, lineHeight: 15,
        formatter: v => [write(axis.format, from(axis, v)), ...others.map(u => write(u.format, from(axis, v) * u.factor))].join('\n')},
      nameTextStyle: {...text(t), lineHeight: 15, verticalAlign: 'top'}, nameLocation: 'middle', nameGap: 26 + 15 * others.length,
      name: vertical ? '' : wrap(axisName(axis), narrow ? 42 : 120),
    };
  };
  const bandAxis = (bands, t, vertical, narrow, room) => ({
    type: 'category', data: Array.from({length: bands.count}, (_, i) => bandTick(bands, i)),
    axisLine: {lineStyle: {color: t.muted}}, axisTick: {show: false}, splitArea: {show: false},
    axisLabel: {...text(t), interval: bandInterval(bands, room), hideOverlap: !bands.labels},
    name: vertical ? '' : bands.name, nameTextStyle: text(t), nameLocation: 'middle', nameGap: 28,
  });
  /** The vertical axis' name, set level above it. */
  const verticalName = (name, t) => ({text: name, left: 0, top: 0, padding: [4, 0, 0, 0], textStyle: {...text(t), fontWeight: 'normal'}});
  const wrap = (words, width) => words.split(' ').reduce((lines, word) => {
    const last = lines[lines.length - 1];
    if ((last + ' ' + word).length > width && last) lines.push(word);
    else lines[lines.length - 1] = last ? last + ' ' + word : word;
    return lines;
  }, ['']).join('\n');

  /** Where on a horizontal axis a value lies, 0 at the left: a mark's label is set toward the middle. */
  const place = (chart, value) => {
    const xs = chart.series.flatMap(s => [s.x[0], s.x[s.x.length - 1]]).filter(x => x !== undefined);
    const min = to(chart.x, chart.x.min ?? Math.min(...xs)), max = to(chart.x, chart.x.max ?? Math.max(...xs));
    return max > min ? (to(chart.x, value) - min) / (max - min) : 0.5;
  };
  /** Marks hang on a series of their own, so that hiding a curve leaves them. */
  const marks = (chart, t) => ({
    type: 'line', name: '\u0000marks', data: [], silent: true, tooltip: {show: false},
    markLine: {
      symbol: 'none', silent: true, animation: false, lineStyle: {color: t.ink, type: [4, 4], width: 1.25},
      data: chart.marks.map((m, i) => m.on === 'x'
        ? {xAxis: to(chart.x, m.value), label: {...markText(t), formatter: () => m.label, position: 'end', distance: 6 + 15 * i,
            align: place(chart, m.value) > 0.6 ? 'right' : place(chart, m.value) < 0.4 ? 'left' : 'center'}}
        : {yAxis: to(chart.y, m.value), label: {...markText(t), formatter: () => m.label, position: 'insideEndTop'}}),
    },
  });
  const markText = t => ({color: t.ink, fontFamily: FONT, fontSize: 12, textBorderColor: t.page, textBorderWidth: 3});
  const gridTop = chart => 34 + 15 * (chart.marks || []).filter(m => m.on === 'x').length;

  const lineOption = (chart, t, width) => {
    const narrow = width < 520, colors = colorIndexes(chart), few = chart.series.every(s => s.x.length <= 24);
    return {
      animation: false, backgroundColor: 'transparent',
      title: verticalName(chart.y.name, t),
      grid: {left: 8, right: 30, top: gridTop(chart), bottom: 28 + 15 * (wrap(axisName(chart.x), narrow ? 42 : 120).split('\n').length - 1),
        containLabel: true},
      legend: {show: false, data: chart.series.map(s => s.name)},
      xAxis: numberAxis(chart.x, t, false, narrow, chart.series.flatMap(s => s.x)),
      yAxis: numberAxis(chart.y, t, true, narrow, chart.series.flatMap(s => s.y)),
      tooltip: tooltip(t, 'axis', params => {
        const rows = params.filter(p => p.seriesName[0] !== '\u0000');
        if (!rows.length) return '';
        const x = from(chart.x, rows[0].value[0]), unit = chart.x;
        return tip(unit.name + ': ' + write(unit.format, x), (unit.also || []).map(u => u.name + ': ' + write(u.format, x * u.factor)),
          rows.map(p => [swatch(chart, p.seriesName, t), p.seriesName, write(chart.y.format, p.value[1] === '-' ? null : from(chart.y, p.value[1]))]));
      }),
      series: [...chart.series.map(s => {
        const i = colors.get(s.name), points = s.stroke === 'points';
        return {
          type: 'line', name: s.name, data: s.x.map((x, j) => [to(chart.x, x), s.y[j] === null ? '-' : to(chart.y, s.y[j])]),
          symbol: points ? 'circle' : SYMBOLS[i], symbolSize: points ? 8 : 6, showSymbol: points || few, color: t.series[i],
          lineStyle: {width: points ? 0 : 2, type: lineDash(s, i)}, emphasis: {disabled: true},
        };
      }), marks(chart, t)],
    };
  };
  const lineDash = (series, i) => series.stroke === 'dashed' ? [5, 4] : DASHES[i].length ? DASHES[i] : 'solid';

  const barOption = (chart, t, width) => {
    const colors = colorIndexes(chart);
    return {
      animation: false, backgroundColor: 'transparent', legend: {show: false, data: chart.bars.map(b => b.name)},
      title: verticalName(chart.y.name, t), grid: {left: 8, right: 12, top: 34, bottom: 26, containLabel: true},
      xAxis: bandAxis(chart.x, t, false, width < 520, Math.floor(width / 36)),
      yAxis: {...numberAxis(chart.y, t, true, width < 520, chart.bars.flatMap(b => b.values)), scale: false},
      tooltip: {...tooltip(t, 'axis', params => tip(chart.x.name + ' ' + bandName(chart.x, params[0].dataIndex), [],
        params.filter(p => p.seriesName[0] !== '\u0000').map(p => [swatch(chart, p.seriesName, t), p.seriesName,
          write(chart.y.format, p.value === '-' ? null : from(chart.y, p.value))]))), axisPointer: {type: 'shadow'}},
      series: [...chart.bars.map(b => ({
        type: 'bar', name: b.name, data: b.values.map(v => v === null ? '-' : to(chart.y, v)), barMaxWidth: 26, barGap: '12%', emphasis: {disabled: true},
        itemStyle: b.reference ? {color: 'transparent', borderColor: t.muted, borderWidth: 1.5, borderType: [3, 2]}
          : {color: t.series[colors.get(b.name)]},
      })), marks(chart, t)],
    };
  };

  // Heat maps

  const shade = (color, v) => {
    const of = x => color.ramp === 'log' ? Math.log1p(x) : x;
    return Math.min(1, Math.max(0, (of(v) - of(color.min)) / (of(color.max) - of(color.min))));
  };
  const heatOption = (chart, t, width) => {
    const narrow = width < 520, labelled = chart.labels !== undefined, large = chart.x.count * chart.y.count > CANVAS_CELLS;
    const data = [];
    chart.values.forEach((row, y) => row.forEach((v, x) => {
      if (v === null) return;
      const s = shade(chart.color, v);
      data.push(labelled ? {value: [x, y, s, v], label: {color: s > 0.5 ? t.surface : t.ink}} : [x, y, s, v]);
    }));
    return {
      animation: false, backgroundColor: 'transparent',
      title: verticalName(chart.y.name, t),
      grid: {left: 8, right: 14, top: 26, bottom: 26, containLabel: true, show: true, borderWidth: 0, backgroundColor: t.surface},
      xAxis: bandAxis(chart.x, t, false, narrow, Math.floor(width / (narrow ? 70 : 80))),
      yAxis: bandAxis(chart.y, t, true, narrow, labelled || chart.y.labels ? 99 : 9),
      visualMap: {show: false, type: 'continuous', min: 0, max: 1, dimension: 2, inRange: {color: t.ramp}},
      tooltip: tooltip(t, 'item', p => {
        const [x, y, , v] = p.value;
        return tip(chart.x.name + ' ' + bandName(chart.x, x), [chart.y.name + ' ' + bandName(chart.y, y)],
          [[null, chart.color.name, write(chart.color.format, v) + (labelled ? ' (' + chart.labels[y][x] + ')' : '')]]);
      }),
      series: [{
        type: 'heatmap', data, progressive: 0, emphasis: {disabled: true},
        itemStyle: large ? {} : {borderColor: t.surface, borderWidth: 1.5},
        label: {show: labelled, fontFamily: FONT, fontSize: narrow ? 11 : 12.5, formatter: p => chart.labels[p.value[1]][p.value[0]]},
      }],
    };
  };
  const ramp = (chart, t) => {
    const bar = element('i', {});
    bar.style.background = 'linear-gradient(to right, ' + t.ramp.join(', ') + ')';
    const words = [chart.color.name + ':', write(chart.color.format, chart.color.min), bar, write(chart.color.format, chart.color.max),
      chart.color.ramp === 'log' ? '(logarithmic)' : ''];
    return element('div', {class: 'ramp'}, ...words.map(w => w === bar ? bar : element('span', {}, w)));
  };

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
    const maps = chart.series.map(s => new Map(s.x.map((x, i) => [x, s.y[i]])));
    return [[chart.x.name, ...(chart.x.also || []).map(u => u.name), ...chart.series.map(s => s.name)], xs.map(x =>
      [write(chart.x.format, x), ...(chart.x.also || []).map(u => write(u.format, x * u.factor)),
        ...maps.map(m => m.has(x) ? write(chart.y.format, m.get(x)) : '')])];
  };
  const rowCount = chart => chart.kind === 'heat' ? chart.x.count * chart.y.count / 8
    : chart.kind === 'bar' ? chart.x.count : Math.max(...chart.series.map(s => s.x.length));
  const dataTable = chart => {
    const details = element('details', {class: 'data'}, element('summary', {}, 'The numbers'));
    details.addEventListener('toggle', () => {
      if (!details.open || details.querySelector('table')) return;
      const [head, rows] = dataRows(chart);
      const line = (tag, cells) => element('tr', {}, ...cells.map((c, i) => element(i ? tag : 'th', i ? {class: 'num'} : {}, c)));
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
    state.instance.setOption(OPTIONS[chart.kind](chart, t, width));
    state.hidden.forEach(name => state.instance.dispatchAction({type: 'legendUnSelect', name}));
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
})();
