// The graph: where each component stands is decided by the server, what it looks like here.
import { isBad, oldest, coarse, svg } from "./words.js";

const WIDTH = 164, HEIGHT = 54, ACROSS = 184, DOWN = 104, EDGE = 14;

let drawn = null;

function at(place, top) {
  return [place.x * ACROSS + WIDTH / 2 + EDGE, (top - place.layer) * DOWN + HEIGHT / 2 + EDGE];
}

function draw(box, layout) {
  const top = Math.max(0, ...layout.nodes.map((node) => node.layer));
  const right = Math.max(0, ...layout.nodes.map((node) => node.x), ...layout.edges.flatMap((e) => e.way.map((p) => p.x)));
  const width = right * ACROSS + WIDTH + 2 * EDGE;
  const height = top * DOWN + HEIGHT + 2 * EDGE;
  const root = svg("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "group", "aria-label": "Graph of the components; arrow keys move" });
  const edges = layout.edges.map((edge) => {
    const points = edge.way.map((place) => at(place, top));
    const [first, last] = [points[0], points[points.length - 1]];
    first[1] += HEIGHT / 2;
    last[1] -= HEIGHT / 2 + 8;
    let d = `M${first}`;
    for (let i = 1; i < points.length; i++) {
      const [a, b] = [points[i - 1], points[i]];
      const middle = (a[1] + b[1]) / 2;
      d += `C${a[0]},${middle} ${b[0]},${middle} ${b}`;
    }
    const path = svg("path", { class: "edge", d });
    const arrow = svg("path", { class: "arrow", d: `M${last[0] - 5},${last[1]}h10l-5,8z` });
    root.append(path, arrow);
    return { ...edge, path, arrow };
  });
  const nodes = new Map();
  layout.nodes.forEach((node, index) => {
    const [x, y] = at(node, top);
    const name = svg("text", { class: "name", x, y: y - 4, "text-anchor": "middle" });
    name.textContent = node.name.length > 19 ? `${node.name.slice(0, 18)}…` : node.name;
    const state = svg("text", { class: "state", x, y: y + 14, "text-anchor": "middle" });
    const count = svg("text", { x: x + WIDTH / 2 - 6, y: y - HEIGHT / 2 + 4, "text-anchor": "middle" });
    const badge = svg("g", { class: "badge", display: "none" },
      svg("circle", { cx: x + WIDTH / 2 - 6, cy: y - HEIGHT / 2, r: 12 }), count);
    const title = svg("title");
    const group = svg("g", { class: "node new", tabindex: index === 0 ? 0 : -1, role: "img" },
      title, svg("rect", { x: x - WIDTH / 2, y: y - HEIGHT / 2, width: WIDTH, height: HEIGHT, rx: 8 }), name, state, badge);
    group.dataset.component = node.name;
    nodes.set(node.name, { group, state, badge, count, title, x, y });
    root.append(group);
  });
  root.addEventListener("keydown", (event) => move(event, nodes));
  box.replaceChildren(root);
  return { key: JSON.stringify(layout), nodes, edges };
}

/** Arrow keys go to the nearest component in that direction. */
function move(event, nodes) {
  const ways = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
  const way = ways[event.key];
  const from = [...nodes.values()].find((node) => node.group === event.target);
  if (!way || !from) return;
  let best = null, least = Infinity;
  for (const node of nodes.values()) {
    const [dx, dy] = [node.x - from.x, node.y - from.y];
    const ahead = dx * way[0] + dy * way[1];
    const aside = Math.abs(dx * way[1]) + Math.abs(dy * way[0]);
    if (ahead > 1 && ahead + 2 * aside < least) {
      least = ahead + 2 * aside;
      best = node;
    }
  }
  if (best) {
    event.preventDefault();
    from.group.setAttribute("tabindex", -1);
    best.group.setAttribute("tabindex", 0);
    best.group.focus();
  }
}

function stateText(component) {
  if (component.state === "STOPPED" && component.outcome) return `stopped: ${component.outcome.toLowerCase().replace("_", " ")}`;
  if (component.leftMs !== undefined) return `${component.state.toLowerCase()}, ${coarse(component.leftMs)} left`;
  return component.state.toLowerCase();
}

export function showGraph(box, picture) {
  if (drawn === null || drawn.key !== JSON.stringify(picture.layout)) drawn = draw(box, picture.layout);
  const waiting = new Map();
  for (const component of picture.components) {
    waiting.set(component.name, component);
    const node = drawn.nodes.get(component.name);
    const bad = isBad(component) ? " bad" : "";
    node.group.setAttribute("class", `node ${component.state.toLowerCase()}${bad}`);
    node.state.textContent = stateText(component);
    node.badge.setAttribute("display", component.inFlight > 0 ? "inline" : "none");
    node.count.textContent = component.inFlight > 99 ? "99+" : component.inFlight;
    const work = oldest(component);
    const said = `${component.name}: ${stateText(component)}, ${component.inFlight} in flight` +
      (work ? `, the oldest is ${work.name}` : "") +
      (component.dependsOn.length > 0 ? `, needs ${component.dependsOn.join(", ")}` : ", needs nothing");
    node.group.setAttribute("aria-label", said);
    node.title.textContent = said;
  }
  for (const edge of drawn.edges) {
    const above = waiting.get(edge.from), below = waiting.get(edge.to);
    const held = below.waitsFor.includes(edge.from) || above.waitsFor.includes(edge.to);
    edge.path.setAttribute("class", held ? "edge held" : "edge");
    edge.arrow.setAttribute("class", held ? "arrow held" : "arrow");
  }
}
