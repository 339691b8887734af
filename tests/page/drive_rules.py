#!/usr/bin/env python3
"""Holds the ops' rules in JavaScript against their kernels, in headless Chromium: drive_rules.py FOLDER

FOLDER holds rules.html (tests/page/fixtures/rule_cases.cpp). A rule gets the numbers that the kernels made of its inputs,
so that errors do not add up, and its own must be the kernel's to 1e-12 of the largest of them.
"""

from browser import Page, run

compare = """
    const data = JSON.parse(document.getElementById("data").textContent);
    const ops = data.ops.map((op) => ({ ...op, attributes: inNumbers(op.attributes) }));
    const result = { ops: {}, wrong: {}, worst: {} };
    for (const { op: about, what, nodes, batch, run, values } of data.cases) {
      const known = new Map(Object.entries(values).map(([id, numbers]) => [Number(id),
        Object.assign(Float64Array.from(numbers, Number), { sizes: extents(nodes[id].shape, batch) })]));
      nodes.forEach((node, id) => {
        const op = ops[node.op];
        if (!known.has(id) || op.rule === undefined) return;
        const expected = known.get(id);
        const y = Object.assign(new Float64Array(expected.length).fill(0.5), { sizes: expected.sizes });
        rules[op.rule](y, node.inputs.map((input) => known.get(input)), op.attributes, run ?? { batch, step: 0, training: false });
        const scale = expected.reduce((most, x) => Math.max(most, Number.isFinite(x) ? Math.abs(x) : 0), 0) || 1;
        const error = y.reduce((most, x, at) => Math.max(most, Object.is(x, expected[at]) || x === expected[at] ? 0
          : Number.isNaN(Math.abs(x - expected[at])) ? Infinity : Math.abs(x - expected[at]) / scale), 0);
        result.ops[op.name] = (result.ops[op.name] ?? 0) + 1;
        result.worst[op.name] = Math.max(result.worst[op.name] ?? 0, error);
        if (error > 1e-12) (result.wrong[op.name] ??= []).push(`${about}, ${what}: ${node.name}, ${error}`);
      });
    }
    return result;"""


class Rules(Page):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.driver.get(f"file://{cls.folder / 'rules.html'}")
        cls.found = cls.driver.execute_script(compare)

    def test_every_rule_is_the_kernel(self):
        wrong = {op: cases for op, cases in self.found["wrong"].items() if op != "nearly_twice"}
        self.assertEqual(wrong, {})
        self.quiet()

    def test_a_wrong_rule_is_found(self):
        self.assertIn("nearly_twice", self.found["wrong"])

    def test_every_rule_was_asked(self):
        names = self.driver.execute_script("return JSON.parse(document.getElementById('data').textContent).ops"
                                           ".filter((op) => op.rule !== undefined).map((op) => op.name)")
        self.assertEqual(set(names) - set(self.found["ops"]), set())


def report():
    compared = {name: worst for name, worst in Rules.found["worst"].items() if name != "nearly_twice"}
    worst = max(compared, key=compared.get)
    print(f"{len(compared)} ops, {sum(Rules.found['ops'].values())} nodes: "
          f"largest difference {compared[worst]:.1e}, of {worst}")


if __name__ == "__main__":
    run(report)
