// Draws the trend and keeps it: Plotly.react touches only what differs, and zoom and cursor belong to this screen, not to the data,
// so that a live tick moves neither. A drag zooms, a double tap or Escape goes back to live, a tap on the risk opens that reading.
const [LEFT, RIGHT, DRAG, NEAR, TWICE] = [64, 14, 8, 12, 300]; // px, px, px, px, ms; the margins are those of pages/figures/trend.py
const ARRAYS = { f8: Float64Array, f4: Float32Array, i4: Int32Array, i2: Int16Array, i1: Int8Array, u4: Uint32Array, u2: Uint16Array, u1: Uint8Array };
let loading;

function library(url) {
  // Once a browser: the copy in its cache is good as long as the version in the address is the same.
  if (window.Plotly) return Promise.resolve(window.Plotly);
  loading ??= fetch(url, { cache: "force-cache" })
    .then((answer) => { if (!answer.ok) throw new Error(`${answer.status}`); return answer.blob(); })
    .then((file) => new Promise((done, failed) => {
      const script = document.createElement("script");
      script.src = URL.createObjectURL(file);
      script.onload = () => done(window.Plotly);
      script.onerror = () => failed(new Error("script"));
      document.head.appendChild(script);
    }))
    .catch((error) => { loading = undefined; throw error; });
  return loading;
}

function numbers(array) {
  if (!array || !array.bdata) return array ?? [];
  const bytes = Uint8Array.from(atob(array.bdata), (one) => one.charCodeAt(0));
  return new ARRAYS[array.dtype](bytes.buffer);
}

function text(node, value) { if (node.textContent !== value) node.textContent = value; }
function attribute(node, name, value) { if (node.getAttribute(name) !== value) node.setAttribute(name, value); }

function part(tag, className, parent) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  parent.appendChild(node);
  return node;
}

function nearest(x, at) {
  // The index of the point next to a moment; x rises.
  let [low, high] = [0, x.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (x[middle] < at) low = middle; else high = middle;
  }
  return high >= 0 && Math.abs(x[high] - at) < Math.abs(x[low] - at) ? high : low;
}

class Trend {
  constructor(root) {
    const find = (name) => root.querySelector(`.trend-${name}`);
    Object.assign(this, { names: find("names"), then: find("then"), plot: find("plot"), figure: find("figure"), pad: find("pad"), line: find("cursor"),
      drag: find("drag"), chip: find("chip"), trouble: find("trouble"), legend: find("legend"), held: null, cursor: null, pinned: false });
    const on = (name, act) => this.pad.addEventListener(name, act);
    on("pointerdown", (event) => this.down(event));
    on("pointermove", (event) => this.move(event));
    on("pointerup", (event) => this.up(event));
    on("pointercancel", () => this.cancel());
    on("pointerleave", () => { if (!this.from && !this.pinned) this.point(null); });
    on("keydown", (event) => this.key(event));
    on("blur", () => { if (!this.pinned) this.point(null); });
    this.watch = new ResizeObserver(() => this.Plotly && this.plot.clientWidth && this.draw());
    this.watch.observe(this.plot);
  }

  async show(data, send) {
    if (this.data?.key !== data.key) Object.assign(this, { held: data.held, cursor: null, pinned: false }); // what is held is known here first
    Object.assign(this, { data, send });
    const figure = JSON.parse(data.figure);
    this.traces = figure.data.map((one) => ({ ...one, x: numbers(one.x), y: numbers(one.y), customdata: numbers(one.customdata) }));
    this.layout = figure.layout;
    this.plot.style.height = this.names.style.height = `${figure.layout.height}px`;
    attribute(this.figure, "aria-label", data.alt);
    attribute(this.pad, "aria-label", data.words.moment);
    this.label();
    this.signs();
    try {
      this.Plotly = await library(data.library);
      this.trouble.hidden = true;
      this.draw();
    } catch (error) {
      text(this.trouble, data.words.trouble);
      this.trouble.hidden = false;
    }
  }

  get range() { return this.held ?? this.data.span; }
  get width() { return Math.max(this.plot.clientWidth - LEFT - RIGHT, 1); }
  at(x) { const [a, b] = this.range; return a + ((b - a) * Math.min(Math.max(x, 0), this.width)) / this.width; }
  x(at) { const [a, b] = this.range; return ((at - a) / (b - a)) * this.width; }

  draw() {
    const layout = { ...this.layout, width: this.plot.clientWidth, xaxis: { ...this.layout.xaxis, range: this.range } };
    this.Plotly.react(this.figure, this.traces, layout, { staticPlot: true, responsive: false });
    this.pad.style.left = `${LEFT}px`;
    this.pad.style.width = `${this.width}px`;
    this.point(this.cursor);
  }

