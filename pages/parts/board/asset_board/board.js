// The frame: draws each view that the tick hands over, and keeps what is drawn.
const BEATS = ["◐", "◓", "◑", "◒"];

export default function ({ parentElement }) {
  const board = parentElement.querySelector(".board");
  if (!board) return;
  const meeting = (window.pullcordBoard ??= {});
  if (!board.parts) {
    board.parts = { watch: watching(board), sound: sounding(board.querySelector(".sound")), beat: 0 };
    steering(board);
    meeting.drawn = null;
  }
  meeting.host = board.getRootNode().host ?? board;
  meeting.draw = () => {
    if (!meeting.view || meeting.drawn === meeting.view) return;
    meeting.drawn = meeting.view;
    staying(board, () => drawBoard(board, parentElement, meeting.view, (what) => meeting.press(what)));
  };
  meeting.draw();
  return () => {
    board.parts.watch.stop();
    meeting.draw = null;
  };
}

function drawBoard(board, root, view, send) {
  const find = (name) => board.querySelector(name);
  const { watch, sound } = board.parts;
  // on a wall nothing leads away from the board but its own two buttons
  const press = (node, item) => {
    if (node.disabled !== view.wall) node.disabled = view.wall;
    node.onclick = view.wall ? null : () => send(item);
  };
  const shown = view.rows;
  hide(find(".stage"), false); // empty until the first view is there
  board.classList.toggle("wall", view.wall);
  board.style.setProperty("--columns", String(view.columns));
  board.style.setProperty("--widest", String(view.widest));
  watch.tick(view);
  sound.tick(view);

  text(find(".beat"), BEATS[board.parts.beat++ % BEATS.length]);
  text(find(".clock"), view.clock);
  const wall = find(".to_wall");
  text(wall, view.wall ? view.said.leave : view.said.wall);
  wall.onclick = () => {
    if (view.wall) document.fullscreenElement && document.exitFullscreen();
    else document.documentElement.requestFullscreen?.().catch(() => {});
    send({ wall: !view.wall });
  };

  keep(find(".status"), view.status, () => document.createElement("span"), (node, item) => {
    named(node, item.kind);
    text(node, item.text);
  });

  keep(find(".notices"), view.notices, () => {
    const node = document.createElement("button");
    node.dataset.stop = "";
    node.className = "notice";
    return node;
  }, (node, item) => { text(node, item.text); press(node, item.go); });

  keep(find(".beginnings"), view.beginnings ?? [], makeBeginning, fillBeginning);

  const lane = find(".lane");
  hide(lane, shown.length === 0 && !view.quiet);
  text(lane.querySelector("h2"), shown.length ? view.title : view.quiet);
  text(lane.querySelector(".flood"), view.flood);
  hide(lane.querySelector(".flood"), !view.flood);
  text(lane.querySelector(".more"), view.more);
  hide(lane.querySelector(".more"), !view.more);
  const busy = lane.matches(":hover") || lane.contains(root.activeElement);
  keep(lane.querySelector(".rows"), shown, makeRow, (node, item) => fillRow(node, item, view, press), busy);

  const areas = view.areas.map((area) => ({ ...area, key: `${area.mode}/${area.key}` }));
  keep(find(".areas"), areas, (area) => {
    if (area.mode === "cards") return makeCard();
    const node = document.createElement("section");
    const head = part("div", "head", node);
    part("h3", "", head);
    part("div", "counts", head);
    part("div", "tiles", node);
    return node;
  }, (node, area) => {
    if (area.mode === "cards") { fillCard(node, area, press); return; }
    named(node, `area ${area.mode}`);
    text(node.querySelector("h3"), area.name);
    attribute(node, "aria-label", area.name);
    fillCounts(node.querySelector(".counts"), area.counts ?? []);
    const cells = area.mode === "cells";
    const items = cells ? area.tiles.map((cell) => ({ key: cell[0], cell })) : area.tiles;
    keep(node.querySelector(".tiles"), items, cells ? makeCell : () => makeTile(area), (tile, item) => {
      if (cells) fillCell(tile, item.cell, area, view, press);
      else fillTile(tile, item, area, view, press);
    });
  });

  text(find(".sr"), view.spoken);
}
