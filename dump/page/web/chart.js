"use strict";
// A small line chart over the recorded training steps.

/// `series` are { name, kind, values }, undefined where a step has no value; each has its own scale.
function lineChart(series, now, label, width = 340, height = 110) {
  const steps = series[0].values.length;
  const left = 8;
  const x = (at) => left + (steps > 1 ? (at / (steps - 1)) * (width - 2 * left) : (width - 2 * left) / 2);
  const lines = series.map(({ kind, values }) => {
    const finite = values.filter((value) => Number.isFinite(value));
    const from = Math.min(...finite);
    const to = Math.max(...finite);
    const y = (value) => (to > from ? 8 + (height - 16) * (1 - (value - from) / (to - from)) : height / 2);
    const points = values.map((value, at) => (Number.isFinite(value) ? [x(at), y(value)] : null)).filter((p) => p);
    const current = values[now];
    return [
      svg("polyline", { class: `series ${kind}`, points: points.map((point) => point.join(",")).join(" ") }),
      Number.isFinite(current) ? svg("circle", { class: `series ${kind}`, cx: x(now), cy: y(current), r: 4 }) : null,
    ];
  });
  return html("figure", { class: "chart" },
    svg("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label },
      svg("line", { class: "now", x1: x(now), x2: x(now), y1: 0, y2: height }), lines),
    html("figcaption", {}, series.map(({ name, kind, values }) => html("span", { class: `key ${kind}` },
      `${name}: ${values[now] === undefined ? "not recorded" : formatted(values[now])}`))));
}
