// Watches whether what stands on the page still comes from a server that answers, and tells three things apart. *Slow*: nothing is refused, and what is asked
// is answered late or not yet; a small notice says of when the page is, everything can be read and touched, and what is tapped is on its way. *Cut*: it is
// refused, this page's own connection is gone or dead, or nothing at all was answered for CUT_MS; a banner says so, the page is pale and can still be read, and
// what would be sent is held back and said to be. *Doubt*: it was cut just when somebody had tapped; it is asked after. A browser cannot see whether a silent
// server is stopped or a cable is pulled: until CUT_MS it is called slow. The time is the server's, in the plant's zone: no clock of the browser is read.
window.pullcordConnection ??= (() => {
  const LATE_MS = 3500; // without an answer or a tick: slow
  const CUT_MS = window.pullcordCutMs ?? 12000; // without any answer: cut; a test may wait less
  const OUT_MS = 1500; // that Streamlit has to reconnect unseen
  const PROMPT_MS = 1000; // an answer within it is no slow one
  const ANSWER_MS = 3000; // in which a prompt server answers a message
  const GRACE_MS = 3000; // that the page has, once the server answers, to come back by itself
  const DEAF_MS = 20000; // that a board may be without ticks from a prompt server before it is loaded anew
  const AGAIN_MS = 20000; // between two reloads
  const WAITS_MS = 6000; // for one answer: it may be asked over a connection that is dead
  const MOST_ASKED = 3;
  const HEARTBEAT = new Uint8Array([136, 1, 1]); // Streamlit's BackMsg(app_heartbeat=True): answered at once, whatever script is running
  const DOUBT = "pullcord_doubt";
  const now = () => performance.now();
  let good = now(), steady = now(), asked = -1e9, asking = 0, trip = 0, refused = null, at = ""; // the server, as asked
  let waiting = null, heard = null; // the messages
  let tapped = -1e9, held = -1e9, out = null, broken = false, back = null, state = "live", words = {}, looked = now();
  let fresh = now(), freshAt = ""; // when all that stands here was last known to be of now

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
    waiting ??= { socket: this, since: now(), reminded: -1e9 };
    return send.call(this, data);
  };

  const ACTS = "button, [role=button], [role=tab], [role=option], [role=menuitem], [role=slider], [role=checkbox], [role=radio], input, textarea, select, label, a[href]";
  const acts = (event) => event.composedPath().some((node) => node.matches?.(ACTS) && !node.closest("#pullcord_lost, summary"));
  const moves = new Set(["Tab", "Escape", "ArrowUp", "ArrowDown", "PageUp", "PageDown", "Home", "End"]);
  for (const kind of ["pointerdown", "mousedown", "pointerup", "mouseup", "click", "keydown", "submit", "drop"]) {
    window.addEventListener(kind, (event) => { // before anything on the page hears of it
      const key = kind === "keydown";
      if (key ? moves.has(event.key) || event.ctrlKey || event.metaKey : !acts(event)) return;
      if (state !== "cut") { // a click is not told of a button that Streamlit has just put out
        if (key || kind === "pointerdown") tapped = now();
        return;
      }
      event.preventDefault();
      event.stopImmediatePropagation();
      held = now();
      tell();
    }, { capture: true, passive: false });
  }

  async function ask() {
    if (asking >= MOST_ASKED || now() - asked < 1000) return;
    asking += 1;
    const begun = asked = now();
    try {
      const answer = await fetch(new URL("_stcore/health", location.href), { cache: "no-store", signal: AbortSignal.timeout(WAITS_MS) });
      if (answer.ok) {
        trip = now() - begun;
        if (trip > PROMPT_MS || now() - good > LATE_MS) steady = now(); // a server that was busy has more to make up for
        good = now();
        refused = null;
        at = answer.headers.get("date") ?? "";
      } else refused ??= now();
    } catch (error) { // a time that ran out says nothing: the answer may be late
      if (error.name !== "TimeoutError") refused ??= now();
    }
    asking -= 1;
  }

  function reload() {
    const time = Date.now(), before = Number(sessionStorage.getItem("pullcord_reloaded") ?? 0);
    if (document.visibilityState !== "visible" || Math.abs(time - before) < AGAIN_MS) return;
    sessionStorage.setItem("pullcord_reloaded", String(time));
    location.reload();
  }

  const writing = () => [...document.querySelectorAll("textarea, input[type=text]")].some((field) => field.value && field === document.activeElement);
  const board = () => (window.pullcordBoard?.draw && window.pullcordBoard.ticked ? window.pullcordBoard : null);

  function become(wanted, since) {
    if (wanted === "cut" && state !== "cut" && tapped > since - 1500) sessionStorage.setItem(DOUBT, "1");
    if (state !== wanted) document.documentElement.dataset.pullcord = wanted; // the sheet takes the colour away
    board()?.mark(wanted !== "live");
    state = wanted;
    if (wanted === "live") { broken = false; back = null; }
    tell();
  }

  function tell() {
    const box = boxOf(), button = box.querySelector("button"), doubted = state === "live" && sessionStorage.getItem(DOUBT) && words.doubt;
    box.hidden = !doubted && (state === "live" || (state === "slow" && opening())); // before anything is shown nothing of it is old
    if (box.hidden) return;
    if (box.className !== (doubted ? "doubt" : state)) box.className = doubted ? "doubt" : state;
    const age = Math.round((now() - fresh) / 1000);
    const said = doubted ? words.doubt : state === "cut" ? words.lost : words.slow;
    put(box.querySelector("b"), (said ?? "").replace("{time}", freshAt ? clock(freshAt) : words.drawn ?? "?").replace("{age}", String(age)));
    const more = state === "cut" ? (now() - held < 4000 ? words.held : "") : state === "slow" && waiting && tapped > waiting.since - 500 ? words.sent : "";
    put(box.querySelector("span"), more ?? "");
    button.hidden = !doubted;
    put(button, words.ok ?? "");
    button.onclick = () => { sessionStorage.removeItem(DOUBT); tell(); };
  }

  const opening = () => document.getElementById("pullcord_opening") !== null;
  const put = (node, text) => { if (node.textContent !== text) node.textContent = text; };

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
    box.firstChild.append(document.createElement("b"), document.createElement("span"), document.createElement("button"));
    return document.body.appendChild(box);
  }

  function clock(date) {
    const moment = new Date(date);
    if (Number.isNaN(moment.getTime())) return "?";
    return new Intl.DateTimeFormat("en-GB", { timeZone: words.zone || "UTC", timeStyle: "medium" }).format(moment);
  }

  setInterval(() => {
    if (now() - looked > 2000) { // this page slept: nobody had asked, and nobody had drawn
      good = Math.max(good, now() - LATE_MS + 1500);
      if (board()) board().ticked = now() - LATE_MS + 1500;
    }
    looked = now();
    const said = document.getElementById("pullcord_said");
    if (said) words = { ...said.dataset };
    const app = document.querySelector('[data-testid="stApp"]');
    const connected = !app || app.dataset.testConnectionState === "CONNECTED";
    if (!connected) { broken = true; heard = back = null; }
    out = connected ? null : (out ?? now());
    ask();
    const unanswered = waiting ? now() - waiting.since : 0;
    if (unanswered > ANSWER_MS / 2 && now() - waiting.reminded > 1000 && waiting.socket.readyState === WebSocket.OPEN) {
      waiting.reminded = now();
      send.call(waiting.socket, HEARTBEAT);
    }
    const silent = now() - good, prompt = silent < LATE_MS && now() - steady > GRACE_MS; // whoever asks is answered at once, for a while already
    const gone = out !== null && now() - out > OUT_MS;
    const dead = prompt && unanswered > 2 * ANSWER_MS; // a prompt server answers everybody but this page's own connection
    if (silent > CUT_MS || (refused !== null && silent > LATE_MS) || gone || dead) {
      become("cut", Math.min(good, waiting?.since ?? good, out ?? good));
      if (prompt && (dead || (out !== null && now() - out > 3 * GRACE_MS))) reload();
      return;
    }
    if (broken && heard === null) { // connected again, and nothing is drawn yet: another server may be behind it
      back ??= now();
      if (prompt && now() - back > GRACE_MS && !writing()) reload();
      if (!writing() || now() - back < GRACE_MS) { if (state !== "live") become(state, good); return; }
    }
    const tickless = board() ? now() - board().ticked : 0;
    if (prompt && tickless > DEAF_MS && !writing()) reload();
    const slow = silent > LATE_MS || trip > LATE_MS || unanswered > ANSWER_MS || tickless > LATE_MS;
    if (!slow || opening()) { fresh = now(); freshAt = at; }
    become(slow ? "slow" : "live", good);
  }, 250);
  return { reload };
})();
