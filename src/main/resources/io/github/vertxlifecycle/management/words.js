// Words and small makers that the other modules share.

/** Writes milliseconds for a reader, as the log does. */
export function span(ms) {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 60000) return `${(Math.round(ms / 10) / 100).toString()} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** Writes seconds only: for what is redrawn while it grows. */
export function coarse(ms) {
  return ms < 60000 ? `${(ms / 1000).toFixed(1)} s` : span(ms);
}

export function isBad(component) {
  return Boolean(component.failure) || (component.outcome !== undefined && component.outcome !== "CLEAN");
}

export function oldest(component) {
  return component.work.length > 0 ? component.work[0] : null;
}

export function label(work) {
  return work.peer ? `${work.name} from ${work.peer}` : work.name;
}

/** Why a component does not go on, in a sentence; null if it waits for nothing. */
export function why(component) {
  const { name, state, waitsFor, work, inFlight, leftMs } = component;
  const left = leftMs === undefined ? "" : `; ${coarse(leftMs)} left`;
  if (state === "WAITING") return `${name} waits for ${waitsFor.join(", ")} to stop`;
  if (state === "NEW" && waitsFor.length > 0) return `${name} waits for ${waitsFor.join(", ")} to run`;
  if (state === "STARTING") return `${name} is starting${left}`;
  if (state === "RELEASING") return `${name} gives back its resources${left}`;
  if (state === "DRAINING" && inFlight === 0) return `${name} drains: its own drain goes on${left}`;
  if (state === "DRAINING") {
    const more = inFlight > 1 ? ` and ${inFlight - 1} more` : "";
    return `${name} drains: waits for ${label(work[0])}, ${coarse(work[0].ageMs)} old${more}${left}`;
  }
  return null;
}

const SVG = "http://www.w3.org/2000/svg";

export function svg(tag, attributes = {}, ...children) {
  const made = document.createElementNS(SVG, tag);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

export function html(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}
