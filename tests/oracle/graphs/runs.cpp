#include <fmt/format.h>
#include <gradus/tests/oracle/graphs/runs.hpp>
#include <gradus/tests/support/fixtures.hpp>

#include <cmath>
#include <cstring>

namespace gradus::oracle {
namespace {

/// The leaves that the given expressions depend on: a program refuses to be fed any others.
std::vector<Point> needed(const RandomGraph& of, const Exprs& roots) {
  std::vector<char> reached(of.graph->size());
  for (const Expr& root : roots) reached[root.node().id()] = 1;
  for (std::size_t id = of.graph->size(); id-- > 0;)
    if (reached[id] != 0)
      for (const Node* input : of.graph->node(id).inputs()) reached[input->id()] = 1;
  std::vector<Point> points;
  for (const Expr& source : of.sources)
    if (reached[source.node().id()] != 0) points.push_back({source, of.value(source)});
  return points;
}

/// The same bits, whichever NaN it is where there is one.
template <class Scalar>
bool equal(const Tensor<Scalar>& a, const Tensor<Scalar>& b) {
  for (Index i = 0; i < a.size(); ++i)
    if (!(std::isnan(a[i]) && std::isnan(b[i])) && std::memcmp(&a[i], &b[i], sizeof(Scalar)) != 0)
      return false;
  return a.extents() == b.extents();
}

}  // namespace

Exprs wanted(const RandomGraph& of) {
  Exprs all{of.loss};
  for (const Exprs& more : {of.outputs, of.gradients, of.products})
    all.insert(all.end(), more.begin(), more.end());
  return all;
}

std::vector<std::string> names_of_wanted(const RandomGraph& of) {
  std::vector<std::string> names{"loss"};
  for (const Expr& y : of.outputs) names.push_back(fmt::format("output of node {}", y.node().id()));
  for (const Expr& w : of.wrt) names.push_back("gradient by " + w.name());
  for (const Expr& w : of.wrt) names.push_back("product by " + w.name());
  return names;
}

std::string to_string(const Plan& plan) {
  return fmt::format("{}, {}, {}, {}", plan.passes ? "passes" : "no passes",
                     plan.fuse ? "fused" : "not fused", plan.share_memory ? "memory shared" : "memory apart",
                     plan.threads == 1 ? "1 thread" : fmt::format("{} threads", plan.threads));
}

template <class Scalar>
std::vector<Tensor<Scalar>> run(const RandomGraph& of, const Plan& plan) {
  CompileOptions options;
  options.mode = of.mode;
  options.passes = plan.passes;
  options.fuse = plan.fuse;
  options.share_memory = plan.share_memory;
  options.threads = plan.threads;
  options.least_work = 0;
  const Exprs roots = wanted(of);
  return test::Runner<Scalar>(*of.graph, roots, needed(of, roots), options).run();
}

template <class Scalar>
Runs<Scalar> run_all_plans(const RandomGraph& of, bool passes) {
  Runs<Scalar> result{run<Scalar>(of, {passes, false, false, 1}), {}};
  const std::vector<std::string> names = names_of_wanted(of);
  // Which number of threads goes with which plan changes from graph to graph.
  auto salt = static_cast<int>(of.recipe.seed % 4);
  for (const auto& [fuse, share] : {std::pair{false, true}, {true, false}, {true, true}}) {
    const Plan plan{passes, fuse, share, 1 + ++salt % 4};
    const std::vector<Tensor<Scalar>> values = run<Scalar>(of, plan);
    for (std::size_t i = 0; i < values.size(); ++i)
      if (!equal(values[i], result.values[i]))
        result.broken.push_back(fmt::format("{} in {} ({}): other bits than without", names[i],
                                            sizeof(Scalar) == sizeof(float) ? "float" : "double",
                                            to_string(plan)));
  }
  return result;
}

template std::vector<Tensor<float>> run(const RandomGraph&, const Plan&);
template std::vector<Tensor<double>> run(const RandomGraph&, const Plan&);
template Runs<float> run_all_plans(const RandomGraph&, bool);
template Runs<double> run_all_plans(const RandomGraph&, bool);

}  // namespace gradus::oracle
