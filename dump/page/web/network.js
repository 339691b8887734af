"use strict";
// Parts of the network: what a node is made of, and some of its nodes computed for other examples.

/// The nodes that these are made of, themselves too, in the order in which they are computed.
function ancestorsOf(ids) {
  const needed = new Set(ids);
  const stack = [...ids];
  while (stack.length) for (const input of model.nodes[stack.pop()].inputs) if (!needed.has(input)) {
    needed.add(input);
    stack.push(input);
  }
  return data.order.filter((id) => needed.has(id));
}

/// The last node on the way to the loss that is made of the input x alone, whose shape is as `shape` says: what a network
/// answers, with `isOf(id)`, which says so of any node.
function answerTo(x, shape) {
  const needed = ancestorsOf([model.loss]);
  const inputsOf = new Map();
  for (const id of needed) {
    const node = model.nodes[id];
    inputsOf.set(id, new Set(node.role === "input" ? [id] : node.inputs.flatMap((input) => [...inputsOf.get(input)])));
  }
  const isOf = (id) => inputsOf.get(id).size === 1 && inputsOf.get(id).has(x);
  return { isOf, id: needed.findLast((id) => isOf(id) && model.nodes[id].role === "compute" && shape.test(model.nodes[id].shape)) };
}

/// The network from one input to the nodes `ends`, computed for examples of any number, as in inference.
class NetworkPart {
  constructor(ends, x, numbers, batch) {
    const order = ancestorsOf(ends);
    this.variables = order.filter((id) => isVariable(model.nodes[id]));
    const from = live.engine;
    this.engine = new Engine({ nodes: data.nodes, ops: data.ops, order }, {
      step: 0, seed: from.first.seed, training: false, feeds: [{ batch, values: new Map([[x, numbers]]) }],
      variables: new Map(this.variables.map((id) => [id, from.value(id)])),
    });
  }

  /// Computes with the variables of another engine.
  compute(engine) {
    for (const id of this.variables) this.engine.set(id, engine.value(id));
    this.engine.compute();
  }
}
