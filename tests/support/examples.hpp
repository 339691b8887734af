#pragma once

#include <fmt/format.h>
#include <gradus/tests/support/fixtures.hpp>

#include <boost/test/unit_test.hpp>

namespace gradus::test {

/// Everything to do with one case: its graph, its node, and all values fed.
struct Built {
  explicit Built(const OpCase& op_case) : example(op_case.build(graph)), at(example.at) {
    at.insert(at.end(), example.fixed.begin(), example.fixed.end());
    for (const Point& point : example.at) wrt.push_back(point.leaf);
  }
  Graph graph;
  Example example;
  std::vector<Point> at;
  Exprs wrt;
};

/// Applies a law to every case of every op, saying which one breaks it.
template <class Law>
void for_each_case(const Law& law) {
  for (const OpCase& op_case : op_cases()) {
    BOOST_TEST_CONTEXT(op_case.op << ": " << op_case.what) {
      Built built(op_case);
      law(built);
    }
  }
}

}  // namespace gradus::test
