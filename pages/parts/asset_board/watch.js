// Notices that no second arrives any more. Old values must not look live: the board is covered and says since when. When the server
// answers again and the page has not come back by itself, it is loaded anew. No clock of the browser is read: it may be wrong.
const LATE_MS = 3500; // without a tick: covered
const GRACE_MS = 5000; // that the page has, once the server answers, to come back by itself
const AGAIN_MS = 20000; // between two reloads

function watching(board) {
  const cover = board.querySelector(".lost");
  const stage = board.querySelector(".stage");
  let last = performance.now(), told = "", boot = null, answered = null, asking = false;

  function reload() {
    const now = Date.now(), before = Number(sessionStorage.getItem("pullcord_reloaded") ?? 0);
    if (Math.abs(now - before) < AGAIN_MS) return;
    sessionStorage.setItem("pullcord_reloaded", String(now));
    location.reload();
  }

  async function ask() {
    if (asking) return;
    asking = true;
    try {
      const answer = await fetch(new URL("_stcore/health", location.href), { cache: "no-store", signal: AbortSignal.timeout(2000) });
      answered = answer.ok ? (answered ?? performance.now()) : null;
    } catch { answered = null; }
    asking = false;
    if (answered !== null && performance.now() - answered > GRACE_MS && document.visibilityState === "visible") reload();
  }

  const timer = setInterval(() => {
    if (performance.now() - last < LATE_MS) return;
    text(cover.querySelector("b"), told);
    hide(cover, false);
    stage.inert = true;
    board.classList.add("old");
    ask();
  }, 500);

  return {
    tick(view) {
      last = performance.now();
      told = view.lost;
      answered = null;
      if (boot !== null && boot !== view.boot) reload(); // another server than the one this page came from
      boot = view.boot;
      hide(cover, true);
      stage.inert = false;
      board.classList.remove("old");
    },
    stop() { clearInterval(timer); },
  };
}
