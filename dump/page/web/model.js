"use strict";
// What the page knows of the training step: nodes, who reads them, gradients, and the numbers of recorded runs.

const data = JSON.parse(byId("data").textContent);

const model = (() => {
  const nodes = data.nodes;
  nodes.forEach((node, id) => {
    node.id = id;
    node.readers = [];
  });
  for (const node of nodes) for (const input of new Set(node.inputs)) nodes[input].readers.push(node.id);

  // Derivatives of the first thing that was differentiated: the loss of the training step.
  const adjoint = new Map();
  const gradientOf = new Map();
  for (const each of data.adjoints) {
    if (!adjoint.has(each.of)) adjoint.set(each.of, each);
    if (!gradientOf.has(each.total)) gradientOf.set(each.total, []);
    gradientOf.get(each.total).push(each.of);
  }
  const check = new Map(data.checks.map((each) => [each.total, each]));
  /// The node whose VJP made this one.
  const vjpOf = (node) => (node.for === undefined ? undefined : nodes[node.of]);
  const place = new Map(data.order.map((id, at) => [id, at]));
  const loss = data.adjoints.length ? data.adjoints[0].loss : undefined;

  /// The run that the page computes itself stands behind the recorded ones.
  const own = data.runs.length;
  const batchOf = (run) => (run === own ? live.engine?.run.batch : data.runs[run]?.batch);

  /// While somebody goes through the step no later number is there: what `isKnown(id, run)` denies has no value.
  let known;
  const show = (isKnown) => (known = isKnown);
  const isHidden = (id, run) => known !== undefined && !known(id, run);
  /// What `task` comes to with all numbers there: for choices that show none of them.
  const withAll = (task) => {
    const before = known;
    known = undefined;
    const result = task();
    known = before;
    return result;
  };

  /// The node's value in a run, or undefined where it was not computed, not kept, or is not to be shown yet.
  const value = (id, run) => (isHidden(id, run) ? undefined : run === own ? live.value(id) : data.runs[run]?.nodes[id]);

  /// The recorded runs that keep `what` of a node.
  const runsWith = (id, what) => data.runs.map((_, run) => run).filter((run) => value(id, run)?.[what]);

  /// The one number of a scalar.
  const scalar = (id, run) => {
    const numbers = value(id, run)?.numbers;
    return numbers && numbers.length === 1 ? numbers[0] : undefined;
  };

  /// From the loss to a node, along the use through which most flows back: [{ node, total, use, uses }].
  const pathFromLoss = (id, run) => {
    const path = [];
    let at = id;
    while (adjoint.has(at) && path.length < 500) {
      const { total, uses } = adjoint.get(at);
      const size = (use) => {
        const seen = value(use.value, run);
        if (!seen) return 0;
        return seen.numbers ? Math.hypot(...seen.numbers) : seen.statistics[3];
      };
      const through = uses.filter((use) => use.use !== undefined);
      const use = through.reduce((best, each) => (best && size(best) >= size(each) ? best : each), undefined);
      path.unshift({ node: at, total, use: use?.use, uses: through.length });
      if (!use) break;
      at = use.use;
    }
    return path;
  };

  return { nodes, own, batchOf, adjoint, gradientOf, check, vjpOf, place, loss, value, show, isHidden, withAll, runsWith, scalar, pathFromLoss,
    op: (node) => data.ops[node.op] };
})();
