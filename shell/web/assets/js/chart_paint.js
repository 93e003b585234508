// The painting of one frame of the chart, layer by layer from the back to the front.

const AXIS = 74;
const FOOT = 26;
const HEAD = 44;
const VOLUME = 0.17;
const AVERAGE = 20;
const LETTERS = '11px "Inter", ui-sans-serif, system-ui, sans-serif';
const INK = {
  grid: "rgba(150, 160, 255, 0.06)",
  text: "#7d84a8",
  cross: "rgba(190, 196, 255, 0.35)",
  pill: "#272b52",
  buy: "#2bd9a4",
  sell: "#ff5d7d",
  average: "rgba(255, 180, 110, 0.75)",
  entry: "#9b8bff",
};

export function paint(chart) {
  const { canvas, candles } = chart;
  const { width, height } = chart.size();
  if (width === 0 || height === 0) return;
  const ratio = devicePixelRatio || 1;
  const [wide, high] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== wide || canvas.height !== high) [canvas.width, canvas.height] = [wide, high];
  const pen = canvas.getContext("2d");
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.clearRect(0, 0, width, height);
  pen.font = LETTERS;
  if (candles.length === 0) {
    chart.told(null);
    return;
  }
  const frame = framed(chart, width, height);
  grid(pen, frame);
  volumes(pen, frame);
  average(pen, frame);
  for (let index = frame.first; index <= frame.last; index += 1) candle(pen, frame, index);
  lines(pen, frame);
  marks(pen, frame);
  present(pen, frame);
  cross(pen, frame);
}

function framed(chart, width, height) {
  const { candles, spacing, behind, marks: fills } = chart;
  const plot = width - AXIS;
  const edge = candles.length - 1 - behind;
  const first = Math.max(0, Math.floor(edge - plot / spacing));
  const last = Math.min(candles.length - 1, Math.ceil(edge));
  const seen = candles.slice(first, last + 1);
  let low = Math.min(...seen.map((bar) => bar.low));
  let high = Math.max(...seen.map((bar) => bar.high));
  const pad = (high - low || high * 0.002 || 1) * 0.12;
  low -= pad * 1.6;
  high += pad;
  const floor = height - FOOT;
  const scale = (floor - HEAD) / (high - low);
  return {
    chart, candles, width, height, plot, first, last, low, high, floor, spacing, fills,
    most: Math.max(...seen.map((bar) => bar.volume), 0),
    x: (index) => plot - (edge - index + 0.5) * spacing,
    y: (price) => floor - (price - low) * scale,
    price: (y) => low + (floor - y) / scale,
    index: (x) => Math.round(edge + 0.5 - (plot - x) / spacing),
  };
}

function nice(rough) {
  const base = 10 ** Math.floor(Math.log10(rough));
  return [1, 2, 2.5, 5, 10].map((times) => times * base).find((size) => size >= rough);
}

const figures = new Map();

export function figure(value, places) {
  if (!figures.has(places)) {
    const shape = { minimumFractionDigits: places, maximumFractionDigits: places };
    figures.set(places, new Intl.NumberFormat("en-US", shape));
  }
  return figures.get(places).format(value);
}

function grid(pen, frame) {
  const step = nice((frame.high - frame.low) / Math.max(3, frame.height / 64));
  pen.fillStyle = INK.text;
  pen.strokeStyle = INK.grid;
  pen.lineWidth = 1;
  pen.textAlign = "left";
  pen.textBaseline = "middle";
  for (let at = Math.ceil(frame.low / step) * step; at < frame.high; at += step) {
    const y = Math.round(frame.y(at)) + 0.5;
    if (y < HEAD - 8 || y > frame.floor - 6) continue;
    rule(pen, 0, y, frame.plot, y);
    pen.fillText(figure(at, frame.chart.places), frame.plot + 10, y);
  }
  times(pen, frame);
}

