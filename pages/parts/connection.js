// Watches whether what stands on the page still comes from a server that answers. A cut is not told by the browser for minutes: a cable pulled leaves every
// connection open. So the server is asked each second, and whatever is sent to it must be answered. Otherwise the page is covered, says since when, and takes
// no tap; it comes back by itself. The time is the server's, in the plant's zone: no clock of the browser is read.
window.pullcordConnection ??= (() => {
  const LATE_MS = 3500; // without an answer: covered
  const OUT_MS = 1500; // that Streamlit has to reconnect unseen
  const ANSWER_MS = 3000; // in which a message is answered
  const GRACE_MS = 3000; // that the page has, once the server answers, to come back by itself
  const AGAIN_MS = 20000; // between two reloads
  const HEARTBEAT = new Uint8Array([136, 1, 1]); // Streamlit's BackMsg(app_heartbeat=True): answered at once, whatever script is running
  const DOUBT = "pullcord_doubt";
  const now = () => performance.now();
  let good = now(), steady = now(), at = "", asked = 0, asking = false; // the server, as asked
  let waiting = null, heard = null; // the messages
  let tapped = -1e9, out = null, broken = false, back = null, lost = false, words = {};
  const frozen = new Set();

  const send = WebSocket.prototype.send, known = new WeakSet();
  WebSocket.prototype.send = function (data) {
    if (!known.has(this)) {
      known.add(this);
      this.addEventListener("message", () => { waiting = null; heard = now(); });
      this.addEventListener("close", () => {
        broken = true;
        if (waiting?.socket !== this) return;
        if (tapped > waiting.since - 500) sessionStorage.setItem(DOUBT, "1");
        waiting = null;
      });
    }
    waiting ??= { socket: this, since: now(), reminded: false };
    return send.call(this, data);
  };
  for (const kind of ["pointerdown", "keydown"]) { // a click is not told of a button that Streamlit has just put out
    document.addEventListener(kind, (event) => {
      const on = (node) => node.matches?.("button, [role=button], input, textarea, label") && !node.closest("#pullcord_lost");
      if (kind === "keydown" || event.composedPath().some(on)) tapped = now();
    }, true);
  }

  async function ask() {
    if (asking || now() - asked < 1000) return;
    asking = true;
    asked = now();
    try {
      const answer = await fetch(new URL("_stcore/health", location.href), { cache: "no-store", signal: AbortSignal.timeout(2500) });
      if (answer.ok) {
        if (now() - good > 2500) steady = now(); // it had not answered for a while: a server that was busy has more to make up for
        good = now();
        at = answer.headers.get("date") ?? "";
      }
    } catch { /* told below, when none has come for a while */ }
    asking = false;
  }

  function reload() {
    const time = Date.now(), before = Number(sessionStorage.getItem("pullcord_reloaded") ?? 0);
    if (document.visibilityState !== "visible" || Math.abs(time - before) < AGAIN_MS) return;
    sessionStorage.setItem("pullcord_reloaded", String(time));
    location.reload();
  }

  const writing = () => [...document.querySelectorAll("textarea, input[type=text]")].some((field) => field.value && field === document.activeElement);

  function freeze(kept) {
    // What is around the notice takes no tap, and a screen reader reads nothing of it as if it were live.
    for (let node = kept; node && node !== document.body; node = node.parentElement) {
      for (const other of node.parentElement?.children ?? []) {
        if (other === node || other.inert || /^(SCRIPT|STYLE)$/.test(other.tagName)) continue;
        other.inert = true;
        frozen.add(other);
      }
    }
  }

  function cover() {
    const board = window.pullcordBoard?.draw ? window.pullcordBoard.host : null; // it covers itself
    const box = boxOf();
    box.hidden = Boolean(board);
    box.className = "cut";
    box.querySelector("b").textContent = words.lost?.replace("{time}", clock(at)) ?? "?";
    box.querySelector("button").hidden = true;
    freeze(board ?? box);
    if (!lost && tapped > good - 1500) sessionStorage.setItem(DOUBT, "1");
    lost = true;
  }

  function uncover() {
    lost = broken = false;
    back = null;
    frozen.forEach((node) => { node.inert = false; });
    frozen.clear();
    boxOf().hidden = true;
  }

  function doubt() {
    if (!sessionStorage.getItem(DOUBT) || !words.doubt) return;
    const box = boxOf(), button = box.querySelector("button");
    box.hidden = false;
    box.className = "doubt";
    box.querySelector("b").textContent = words.doubt;
    button.hidden = false;
    button.textContent = words.ok;
    button.onclick = () => { sessionStorage.removeItem(DOUBT); box.hidden = true; };
  }

  function boxOf() {
    let box = document.getElementById("pullcord_lost");
    const app = document.querySelector('[data-testid="stApp"]');
    if (box && app) box.style.colorScheme = getComputedStyle(app).colorScheme; // of the theme that is shown
    if (box) return box;
    box = document.createElement("div");
    box.id = "pullcord_lost";
    box.setAttribute("role", "alert");
    box.hidden = true;
    box.append(document.createElement("div"));
    box.firstChild.append(document.createElement("b"), document.createElement("button"));
    return document.body.appendChild(box);
  }

  function clock(date) {
    const moment = new Date(date);
    if (Number.isNaN(moment.getTime())) return "?";
    return new Intl.DateTimeFormat("en-GB", { timeZone: words.zone || "UTC", timeStyle: "medium" }).format(moment);
  }

  setInterval(() => {
    const said = document.getElementById("pullcord_said");
    if (said) words = { ...said.dataset };
    const app = document.querySelector('[data-testid="stApp"]');
    const connected = !app || app.dataset.testConnectionState === "CONNECTED";
    if (!connected) { broken = true; heard = back = null; }
    out = connected ? null : (out ?? now());
    ask();
    const unanswered = waiting ? now() - waiting.since : 0;
    if (unanswered > ANSWER_MS / 2 && !waiting.reminded && waiting.socket.readyState === WebSocket.OPEN) {
      waiting.reminded = true;
      send.call(waiting.socket, HEARTBEAT);
    }
    const mute = unanswered > ANSWER_MS;
    const late = now() - good > LATE_MS || (out !== null && now() - out > OUT_MS) || mute;
    if (late) {
      cover();
      const there = now() - good < 1500 && now() - steady > GRACE_MS; // the server answers, and yet nothing comes on this page's own connection
      if (there && (unanswered > 2 * ANSWER_MS || (out !== null && now() - out > 3 * GRACE_MS))) reload();
      return;
    }
    if (!lost && !broken) { doubt(); return; }
    back ??= now();
    if (!broken || heard !== null || (now() - back > GRACE_MS && writing())) uncover();
    else if (now() - back > GRACE_MS) reload(); // connected, but nothing is drawn: another server may be behind it
  }, 250);
  return true;
})();
