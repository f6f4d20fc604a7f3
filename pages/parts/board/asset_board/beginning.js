// How far a line is that has nothing live to show yet: what happens, a bar, its steps, how long still.
function makeBeginning() {
  const box = part("section", "beginning", document.createDocumentFragment());
  part("h2", "", box);
  part("p", "lead_in", box);
  const line = part("div", "far", box);
  const bar = part("div", "bar_of", line);
  bar.setAttribute("role", "progressbar");
  bar.setAttribute("aria-valuemin", "0");
  bar.setAttribute("aria-valuemax", "100");
  part("i", "", bar);
  part("span", "left", line);
  part("ol", "steps", box);
  part("p", "to_do", box);
  part("p", "coming", box);
  part("p", "intended", box);
  return box;
}

function fillBeginning(box, item) {
  const find = (name) => box.querySelector(name);
  named(box, item.calm ? "beginning" : "beginning stopped");
  text(find("h2"), item.title);
  text(find(".lead_in"), item.lead);
  hide(find(".far"), item.share === null);
  if (item.share !== null) {
    const bar = find(".bar_of");
    attribute(bar, "aria-valuenow", String(item.share));
    attribute(bar, "aria-label", item.title);
    bar.firstChild.style.width = `${item.share}%`;
  }
  text(find(".left"), item.left);
  hide(find(".steps"), item.steps.length === 0);
  keep(find(".steps"), item.steps, () => document.createElement("li"), (node, step) => {
    named(node, step.kind);
    attribute(node, "aria-current", step.kind === "now" ? "step" : null);
    text(node, step.text);
  });
  for (const name of ["hint", "coming", "intended"]) {
    const node = find(name === "hint" ? ".to_do" : `.${name}`);
    text(node, item[name]);
    hide(node, !item[name]);
  }
}