function times(pen, frame) {
  const gap = Math.max(1, Math.ceil(96 / frame.spacing));
  const every = [1, 5, 10, 15, 30, 60, 120, 240].find((size) => size >= gap) ?? 480;
  pen.textAlign = "center";
  for (let index = frame.first; index <= frame.last; index += 1) {
    const minutes = Math.floor(frame.candles[index].at / frame.candles[index].span);
    if (minutes % every !== 0) continue;
    const x = Math.round(frame.x(index)) + 0.5;
    if (x < 24 || x > frame.plot - 24) continue;
    rule(pen, x, HEAD - 8, x, frame.floor);
    pen.fillText(stamp(frame.candles[index]), x, frame.height - FOOT / 2);
  }
}

function stamp({ at, span }) {
  const time = new Date(at);
  const two = (number) => String(number).padStart(2, "0");
  const date = `${two(time.getMonth() + 1)}-${two(time.getDate())}`;
  if (span >= 86_400_000) return date;
  const hour = `${two(time.getHours())}:${two(time.getMinutes())}`;
  return hour === "00:00" ? date : hour;
}

function rule(pen, x1, y1, x2, y2) {
  pen.beginPath();
  pen.moveTo(x1, y1);
  pen.lineTo(x2, y2);
  pen.stroke();
}

function volumes(pen, frame) {
  const tallest = (frame.floor - HEAD) * VOLUME;
  const wide = Math.max(1, Math.floor(frame.spacing * 0.68));
  for (let index = frame.first; index <= frame.last; index += 1) {
    const bar = frame.candles[index];
    const tall = frame.most === 0 ? 0 : (bar.volume / frame.most) * tallest;
    const up = bar.close >= bar.open;
    pen.fillStyle = up ? "rgba(43, 217, 164, 0.17)" : "rgba(255, 93, 125, 0.17)";
    pen.fillRect(Math.round(frame.x(index) - wide / 2), frame.floor - tall, wide, tall);
  }
}

function average(pen, frame) {
  const { candles } = frame;
  pen.save();
  pen.beginPath();
  pen.rect(0, HEAD - 10, frame.plot, frame.floor - HEAD + 10);
  pen.clip();
  pen.beginPath();
  let total = 0;
  const start = Math.max(0, frame.first - AVERAGE);
  for (let index = start; index <= frame.last; index += 1) {
    total += candles[index].close;
    if (index - start >= AVERAGE) total -= candles[index - AVERAGE].close;
    if (index - start < AVERAGE - 1) continue;
    pen.lineTo(frame.x(index), frame.y(total / AVERAGE));
  }
  pen.strokeStyle = INK.average;
  pen.lineWidth = 1.4;
  pen.stroke();
  pen.restore();
}

function candle(pen, frame, index) {
  const bar = frame.candles[index];
  const up = bar.close >= bar.open;
  const x = Math.round(frame.x(index));
  if (x > frame.plot) return;
  const wide = Math.max(1, Math.floor(frame.spacing * 0.68) | 1);
  const top = frame.y(Math.max(bar.open, bar.close));
  const tall = Math.max(1, frame.y(Math.min(bar.open, bar.close)) - top);
  pen.fillStyle = up ? INK.buy : INK.sell;
  pen.fillRect(x, frame.y(bar.high), 1, Math.max(1, frame.y(bar.low) - frame.y(bar.high)));
  pen.fillRect(x - (wide - 1) / 2, Math.round(top), wide, Math.round(tall));
}

// Entry and orders. A label that would cover another one stands to its right.
function lines(pen, frame) {
  const drawn = [];
  for (const line of frame.chart.lines) {
    const y = Math.round(frame.y(line.price)) + 0.5;
    if (y < HEAD - 16 || y > frame.floor) continue;
    const ink = INK[line.kind];
    const wide = pen.measureText(line.label).width + 16;
    const beside = drawn.filter((other) => Math.abs(other.y - y) < 20);
    const x = Math.max(10, ...beside.map((other) => other.end + 6));
    drawn.push({ y, end: x + wide });
    pen.strokeStyle = ink;
    pen.globalAlpha = 0.7;
    pen.setLineDash([2, 4]);
    rule(pen, 0, y, frame.plot, y);
    pen.setLineDash([]);
    pen.globalAlpha = 1;
    pill(pen, x, y, wide, "rgba(13, 15, 34, 0.92)", ink);
    pen.fillStyle = ink;
    pen.textAlign = "left";
    pen.fillText(line.label, x + 8, y);
    axisPill(pen, frame, line.price, "rgba(13, 15, 34, 0.92)", ink, ink);
  }
}

