"use strict";
// Runs the training step that the page shows. Gradients and updates are nodes like all others, so that the forward rule of
// each op is all it takes.

class Engine {
  /// `graph` has nodes, the `order` in which they are computed, and ops with their attributes and the places of their
  /// rules. `feeds` says for each step its batch and what its inputs are, { batch, values: Map from node to numbers }, from
  /// the first again where there are no more; `variables` what they are at the first step, in a Map too.
  constructor(graph, first) {
    Object.assign(this, { nodes: graph.nodes, order: graph.order, first });
    this.ops = graph.ops.map((op) => ({ ...op, attributes: inNumbers(op.attributes) }));
    this.reset();
  }

  /// Everything as at the first step, without what was changed since.
  reset() {
    const { step, seed, training, feeds, variables } = this.first;
    this.feeds = feeds.map(({ batch, values }) => ({ batch, values: new Map([...values].map(([id, numbers]) => [id, numbers.slice()])) }));
    const batch = feeds[0].batch;
    if (this.run?.batch !== batch) this.allocate(batch);
    this.run = { batch, step, seed, training };
    this.taken = 0;
    this.kept = [];
    for (const [id, numbers] of variables) this.set(id, numbers);
    this.feed();
    this.compute();
  }

  /// Room for a value of each node that is computed.
  allocate(batch) {
    const used = new Set(this.order);
    this.values = this.nodes.map((node, id) => {
      if (!used.has(id)) return undefined;
      const sizes = extents(node.shape, batch);
      return Object.assign(new Float64Array(sizes.reduce((product, size) => product * size, 1)), { sizes });
    });
    this.known = this.nodes.map(() => false);
    this.plan = undefined;
  }

  /// The value of a node: an array of numbers with its `sizes`; undefined where it is not known.
  value(id) {
    return this.known[id] ? this.values[id] : undefined;
  }

  /// Gives a node these numbers: an input or a variable, which keep them until they are changed again.
  set(id, numbers) {
    if (numbers.length !== this.values[id].length)
      throw new RangeError(`'${this.nodes[id].name}' has ${this.values[id].length} numbers, not ${numbers.length}`);
    this.values[id].set(numbers);
    if (!this.known[id]) this.plan = undefined;
    this.known[id] = true;
    this.now.get(id)?.set(numbers);
  }

  /// What the inputs of the coming step are.
  get now() {
    return this.feeds[this.taken % this.feeds.length].values;
  }

  /// Gives the inputs the numbers of the coming step.
  feed() {
    const { batch, values } = this.feeds[this.taken % this.feeds.length];
    if (batch !== this.run.batch) {
      const variables = this.variables().map((id) => [id, this.values[id]]);
      this.allocate(batch);
      this.run.batch = batch;
      for (const [id, numbers] of variables) this.set(id, numbers);
    }
    for (const [id, numbers] of values) this.set(id, numbers);
  }

  /// Computes every node from the inputs and variables as they are.
  compute() {
    this.plan ??= this.planned();
    for (const { rule, value, inputs, attributes } of this.plan) rule(value, inputs, attributes, this.run);
  }

  /// What can be computed: nodes with a rule that read nothing without a value.
  planned() {
    const plan = [];
    this.missing = new Set();
    this.steps = [];
    for (const id of this.order) {
      const node = this.nodes[id];
      if (node.role === "train_step") this.steps.push(id);
      if (["input", "train_step"].includes(node.role) || isVariable(node)) continue;
      const op = this.ops[node.op];
      this.known[id] = node.inputs.every((input) => this.known[input]);
      if (!this.known[id]) continue;
      const rule = rules[op.rule];
      if (!rule || (op.name === "random_key" && !this.run.seed)) {
        this.known[id] = false;
        this.missing.add(op.name);
        continue;
      }
      plan.push({ rule, value: this.values[id], inputs: node.inputs.map((input) => this.values[input]), attributes: op.attributes });
    }
    return plan;
  }

  /// Whether the step's loss is finite: gradus refuses the step otherwise, as a whole.
  get sound() {
    return this.steps.every((id) => Number.isFinite(this.values[this.nodes[id].inputs[0]][0]));
  }

  /// Whether every assignment of the step is known.
  get whole() {
    return this.steps.length > 0 && this.steps.every((id) => this.nodes[id].inputs.every((input) => this.known[input]));
  }

  /// Takes the step: all nodes have seen the old values, then every assignment is stored, and what comes next is computed.
  /// Returns whether it did.
  step() {
    if (!this.whole || !this.sound) return false;
    const assigns = this.steps.flatMap((id) => this.nodes[id].inputs.slice(1)).filter((id) => this.nodes[id].role === "assign");
    this.keep();
    for (const id of assigns) this.values[this.nodes[id].inputs[0]].set(this.values[id]);
    ++this.run.step;
    ++this.taken;
    this.feed();
    this.compute();
    return true;
  }

  /// Copies of the variables, of as many steps as take no more than 64 MB.
  keep() {
    const variables = new Map(this.variables().map((id) => [id, this.values[id].slice()]));
    this.kept.push({ step: this.run.step, taken: this.taken, variables });
    const size = [...variables.values()].reduce((sum, each) => sum + each.length, 1);
    if (this.kept.length * size > 8e6) this.kept.shift();
  }

  /// Takes back the last step; returns whether there was one that is still kept.
  back() {
    const before = this.kept.pop();
    if (!before) return false;
    this.run.step = before.step;
    this.taken = before.taken;
    for (const [id, numbers] of before.variables) this.values[id].set(numbers);
    this.feed();
    this.compute();
    return true;
  }

  variables() {
    return this.order.filter((id) => isVariable(this.nodes[id]) && this.known[id]);
  }
}

/// Variables say as their role what kind they are.
const isVariable = (node) => ["parameter", "buffer", "optimizer state", "hyper-parameter"].includes(node.role);

/// JSON has no numbers that are not finite: they come as "NaN", "Infinity" and "-Infinity".
const inNumbers = (attributes) => Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name,
  Array.isArray(value) ? value.map(finiteOrNot) : finiteOrNot(value)]));
const finiteOrNot = (value) => (["NaN", "Infinity", "-Infinity"].includes(value) ? Number(value) : value);
