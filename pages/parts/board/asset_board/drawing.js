// One row of the lane, one tile, one cell, one card: how each is made and what of it changes.
const SVG = "http://www.w3.org/2000/svg";
const KINDS = { l: "likely", p: "possible", w: "new", r: "returned", q: "returned", s: "silent", n: "normal", e: "waiting" };
const SHAPES = { l: "▲", p: "◆", w: "○", r: "△", q: "◇", s: "?", n: "", e: "" };
const WORDS = { l: "likely", p: "possible", w: "unknown", r: "was_likely", q: "was_possible", s: "silent", n: "normal", e: "waiting" };

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
  // The risk of the last hour (of a slower line: of sixty readings) from 0 to 100 %, in sixty points; the dashed line is where advice begins.
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

function filled(sentence, places) {
  return sentence.replace(/\{(\w+)\}/g, (place, name) => places[name] ?? place);
}

function makeRow() {
  const row = document.createElement("div");
  const go = part("button", "go", row);
  go.dataset.stop = "";
  part("span", "shape", go);
  const who = part("span", "who", go);
  part("b", "", who);
  part("mark", "", who);
  part("small", "", who);
  const state = part("span", "state", go);
  part("b", "", state);
  part("small", "", state);
  spark(go);
  const why = part("span", "why", go);
  part("span", "", why);
  part("small", "note", why);
  part("span", "since", go);
  part("span", "open", go);
  part("button", "act saw", row).dataset.stop = "";
  part("span", "act known", row);
  part("button", "act shelve", row).dataset.stop = "";
  return row;
}

function fillRow(row, item, view, press) {
  const find = (name) => row.querySelector(name);
  named(row, `row ${item.kind}${item.member ? " member" : ""}${item.seen ? " seen" : ""}${item.expanded === undefined ? "" : " group"}`);
  text(find(".shape"), item.shape);
  text(find(".who b"), item.name);
  const fresh = view.fresh.includes(`${item.go.use_case}/${item.name}`);
  text(find(".who mark"), fresh ? view.said.new : "");
  hide(find(".who mark"), !fresh);
  text(find(".who small"), item.area);
  text(find(".state b"), item.state);
  text(find(".state small"), item.target);
  text(find(".why span"), item.why);
  text(find(".note"), item.note);
  hide(find(".note"), !item.note);
  text(find(".since"), item.since);
  text(find(".open"), item.open);
  const label = item.note ? `${item.label} ${item.note}` : item.label;
  attribute(find(".go"), "aria-label", fresh ? `${view.said.new}. ${label}` : label);
  attribute(find(".go"), "aria-expanded", item.expanded === undefined ? null : String(item.expanded));
  draw(find(".spark"), item.spark, view.threshold);
  press(find(".go"), item.go);
  const acts = Boolean(item.advice) && view.acts;
  const saw = find(".saw"), shelve = find(".shelve"), known = find(".known");
  const focused = row.getRootNode().activeElement === saw;
  hide(saw, !acts || Boolean(item.seen));
  hide(known, !item.seen);
  hide(shelve, !acts || !item.shelves);
  if (focused && saw.hidden) find(".go").focus({ preventScroll: true });
  text(known, item.seen);
  if (!acts) return;
  text(saw, view.said.saw);
  text(shelve, view.said.shelve);
  attribute(saw, "aria-label", filled(view.said.saw_label, { asset: item.name }));
  attribute(shelve, "aria-label", filled(view.said.shelve_label, { asset: item.name }));
  press(saw, { saw: item.advice });
  press(shelve, { shelve: item.advice });
}

function makeTile(area) {
  const tile = document.createElement("button");
  tile.dataset.stop = "";
  const head = part("span", "top", tile);
  part("span", "shape", head);
  part("span", "name", head);
  part("mark", "", head);
  part("span", "text", head);
  if (area.mode === "rich") spark(tile);
  return tile;
}

function fillTile(tile, item, area, view, press) {
  named(tile, `tile ${item.kind} ${item.mark}`.trim());
  text(tile.querySelector(".shape"), item.shape);
  text(tile.querySelector(".name"), item.name);
  const said = tile.querySelector(".text");
  text(said, item.text);
  const wide = [...item.text].reduce((n, letter) => n + ("iljtfr ,.:\u202f\u00a0".includes(letter) ? 0.55 : letter > "\u2e80" ? 2 : 1), 0); // letters of the usual width
  if (said.dataset.wide !== String(wide)) {
    said.dataset.wide = String(wide);
    said.style.setProperty("--n", String(wide));
  }
  const fresh = item.kind !== "normal" && !item.mark && view.fresh.includes(`${area.use_case}/${item.name}`);
  const mark = fresh ? view.said.new : item.mark ? view.said[item.mark] : "";
  text(tile.querySelector("mark"), mark);
  hide(tile.querySelector("mark"), !mark);
  attribute(tile, "aria-label", mark ? `${item.label}, ${mark}` : item.label);
  const line = tile.querySelector(".spark");
  if (line) draw(line, item.spark, view.threshold);
  press(tile, item.go);
}

function makeCell() {
  const cell = document.createElement("button");
  cell.dataset.stop = "";
  part("span", "name", cell);
  part("span", "text", cell);
  part("mark", "", cell);
  return cell;
}

function fillCell(cell, [asset, short, letter, risk, reading, noted], area, view, press) {
  const kind = KINDS[letter];
  const fresh = kind !== "normal" && !noted && view.fresh.includes(`${area.use_case}/${asset}`);
  const mark = fresh ? view.said.new : noted ? view.said[noted] : "";
  named(cell, `cell ${kind} ${noted ?? ""}`.trim());
  text(cell.querySelector(".name"), short);
  text(cell.querySelector(".text"), `${SHAPES[letter]} ${risk ?? ""}`.trim());
  text(cell.querySelector("mark"), mark);
  hide(cell.querySelector("mark"), !mark);
  const told = filled(view.said.cell, { asset, text: [view.said[WORDS[letter]], risk, mark].filter(Boolean).join(" ") });
  attribute(cell, "aria-label", told);
  attribute(cell, "title", told);
  press(cell, reading
    ? { page: "prediction", use_case: area.use_case, reading }
    : { page: "asset", use_case: area.use_case, asset });
}

function fillCounts(parent, counts) {
  keep(parent, counts.map(([kind, shape, told]) => ({ key: kind, shape, told })), () => {
    const node = document.createElement("span");
    part("i", "", node);
    part("span", "", node);
    return node;
  }, (node, item) => {
    named(node, `count ${item.key}`);
    text(node.firstChild, item.shape);
    text(node.lastChild, item.told);
  });
}

function makeCard() {
  const card = document.createElement("button");
  card.dataset.stop = "";
  part("b", "", card);
  part("small", "", card);
  part("span", "counts", card);
  part("span", "strip", card).setAttribute("aria-hidden", "true");
  return card;
}

function fillCard(card, area, press) {
  named(card, `card ${area.counts[0][0]}`);
  text(card.querySelector("b"), area.name);
  text(card.querySelector("small"), area.size);
  fillCounts(card.querySelector(".counts"), area.counts);
  const strip = card.querySelector(".strip");
  while (strip.children.length > area.strip.length) strip.lastChild.remove();
  while (strip.children.length < area.strip.length) part("i", "", strip);
  [...area.strip].forEach((letter, at) => named(strip.children[at], letter));
  attribute(card, "aria-label", `${area.name}, ${area.size}: ${area.counts.map((one) => one[2]).join(", ")}`);
  press(card, { area: area.area, use_case: area.use_case });
}