function pill(pen, x, y, wide, fill, edge) {
  pen.beginPath();
  pen.roundRect(x, y - 9.5, wide, 19, 5);
  pen.fillStyle = fill;
  pen.fill();
  if (edge === null) return;
  pen.strokeStyle = edge;
  pen.lineWidth = 1;
  pen.stroke();
}

function axisPill(pen, frame, price, fill, edge, ink) {
  const y = Math.round(frame.y(price)) + 0.5;
  pill(pen, frame.plot + 3, y, AXIS - 7, fill, edge);
  pen.fillStyle = ink;
  pen.textAlign = "left";
  pen.fillText(figure(price, frame.chart.places), frame.plot + 10, y);
}

// Own fills: a triangle that points up under a candle is a buy, one that points down a sell.
function marks(pen, frame) {
  const stacked = new Map();
  for (const mark of frame.fills) {
    const index = frame.chart.candles.findIndex((bar) => bar.at === mark.candle);
    if (index < frame.first || index > frame.last) continue;
    const bar = frame.candles[index];
    const key = `${index}${mark.side}`;
    const deep = stacked.get(key) ?? 0;
    if (deep > 3) continue;
    stacked.set(key, deep + 1);
    const buy = mark.side === "buy";
    const y = buy ? frame.y(bar.low) + 9 + deep * 11 : frame.y(bar.high) - 9 - deep * 11;
    triangle(pen, frame.x(index), y, buy);
  }
}

function triangle(pen, x, y, up) {
  const tall = up ? -6 : 6;
  pen.beginPath();
  pen.moveTo(x, y + tall);
  pen.lineTo(x + 5.5, y - tall * 0.6);
  pen.lineTo(x - 5.5, y - tall * 0.6);
  pen.closePath();
  pen.shadowColor = up ? INK.buy : INK.sell;
  pen.shadowBlur = 10;
  pen.fillStyle = "#ffffff";
  pen.fill();
  pen.shadowBlur = 0;
  pen.strokeStyle = up ? INK.buy : INK.sell;
  pen.lineWidth = 1.5;
  pen.stroke();
}

function present(pen, frame) {
  const bar = frame.candles[frame.candles.length - 1];
  const ink = bar.close >= bar.open ? INK.buy : INK.sell;
  const y = Math.round(frame.y(bar.close)) + 0.5;
  if (y < 8 || y > frame.floor) return;
  pen.strokeStyle = ink;
  pen.globalAlpha = 0.55;
  pen.setLineDash([4, 4]);
  rule(pen, 0, y, frame.plot, y);
  pen.setLineDash([]);
  pen.globalAlpha = 1;
  axisPill(pen, frame, bar.close, ink, null, "#06110d");
}

function cross(pen, frame) {
  const { cursor, candles } = frame.chart;
  if (cursor === null) {
    frame.chart.told(null);
    return;
  }
  const wanted = cursor.x === null ? cursor.index : frame.index(cursor.x);
  const index = Math.min(candles.length - 1, Math.max(0, wanted));
  cursor.index = index;
  const x = Math.round(frame.x(index)) + 0.5;
  const level = cursor.y === null ? frame.y(candles[index].close) : cursor.y;
  const y = Math.round(level) + 0.5;
  pen.strokeStyle = INK.cross;
  pen.lineWidth = 1;
  pen.setLineDash([3, 3]);
  rule(pen, x, HEAD - 16, x, frame.floor);
  if (y < frame.floor) rule(pen, 0, y, frame.plot, y);
  pen.setLineDash([]);
  if (y < frame.floor) axisPill(pen, frame, frame.price(y), INK.pill, null, "#e9ebff");
  const text = stamp(candles[index]);
  pill(pen, x - 26, frame.height - FOOT / 2, 52, INK.pill, null);
  pen.fillStyle = "#e9ebff";
  pen.textAlign = "center";
  pen.fillText(text, x, frame.height - FOOT / 2);
  frame.chart.told(candles[index]);
}
