// The tools over the map: the one script of its component. Streamlit takes a script as one text, so
// the files beside this one are put before it.
const running = new WeakMap();

// Streamlit calls this at first and after each run that changes the data.
export default function ({ parentElement, data, setTriggerValue }) {
  const tools = parentElement.querySelector(".draw-tools");
  if (!running.has(tools)) {
    running.set(tools, { drawer: new Drawer(tools), keeper: new ViewKeeper(tools) });
  }
  const { drawer, keeper } = running.get(tools);
  drawer.update(data, setTriggerValue);
  keeper.update(data);
  return () => {
    drawer.end();
    keeper.end();
    running.delete(tools);
  };
}