  label() {
    // One cell for each line of the figure, kept from tick to tick.
    this.cells = this.data.rows.map((row, number) => {
      let cell = this.names.children[number];
      if (!cell) {
        cell = part("div", "", this.names);
        part("b", "", cell).onclick = () => cell.firstChild.classList.toggle("whole"); // a finger has no hover: a tap shows all of it
        const said = part("span", "", cell);
        part("span", "value", said);
        part("small", "", said);
      }
      cell.style.top = `${row.top}px`;
      cell.style.height = `${row.height}px`;
      const name = cell.firstChild;
      text(name, row.label);
      attribute(name, "dir", "auto");
      attribute(name, "title", row.label);
      name.classList.remove("long"); // measured at its usual size: one that does not fit is set smaller, in two lines
      name.classList.toggle("long", name.scrollWidth > name.clientWidth + 1);
      return cell;
    });
    while (this.names.children.length > this.cells.length) this.names.lastChild.remove();
    let live = this.cells[0].querySelector("button");
    if (!live) {
      live = part("button", "trend-live", this.cells[0]);
      live.onclick = () => this.zoom(null);
    }
    text(live, this.data.words.live);
    live.hidden = !this.held;
  }

  signs() {
    this.legend.replaceChildren(...this.data.legend.map((one) => {
      const item = document.createElement("li");
      part("b", "", item).textContent = one.sign;
      item.append(one.word);
      return item;
    }));
  }

  point(at) {
    // The cursor through all lines and what each was then; without one, what each is now.
    this.cursor = at;
    this.line.hidden = this.chip.hidden = at === null;
    const risk = this.traces[0];
    let index = at === null || !risk.x.length ? -1 : nearest(risk.x, at);
    const seen = index < 0 ? null : risk.x[index];
    this.data.rows.forEach((row, number) => {
      const trace = this.traces[number];
      const value = seen === null ? row.now : trace.y[nearest(trace.x, seen)];
      this.fill(this.cells[number], row, number, value, seen !== null);
    });
    attribute(this.pad, "aria-valuemin", `${Math.round(this.range[0])}`);
    attribute(this.pad, "aria-valuemax", `${Math.round(this.range[1])}`);
    attribute(this.pad, "aria-valuenow", `${Math.round(seen ?? this.range[1])}`);
    const clock = this.clock(seen ?? this.range[1]);
    const risky = this.cells[0].querySelector(".value").textContent;
    attribute(this.pad, "aria-valuetext", `${clock}, ${this.data.rows[0].label} ${risky}`);
    text(this.then, seen === null ? this.data.words.now : clock);
    this.then.classList.toggle("past", seen !== null);
    if (seen === null) return;
    const x = LEFT + this.x(seen);
    this.line.style.left = `${x - 1}px`;
    const told = this.data.marks.filter((one) => this.x(one.at) - NEAR <= this.x(seen) && this.x(seen) <= this.x(one.until ?? one.at) + NEAR);
    text(this.chip, [clock, ...told.slice(0, 3).map((one) => one.text)].join(" · "));
    const right = x > LEFT + this.width / 2;
    this.chip.style.left = right ? "auto" : `${x + 4}px`;
    this.chip.style.right = right ? `${this.plot.clientWidth - x + 4}px` : "auto";
  }

  fill(cell, row, number, value, then) {
    const known = value !== null && value === value;
    let said = (!then && row.missing) || "–";
    if (known && row.words) said = row.words[Math.round(value)] ?? "–";
    else if (known && number === 0) said = this.percent(value);
    else if (known) said = `${this.quantity(value, row.decimals)}\u00a0${row.unit}`.trimEnd();
    const [low, high] = row.band ?? [-Infinity, Infinity];
    const side = !known ? "" : value > high ? "↑" : value < low ? "↓" : "";
    const node = cell.querySelector(".value");
    text(node, side ? `${side} ${said}` : said);
    const word = Boolean(row.words) || said === row.missing;
    node.classList.toggle("word", word);
    attribute(node, "dir", word ? "auto" : "ltr");
    const note = then && number === 0 ? "" : row.note ?? "";
    const small = cell.querySelector("small");
    text(small, note);
    attribute(small, "title", note);
    cell.className = `trend-name${number === 0 ? " first" : ""}${side ? " out" : ""}`;
    if (row.short && small.scrollWidth > small.clientWidth + 1) text(small, row.short); // where the words do not fit, the range alone
    if (row.short && small.scrollWidth > small.clientWidth + 1) text(small, ""); // … and the band behind the line says it
  }

  quantity(value, decimals) {
    // as models/numbers/quantities.py writes it: by a power of ten where digits alone could not be read
    const scale = 10 ** Math.abs(decimals);
    const kept = decimals < 0 ? Math.round(value / scale) * scale : Number(value.toFixed(decimals));
    if (kept === 0) return this.number(0, decimals > 4 ? 0 : decimals);
    if (Math.abs(kept) >= 1e-4 && Math.abs(kept) < 1e6) return this.number(kept, decimals);
    const power = Number(kept.toExponential().split("e")[1]);
    const digits = Math.min(Math.max(decimals + power, 0), 15);
    const [mantissa, ten] = kept.toExponential(digits).split("e");
    return `${this.number(Number(mantissa), digits)}e${ten.replace("-", "−")}`;
  }

