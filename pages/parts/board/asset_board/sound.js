// A short sound at new likely advice, off until somebody switches it on in this browser. Once for each episode, also over a reload; what was
// there when the board was opened, and what is seen or shelved, makes none.
function sounding(button) {
  let context = null;
  const stored = (name) => { try { return JSON.parse(localStorage.getItem(name)); } catch { return null; } };
  let on = stored("pullcord_sound") === true;
  let known = null; // what has been rung for, or was there before

  function ring() {
    context ??= new AudioContext();
    context.resume?.();
    [[660, 0], [880, 0.18]].forEach(([hertz, after]) => {
      const tone = context.createOscillator(), gain = context.createGain(), from = context.currentTime + after;
      tone.frequency.value = hertz;
      gain.gain.setValueAtTime(0, from);
      gain.gain.linearRampToValueAtTime(0.25, from + 0.02);
      gain.gain.exponentialRampToValueAtTime(0.001, from + 0.3);
      tone.connect(gain).connect(context.destination);
      tone.start(from);
      tone.stop(from + 0.32);
    });
    button.dataset.rung = String(Number(button.dataset.rung ?? 0) + 1);
  }

  return {
    tick(view) {
      text(button, on ? view.said.sound_off : view.said.sound_on); // what a press does, not what is
      button.onclick = () => {
        on = !on;
        localStorage.setItem("pullcord_sound", JSON.stringify(on));
        if (on) ring(); // lets it be heard, and the browser allows sound only after a press
        this.tick(view);
      };
      const kept = JSON.parse(sessionStorage.getItem("pullcord_rung") ?? "null");
      known ??= new Set(kept ?? view.bells);
      const fresh = view.bells.filter((one) => !known.has(one));
      fresh.forEach((one) => known.add(one));
      if (fresh.length || !kept) sessionStorage.setItem("pullcord_rung", JSON.stringify([...known].slice(-2000)));
      if (fresh.length && on) ring();
    },
  };
}
