// The live page: a picture comes by server-sent events whenever something happens, and once a second.
// The last one stays when the process has gone.
import { showGraph } from "./graph.js";
import { showStart, showStop } from "./timeline.js";
import { coarse, html, isBad, label, span, why } from "./words.js";

const by = (id) => document.getElementById(id);
let last = null;
let states = new Map();

function show(picture) {
  by("application").textContent = picture.application;
  document.title = `${picture.application}: ${picture.phase.toLowerCase()}`;
  by("gone").hidden = true;
  phase(picture);
  budget(picture);
  waiting(picture);
  showGraph(by("graph"), picture);
  work(picture);
  charts(picture);
  numbers(picture);
  say(picture);
  last = picture;
}

/** Drawn as wide as there is room. */
function charts(picture) {
  by("stop-section").hidden = picture.stopBeganMs === undefined;
  if (picture.stopBeganMs !== undefined) showStop(by("stop"), picture);
  showStart(by("start"), picture);
}

function phase(picture) {
  const bad = picture.outcome !== undefined && picture.outcome !== "CLEAN";
  by("phase").textContent = picture.outcome ? `stopped: ${picture.outcome.toLowerCase().replace("_", " ")}` : picture.phase.toLowerCase();
  by("phase").className = `chip ${picture.phase.toLowerCase()}${bad ? " bad" : ""}`;
  by("headline").textContent =
    picture.stoppedMs !== undefined ? `${picture.reason}; it took ${span(picture.stoppedMs - picture.stopBeganMs)}`
    : picture.stopBeganMs !== undefined ? `${picture.reason}; for ${coarse(picture.atMs - picture.stopBeganMs)}`
    : picture.startedMs !== undefined ? `started in ${span(picture.startedMs)}, runs for ${span(Math.floor((picture.atMs - picture.startedMs) / 1000) * 1000)}`
    : `starting for ${coarse(picture.atMs)}`;
}

function budget(picture) {
  const counts = picture.leftMs !== undefined && picture.stoppedMs === undefined;
  by("budget").hidden = !counts;
  if (counts) {
    const total = picture.leftMs + picture.atMs - picture.stopBeganMs;
    by("budget-bar").value = picture.leftMs / total;
    by("budget-text").textContent = `${coarse(picture.leftMs)} of ${span(Math.round(total / 100) * 100)} left`;
  }
}

function waiting(picture) {
  const reasons = picture.phase === "RUNNING" ? [] : picture.components.map(why).filter(Boolean);
  by("waiting-section").hidden = reasons.length === 0;
  by("waiting").replaceChildren(...reasons.reverse().map((one) => html("li", {}, one)));
}

function work(picture) {
  const pieces = picture.components.flatMap((one) => one.work.map((piece) => ({ ...piece, component: one.name })));
  pieces.sort((a, b) => b.ageMs - a.ageMs);
  by("work-none").hidden = pieces.length > 0;
  by("work-box").hidden = pieces.length === 0;
  by("work").tBodies[0].replaceChildren(...pieces.slice(0, 50).map((piece) => {
    const what = html("td", {}, html("code", {}, piece.name));
    if (piece.peer) what.append(" ", html("span", { class: "from" }, `from ${piece.peer}`));
    if (piece.origin) what.append(html("details", {}, html("summary", {}, "admitted at"), html("pre", {}, piece.origin.join("\n"))));
    return html("tr", {}, html("th", { scope: "row" }, piece.component), what, html("td", { class: "number" }, coarse(piece.ageMs)));
  }));
}

function numbers(picture) {
  by("components").tBodies[0].replaceChildren(...picture.components.map((one) => html("tr", {},
    html("th", { scope: "row" }, one.name),
    html("td", {}, `${one.outcome ?? one.state}`.toLowerCase() + (one.failure ? `: ${one.failure}` : "")),
    ...[one.inFlight, one.admitted, one.refused, one.cut].map((count) => html("td", { class: "number" }, String(count))),
    html("td", {}, one.dependsOn.join(", ")))));
}

/** For those who listen: what has changed, not what goes on. */
function say(picture) {
  const news = [];
  if (last !== null && last.phase !== picture.phase) news.push(picture.outcome ? `Stopped, ${picture.outcome}` : picture.phase.toLowerCase());
  for (const one of picture.components) {
    if (states.has(one.name) && states.get(one.name) !== one.state) news.push(`${one.name} ${one.state.toLowerCase()}`);
    states.set(one.name, one.state);
  }
  if (news.length > 0) by("said").textContent = news.join(", ");
}

function gone() {
  if (last === null) {
    by("phase").textContent = "no connection";
    return;
  }
  const at = new Date(last.epochMs).toLocaleTimeString();
  const bad = last.outcome === undefined || last.outcome !== "CLEAN";
  const troubles = last.components.filter(isBad).map((one) => `${one.name} ${(one.outcome ?? "failed").toLowerCase().replace("_", " ")}`);
  by("gone").textContent = last.outcome !== undefined
    ? `The process has gone: ${last.outcome}${troubles.length > 0 ? ` (${troubles.join(", ")})` : ""}. This is the last picture, of ${at}.`
    : `No connection since ${at}; this is the last picture, and no outcome was told.`;
  by("gone").className = bad ? "bad" : "clean";
  by("gone").hidden = false;
  by("said").textContent = by("gone").textContent;
}

function listen() {
  const source = new EventSource("lifecycle/events");
  source.onmessage = (message) => show(JSON.parse(message.data));
  source.onerror = () => {
    if (by("gone").hidden) gone();
    if (source.readyState === EventSource.CLOSED) setTimeout(listen, 2000);
  };
}

addEventListener("resize", () => last !== null && charts(last));
listen();
