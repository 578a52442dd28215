// Bars on a time axis, a row per component.
import { span, svg } from "./words.js";

const LEFT = 138, MOST = 620, RIGHT = 66, ROW = 24, HEAD = 8, FOOT = 22;

/** Rows are {name, bars: [{kind, from, to, going}], note}; times in milliseconds. */
function chart(box, what, rows, length) {
  const WIDTH = Math.max(300, Math.min(MOST, box.clientWidth));
  const height = HEAD + rows.length * ROW + FOOT;
  const scale = (WIDTH - LEFT - RIGHT) / Math.max(1, length);
  const said = `${what}: ` + rows.map((row) => `${row.name} ${row.note}`).join("; ");
  const root = svg("svg", { viewBox: `0 0 ${WIDTH} ${height}`, width: WIDTH, height, role: "img", "aria-label": said });
  const ticks = WIDTH < 480 ? 2 : 4;
  for (let i = 0; i <= ticks; i++) {
    const x = LEFT + (i * length / ticks) * scale;
    root.append(svg("path", { class: "grid", d: `M${x},${HEAD}V${height - FOOT}` }));
    const tick = svg("text", { class: "soft", x, y: height - 6, "text-anchor": "middle" });
    tick.textContent = span(i * length / ticks);
    root.append(tick);
  }
  rows.forEach((row, index) => {
    const y = HEAD + index * ROW;
    const name = svg("text", { x: LEFT - 8, y: y + 16, "text-anchor": "end" });
    name.textContent = row.name.length > 19 ? `${row.name.slice(0, 18)}…` : row.name;
    root.append(name);
    for (const bar of row.bars) {
      const width = Math.max(bar.kind === "waited" ? 0 : 1.5, (bar.to - bar.from) * scale);
      root.append(svg("rect", { class: `bar ${bar.kind}${bar.going ? " going" : ""}`, x: LEFT + bar.from * scale, y: y + 4, width, height: ROW - 8, rx: 2 }));
    }
    const note = svg("text", { class: "soft", x: WIDTH - 4, y: y + 16, "text-anchor": "end" });
    note.textContent = row.note;
    root.append(note);
  });
  box.replaceChildren(root);
}

export function showStart(box, picture) {
  const ended = picture.startedMs ?? picture.stopBeganMs ?? picture.atMs;
  const begun = picture.components.filter((one) => one.startingMs !== undefined);
  const rows = begun.sort((a, b) => a.startingMs - b.startingMs).map((one) => {
    const to = one.startedMs ?? one.releasingMs ?? ended;
    const going = one.startedMs === undefined;
    return {
      name: one.name,
      bars: [{ kind: "waited", from: 0, to: one.startingMs }, { kind: "starting", from: one.startingMs, to, going }],
      note: span(to - one.startingMs),
    };
  });
  chart(box, "Start", rows, Math.max(1, ended));
}

export function showStop(box, picture) {
  const origin = picture.announceEndedMs ?? picture.stopBeganMs;
  const now = picture.stoppedMs ?? picture.atMs;
  const begun = picture.components.filter((one) => one.startingMs !== undefined).reverse();
  const rows = begun.map((one) => {
    const bars = [];
    const steps = [["waited", one.stopAskedMs ?? one.releasingMs], ["drained", one.drainingMs], ["released", one.releasingMs], [null, one.stoppedMs]];
    let open = null;
    for (const [kind, at] of steps) {
      if (at === undefined) continue;
      if (open) bars.push({ ...open, to: Math.max(0, at - origin) });
      open = kind ? { kind, from: Math.max(0, at - origin) } : null;
    }
    if (open) bars.push({ ...open, to: Math.max(0, now - origin), going: true });
    const own = bars.filter((bar) => bar.kind !== "waited").reduce((sum, bar) => sum + bar.to - bar.from, 0);
    return { name: one.name, bars, note: span(own) };
  });
  chart(box, "Stop", rows, Math.max(1, now - origin));
}
