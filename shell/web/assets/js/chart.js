// The candle chart: what part of time is seen, and how pointer, wheel, fingers and keys move it.
// Prices become numbers here for one purpose, their place on the screen.

import { paint } from "./chart_paint.js";

const WIDEST = 28;
const NARROWEST = 2;
const USUAL = 9;
const MARGIN = 6;
const STEP = 4;

export class Chart {
  constructor(canvas, onHover) {
    this.canvas = canvas;
    this.onHover = onHover;
    this.candles = [];
    this.marks = [];
    this.lines = [];
    this.places = 2;
    this.spacing = USUAL;
    this.behind = -MARGIN;
    this.cursor = null;
    this.fingers = new Map();
    this.waiting = false;
    new ResizeObserver(() => this.redraw()).observe(canvas);
    this.listen();
  }

  // candles: {at, open, high, low, close, volume} with numbers for the screen and `raw` text.
  show({ candles, marks, lines, places }) {
    const grew = candles.length - this.candles.length;
    if (this.behind > 0 && grew > 0 && grew < STEP) this.behind += grew;
    Object.assign(this, { candles, marks, lines, places });
    this.redraw();
  }

  reset() {
    this.spacing = USUAL;
    this.behind = -MARGIN;
    this.redraw();
  }

  redraw() {
    if (this.waiting) return;
    this.waiting = true;
    requestAnimationFrame(() => {
      this.waiting = false;
      paint(this);
    });
  }

  size() {
    const box = this.canvas.getBoundingClientRect();
    return { width: box.width, height: box.height };
  }

  listen() {
    const { canvas } = this;
    canvas.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    canvas.addEventListener("pointerdown", (event) => this.down(event));
    canvas.addEventListener("pointermove", (event) => this.move(event));
    for (const name of ["pointerup", "pointercancel", "pointerleave"]) {
      canvas.addEventListener(name, (event) => this.up(event));
    }
    canvas.addEventListener("dblclick", () => this.reset());
    canvas.addEventListener("keydown", (event) => this.key(event));
    canvas.addEventListener("blur", () => this.hover(null));
  }

  wheel(event) {
    event.preventDefault();
    if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) this.pan(-event.deltaX);
    else this.zoom(event.deltaY < 0 ? 1.12 : 1 / 1.12);
  }

  down(event) {
    this.canvas.setPointerCapture(event.pointerId);
    this.fingers.set(event.pointerId, { x: event.offsetX, y: event.offsetY });
    this.canvas.classList.add("dragging");
  }

  move(event) {
    const held = this.fingers.get(event.pointerId);
    if (held === undefined) {
      this.hover({ x: event.offsetX, y: event.offsetY });
      return;
    }
    const before = this.spread();
    const moved = event.offsetX - held.x;
    this.fingers.set(event.pointerId, { x: event.offsetX, y: event.offsetY });
    if (this.fingers.size === 2 && before > 0) this.zoom(this.spread() / before);
    else this.pan(moved);
  }

  up(event) {
    this.fingers.delete(event.pointerId);
    if (this.fingers.size === 0) this.canvas.classList.remove("dragging");
    if (event.type === "pointerleave") this.hover(null);
  }

  spread() {
    if (this.fingers.size !== 2) return 0;
    const [left, right] = [...this.fingers.values()];
    return Math.hypot(left.x - right.x, left.y - right.y);
  }

  pan(pixels) {
    const most = Math.max(0, this.candles.length - STEP);
    const behind = this.behind + pixels / this.spacing;
    this.behind = Math.min(most, Math.max(-MARGIN * STEP, behind));
    this.redraw();
  }

  zoom(factor) {
    this.spacing = Math.min(WIDEST, Math.max(NARROWEST, this.spacing * factor));
    this.redraw();
  }

  key(event) {
    const moves = {
      ArrowLeft: () => this.step(-1),
      ArrowRight: () => this.step(1),
      PageUp: () => this.pan(this.spacing * 20),
      PageDown: () => this.pan(-this.spacing * 20),
      "+": () => this.zoom(1.2),
      "=": () => this.zoom(1.2),
      "-": () => this.zoom(1 / 1.2),
      Home: () => this.pan(Infinity),
      End: () => this.reset(),
      Escape: () => this.hover(null),
    };
    const act = moves[event.key];
    if (act === undefined) return;
    event.preventDefault();
    act();
  }

  // Walk the crosshair from candle to candle; the legend, which is read aloud, follows.
  step(by) {
    const last = this.candles.length - 1;
    if (last < 0) return;
    const from = this.cursor?.index ?? last + (by < 0 ? 1 : -1);
    const index = Math.min(last, Math.max(0, from + by));
    this.hover({ index, x: null, y: null });
  }

  hover(cursor) {
    this.cursor = cursor;
    this.redraw();
  }

  told(candle) {
    this.onHover(candle);
  }
}
