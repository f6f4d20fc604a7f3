// Hands each second's view to the frame on this page. Whichever of the two is there first waits for the other.
export default function ({ data, setTriggerValue }) {
  const meeting = (window.pullcordBoard ??= {});
  meeting.view = data;
  meeting.press = (what) => setTriggerValue("pressed", what);
  meeting.draw?.();
  return () => { meeting.view = null; };
}
