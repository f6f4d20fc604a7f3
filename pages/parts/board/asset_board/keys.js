// The arrow keys move to what lies nearest in their direction; Tab and Enter are the browser's own.
function steering(board) {
  board.addEventListener("keydown", (event) => {
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    const from = event.target;
    if (!way || !("stop" in from.dataset)) return;
    const middle = (node) => {
      const box = node.getBoundingClientRect();
      return [box.left + box.width / 2, box.top + box.height / 2];
    };
    const [x, y] = middle(from);
    let best = null, least = Infinity;
    for (const node of board.querySelectorAll("[data-stop]")) {
      if (node === from || !node.offsetParent) continue;
      const [left, top] = middle(node);
      const along = (left - x) * way[0] + (top - y) * way[1];
      const aside = Math.abs((left - x) * way[1]) + Math.abs((top - y) * way[0]);
      if (along < 4 || (way[0] && aside > 40)) continue;
      const cost = along + 2 * aside;
      if (cost < least) { least = cost; best = node; }
    }
    if (!best) return;
    event.preventDefault();
    best.focus();
    best.scrollIntoView({ block: "nearest", inline: "nearest" });
  });
}
