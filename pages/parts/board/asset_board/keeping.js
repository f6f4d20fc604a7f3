// Nodes are matched by key and only what differs is touched, so that nothing flickers and the focus, the scroll position and a finger's
// target stay where they are when a new second arrives.
function text(node, value) {
  if (node.textContent !== value) node.textContent = value;
}

function attribute(node, name, value) {
  if (value === null) node.removeAttribute(name);
  else if (node.getAttribute(name) !== value) node.setAttribute(name, value);
}

function named(node, value) {
  if (node.className !== value) node.className = value;
}

function hide(node, hidden) {
  if (node.hidden !== hidden) node.hidden = hidden;
}

function part(tag, className, parent) {
  const node = document.createElement(tag);
  node.className = className;
  parent.appendChild(node);
  return node;
}

function staying(board, change) {
  // Whoever has scrolled down goes on looking at the same asset, whatever grows above it.
  let scroller = board.getRootNode().host ?? board.parentElement;
  while (scroller && !(scroller.scrollTop > 0)) scroller = scroller.parentElement;
  const off = (node) => Math.abs(node.getBoundingClientRect().top - innerHeight * 0.6);
  const shown = scroller ? [...board.querySelectorAll("[data-stop]")].filter((node) => node.offsetParent) : [];
  const seen = shown.reduce((best, node) => (best && off(best) <= off(node) ? best : node), null); // what the eyes are on, more or less
  const before = seen?.getBoundingClientRect().top;
  change();
  if (seen?.isConnected) scroller.scrollTop += seen.getBoundingClientRect().top - before;
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