  number(value, places) {
    const decimals = Math.max(places, 0);
    return value.toLocaleString(this.data.language, { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
  }

  percent(share) {
    if (share > 0 && share < 0.005) return "<1\u202f%";
    if (share >= 0.995 && share < 1) return ">99\u202f%";
    return `${this.number(100 * share, 0)}\u202f%`;
  }

  clock(at) {
    if (this.data.rows_from) { // no clock has told the times of this table
      const [from, long] = this.data.rows_from;
      return this.data.words.row.replace("{n}", this.number(Math.max(Math.round((at - from) / long) + 1, 1), 0));
    }
    const day = this.data.span[1] - this.data.span[0] > 86_400_000 ? { day: "numeric", month: "short" } : {};
    return new Date(at).toLocaleString(this.data.language, { ...day, hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23", timeZone: "UTC" });
  }

  zoom(range) {
    this.held = range;
    this.cells[0].querySelector("button").hidden = !range;
    this.draw();
    this.send.range(range);
  }

  open() {
    const id = this.cursor === null ? -1 : this.traces[0].customdata[nearest(this.traces[0].x, this.cursor)];
    if (id >= 0 && this.data.opens) this.send.opened(id);
  }

  onRisk(event) { return this.data.opens && event.offsetY < this.data.rows[0].top + this.data.rows[0].height; }

  down(event) {
    if (event.button) return;
    this.from = { x: event.offsetX, y: event.offsetY };
    this.pad.setPointerCapture(event.pointerId);
    this.point(this.at(event.offsetX));
  }

  move(event) {
    this.pad.classList.toggle("opens", Boolean(this.onRisk(event)));
    if (!this.from) {
      if (event.pointerType === "mouse" && !this.pinned) this.point(this.at(event.offsetX));
      return;
    }
    const [a, b] = [this.from.x, Math.min(Math.max(event.offsetX, 0), this.width)].sort((one, other) => one - other);
    this.drag.hidden = b - a < DRAG;
    this.drag.style.left = `${LEFT + a}px`;
    this.drag.style.width = `${b - a}px`;
    this.point(this.at(event.offsetX));
  }

  up(event) {
    if (!this.from) return;
    const [a, b] = [this.from.x, Math.min(Math.max(event.offsetX, 0), this.width)].sort((one, other) => one - other);
    const dragged = !this.drag.hidden && b - a >= DRAG;
    const moved = Math.hypot(event.offsetX - this.from.x, event.offsetY - this.from.y) > NEAR;
    this.cancel();
    if (dragged) { this.zoom([this.at(a), this.at(b)]); return; }
    if (moved) return; // a finger that went up or down is no tap
    clearTimeout(this.wait);
    const last = this.tapped;
    if (last && event.timeStamp - last.at < TWICE && Math.hypot(event.offsetX - last.x, event.offsetY - last.y) < 3 * NEAR) {
      this.tapped = null;
      this.pinned = false;
      this.zoom(null);
      return;
    }
    this.tapped = { at: event.timeStamp, x: event.offsetX, y: event.offsetY };
    this.point(this.at(event.offsetX));
    if (this.onRisk(event)) {
      if (this.held) this.wait = setTimeout(() => this.open(), TWICE); else this.open();
    } else this.pinned = !this.pinned;
  }

  cancel() {
    this.from = null;
    this.drag.hidden = true;
  }

  key(event) {
    const x = this.traces[0].x;
    const last = x.length - 1;
    const index = this.cursor === null ? last : nearest(x, this.cursor);
    const step = { ArrowLeft: -1, ArrowRight: 1, PageDown: -20, PageUp: 20, Home: -last, End: last }[event.key];
    if (step !== undefined) this.point(x[Math.min(Math.max(index + step * (event.shiftKey ? 10 : 1), 0), last)]);
    else if (event.key === "Enter") this.open();
    else if (event.key === "Escape") { this.pinned = false; this.point(null); this.zoom(null); }
    else if (event.key === "+" || event.key === "-") {
      const [a, b] = this.range;
      const [middle, half] = [this.cursor ?? b, ((b - a) / 2) * (event.key === "+" ? 0.5 : 2)];
      const [from, to] = [Math.max(middle - half, this.data.span[0]), Math.min(middle + half, this.data.span[1])];
      this.zoom(event.key === "-" && to - from >= this.data.span[1] - this.data.span[0] ? null : [from, to]);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }
}

export default function (component) {
  const { data, parentElement, setTriggerValue, setStateValue } = component;
  const root = parentElement.querySelector(".trend");
  if (!root || !data) return;
  root.drawn ??= new Trend(root);
  root.drawn.show(data, { opened: (id) => setTriggerValue("opened", id), range: (ends) => setStateValue("range", ends && { of: data.key, ends }) });
}
