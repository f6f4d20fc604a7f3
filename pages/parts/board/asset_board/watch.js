// Notes when a second arrived: whether what is shown is old is decided with the whole page's connection, in connection.js, and told there.
function watching(board) {
  const meeting = window.pullcordBoard;
  meeting.mark = (old) => board.classList.toggle("old", old); // nothing says "live" then, and the clock that it stands still
  let boot = null;
  return {
    tick(view) {
      meeting.ticked = performance.now();
      if (boot !== null && boot !== view.boot) window.pullcordConnection?.reload?.(); // another server than the one this page came from
      boot = view.boot;
    },
    stop() { meeting.ticked = 0; },
  };
}
