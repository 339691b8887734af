#pragma once

#include <gradus/graph/declare/graph.hpp>

namespace gradus::test {

inline Index parameters_of(const Graph& graph) {
  Index total = 0;
  for (const Expr& w : graph.parameters()) total += w.shape().count(1);
  return total;
}

}  // namespace gradus::test
