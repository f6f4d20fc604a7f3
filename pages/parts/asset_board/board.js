// Draws the board and keeps it: nodes are matched by key and only what differs is touched, so that nothing flickers and
// the focus, the scroll position and a finger's target stay where they are when a new second arrives.
const SVG = "http://www.w3.org/2000/svg";

function text(node, value) {
  if (node.textContent !== value) node.textContent = value;
}

function attribute(node, name, value) {
  if (node.getAttribute(name) !== value) node.setAttribute(name, value);
}

function part(tag, className, parent) {
  const node = document.createElement(tag);
  node.className = className;
  parent.appendChild(node);
  return node;
}

function keep(parent, items, make, fill, fixed) {
  // One child for each item, by its key. With `fixed`, children that are there keep their order: a finger is on its way.
  const old = new Map([...parent.children].map((node) => [node.dataset.key, node]));
  const focused = parent.getRootNode().activeElement;
  const wanted = items.map((item) => {
    let node = old.get(item.key);
    if (!node) {
      node = make(item);
      node.dataset.key = item.key;
    }
    old.delete(item.key);
    fill(node, item);
    return node;
  });
  old.forEach((node) => node.remove());
  wanted.forEach((node, at) => {
    if (fixed ? !node.isConnected : parent.children[at] !== node) parent.insertBefore(node, parent.children[at] ?? null);
  });
  if (focused && focused.isConnected && parent.getRootNode().activeElement !== focused) focused.focus({ preventScroll: true });
}

function spark(parent) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "spark");
  svg.setAttribute("viewBox", "0 0 60 20");
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("aria-hidden", "true");
  svg.append(document.createElementNS(SVG, "line"), document.createElementNS(SVG, "path"));
  parent.appendChild(svg);
  return svg;
}

function draw(svg, percents, threshold) {
  // The risk of the last hour from 0 to 100 %, one point a minute; the dashed line is where advice begins.
  const height = (percent) => (19.5 - (percent / 100) * 19).toFixed(1);
  let path = "";
  let pen = false;
  (percents ?? []).forEach((percent, minute) => {
    if (percent === null) { pen = false; return; }
    path += `${pen ? "L" : "M"}${minute + 0.5} ${height(percent)}${pen ? "" : "h0.01"}`;
    pen = true;
  });
  attribute(svg.lastChild, "d", path || "M0 0");
  for (const [name, value] of [["x1", "0"], ["x2", "60"], ["y1", height(threshold)], ["y2", height(threshold)]])
    attribute(svg.firstChild, name, value);
  svg.style.visibility = path ? "visible" : "hidden";
}

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const board = parentElement.querySelector(".board");
  if (!board || !data) return;
  const find = (name) => board.querySelector(name);
  const press = (node, item) => { node.onclick = () => setTriggerValue("pressed", item); };

  const dense = data.dense ? "board dense" : "board";
  if (board.className !== dense) board.className = dense;
  board.style.setProperty("--columns", String(data.columns));

  keep(find(".status"), data.status, () => document.createElement("span"), (node, item) => {
    if (node.className !== item.kind) node.className = item.kind;
    text(node, item.text);
  });

  keep(find(".notices"), data.notices, () => {
    const node = document.createElement("button");
    node.className = "notice";
    return node;
  }, (node, item) => { text(node, item.text); press(node, item.go); });

  const lane = find(".lane");
  lane.hidden = data.rows.length === 0 && !data.quiet;
  text(lane.querySelector("h2"), data.rows.length ? data.title : data.quiet);
  text(lane.querySelector(".more"), data.more);
  lane.querySelector(".more").hidden = !data.more;
  const busy = lane.matches(":hover") || lane.contains(parentElement.activeElement);
  keep(lane.querySelector(".rows"), data.rows, () => {
    const node = document.createElement("button");
    part("span", "shape", node);
    const who = part("span", "who", node);
    part("b", "", who);
    part("small", "", who);
    const state = part("span", "state", node);
    part("b", "", state);
    part("small", "", state);
    spark(node);
    part("span", "why", node);
    part("span", "since", node);
    part("span", "open", node);
    return node;
  }, (node, item) => {
    const name = `row ${item.kind}`;
    if (node.className !== name) node.className = name;
    text(node.querySelector(".shape"), item.shape);
    text(node.querySelector(".who b"), item.name);
    text(node.querySelector(".who small"), item.area);
    text(node.querySelector(".state b"), item.state);
    text(node.querySelector(".state small"), item.target);
    text(node.querySelector(".why"), item.why);
    text(node.querySelector(".since"), item.since);
    text(node.querySelector(".open"), item.open);
    attribute(node, "aria-label", item.label);
    draw(node.querySelector(".spark"), item.spark, data.threshold);
    press(node, item.go);
  }, busy);

  keep(find(".areas"), data.areas, () => {
    const node = document.createElement("section");
    node.className = "area";
    part("h3", "", node);
    part("div", "tiles", node);
    return node;
  }, (node, area) => {
    text(node.querySelector("h3"), area.name);
    attribute(node, "aria-label", area.name);
    keep(node.querySelector(".tiles"), area.tiles, () => {
      const tile = document.createElement("button");
      part("span", "shape", tile);
      part("span", "name", tile);
      part("span", "text", tile);
      if (!data.dense) spark(tile);
      return tile;
    }, (tile, item) => {
      const name = `tile ${item.kind}`;
      if (tile.className !== name) tile.className = name;
      text(tile.querySelector(".shape"), item.shape);
      text(tile.querySelector(".name"), item.name);
      text(tile.querySelector(".text"), item.text);
      attribute(tile, "aria-label", item.label);
      const line = tile.querySelector(".spark");
      if (line) draw(line, item.spark, data.threshold);
      press(tile, item.go);
    });
  });

  text(find(".sr"), data.spoken);
}
