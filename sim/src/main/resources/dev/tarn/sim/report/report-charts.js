// The second: each kind of chart as options of the chart library. Text reaches the page as text only.

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
  if (!given.length) given.push(0);
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

/** A series' value at x: its own, or read off the line between its neighbours; null outside it and in its gaps. */
const valueAt = (chart, series, x) => {
  const {x: xs, y: ys} = series, right = xs.findIndex(v => v >= x);
  if (right < 0) return null;
  if (xs[right] === x) return ys[right];
  if (right === 0 || series.stroke === 'points' || ys[right] === null || ys[right - 1] === null) return null;
  const [x0, x1, y0, y1] = [to(chart.x, xs[right - 1]), to(chart.x, xs[right]), to(chart.y, ys[right - 1]), to(chart.y, ys[right])];
  return from(chart.y, y0 + (y1 - y0) * (to(chart.x, x) - x0) / (x1 - x0));
};

const lineOption = (chart, t, width, hidden) => {
  const narrow = width < 520, colors = colorIndexes(chart), few = chart.series.every(s => s.x.length <= 24);
  return {
    animation: false, backgroundColor: 'transparent',
    title: verticalName(chart.y.name, t),
    grid: {left: 8, right: 30, top: gridTop(chart), bottom: 28 + 15 * (wrap(axisName(chart.x), narrow ? 42 : 120).split('\n').length - 1),
      containLabel: true},
    legend: shownSeries(chart.series, hidden),
    xAxis: numberAxis(chart.x, t, false, narrow, chart.series.flatMap(s => s.x)),
    yAxis: numberAxis(chart.y, t, true, narrow, chart.series.flatMap(s => s.y)),
    tooltip: tooltip(t, 'axis', params => {
      const at = params.find(p => p.seriesName[0] !== '\u0000');
      if (!at) return '';
      const x = chart.series.find(s => s.name === at.seriesName).x[at.dataIndex], unit = chart.x;
      const rows = chart.series.filter(s => !hidden.has(s.name)).map(s => [s, valueAt(chart, s, x)]).filter(([, y]) => y !== null);
      return tip(unit.name + ': ' + write(unit.format, x), (unit.also || []).map(u => u.name + ': ' + write(u.format, x * u.factor)),
        rows.map(([series, y]) => [swatch(chart, series.name, t), series.name, write(chart.y.format, y)]));
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
const shownSeries = (series, hidden) => ({show: false, data: series.map(s => s.name),
  selected: Object.fromEntries(series.map(s => [s.name, !hidden.has(s.name)]))});
const lineDash = (series, i) => series.stroke === 'dashed' ? [5, 4] : DASHES[i].length ? DASHES[i] : 'solid';

const barOption = (chart, t, width, hidden) => {
  const colors = colorIndexes(chart);
  return {
    animation: false, backgroundColor: 'transparent', legend: shownSeries(chart.bars, hidden),
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
