#include <gradus/dump/algebra.hpp>
#include <gradus/dump/dot.hpp>
#include <gradus/dump/page/bands.hpp>
#include <gradus/dump/textbook.hpp>
#include <gradus/graph/declare/core_ops.hpp>
#include <gradus/models/layers.hpp>
#include <gradus/optim/minimize.hpp>
#include <gradus/optim/rules/adam.hpp>
#include <gradus/optim/rules/eve.hpp>
#include <gradus/optim/rules/momentum.hpp>
#include <gradus/tests/dump/graphs.hpp>

#include <boost/algorithm/string/replace.hpp>
#include <boost/test/unit_test.hpp>
#include <regex>

using namespace gradus;
using namespace gradus::test;

namespace {

/// A scope that says something else than it did: update and backward change places, all others have other
/// names, and none is any longer called as a node is. What was one scope is one scope still.
std::string misleading(const Graph& graph, const std::string& scope) {
  if (scope.empty()) return "";
  const std::size_t slash = std::min(scope.find('/'), scope.size());
  std::string name = "of_" + scope.substr(0, slash);
  if (name == "of_update")
    name = "backward";
  else if (name == "of_backward")
    name = "update";
  return name + scope.substr(slash) + (graph.contains(scope) ? "s" : "");
}

/// The same nodes with the same origins, in scopes that mislead whoever reads them.
class Misnamed {
 public:
  explicit Misnamed(const Graph& from) {
    for (std::size_t id = 0; id < from.size(); ++id) nodes_.push_back(copy(from, from.node(id)));
    const auto same = [&](const Node* node) {
      return node == nullptr ? nullptr : &nodes_[node->id()].node();
    };
    for (Adjoint adjoint : from.adjoints()) {
      for (Contribution& each : adjoint.contributions)
        each = {same(each.use), each.input, nodes_[each.value.node().id()]};
      graph.record({same(adjoint.loss), same(adjoint.of), std::move(adjoint.contributions),
                    nodes_[adjoint.total.node().id()]});
    }
  }

  Graph graph;

  Expr find(Expr node) const { return nodes_[node.node().id()]; }

  /// A text about this graph with the scopes of the other one.
  std::string with_scopes_of(const Graph& from, std::string text) const {
    std::map<std::string, std::string, std::greater<>> scopes;  // inner ones before those they begin with
    for (std::size_t id = 0; id < from.size(); ++id)
      if (!from.node(id).scope().empty()) scopes.emplace(graph.node(id).scope(), from.node(id).scope());
    for (const auto& [mine, its] : scopes) boost::replace_all(text, mine + "/", its + "/");
    return text;
  }

 private:
  Expr copy(const Graph& from, const Node& old) {
    Exprs inputs;
    for (const Node* input : old.inputs()) inputs.push_back(nodes_[input->id()]);
    Origin origin = old.origin();
    if (!origin.of.empty()) origin.of = find(from.find(origin.of)).name();
    const auto context = graph.enter({misleading(from, std::string(old.scope())), origin, old.location()});
    const std::string name(last_part(old.name()));
    if (as<Input>(old.op()) != nullptr) return graph.input(name, old.shape());
    if (as<StepCounter>(old.op()) != nullptr) return graph.step();
    if (const VariableRead* stored = as<VariableRead>(old.op())) {
      if (stored->variable_kind == VariableKind::hyper_parameter) return graph.hyper_parameter(name, 0);
      return stored->variable_kind == VariableKind::optimizer_state ? graph.optimizer_state(name, old.shape())
                                                                    : graph.parameter(name, old.shape());
    }
    const Expr made = graph.make(old.shared_op(), inputs, old.location());
    return old.is_named() ? made.named(name) : made;
  }

  Exprs nodes_;
};

std::string told(const std::vector<TextbookLine>& lines) {
  std::string text;
  for (const TextbookLine& line : lines) {
    text += to_text(line.left) + (line.assigns ? " <-" : " =");
    for (const TextbookTerm& term : line.terms) text += " " + to_text(term.value) + " " + term.rule;
    for (const Formula& parameter : line.parameters) text += ", " + to_text(parameter);
    text += '\n';
  }
  return text;
}

std::string told(const Textbook& book) {
  std::string text = told(book.forward);
  for (const TextbookBackward& part : book.backward) text += told(part.lines);
  return text + told(book.update);
}

std::string drawn(const Graph& graph) {
  return std::regex_replace(written([](auto& out, const Graph& g) { write_dot(out, g); }, graph),
                            std::regex("(label|tooltip)=\"[^\"]*\""), "");
}

void check_reads_no_name(const Graph& graph) {
  const Misnamed other(graph);
  BOOST_TEST(other.with_scopes_of(graph, told(textbook(other.graph))) == told(textbook(graph)));
  BOOST_TEST(drawn(other.graph) == drawn(graph));
  const auto bands = [](const Graph& g) { return page::arrange_in_bands(page::boxes_of(g)).of; };
  BOOST_TEST(bands(other.graph) == bands(graph), boost::test_tools::per_element());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(origin)

BOOST_AUTO_TEST_CASE(no_dump_reads_sections_or_owners_from_names) {
  const auto step = [](const UpdateRule& rule, const MinimizeOptions& options) {
    auto graph = std::make_unique<Graph>();
    const Classifier model = small_mlp(*graph);
    minimize(model.loss + model.penalty, rule, options);
    return graph;
  };
  check_reads_no_name(*step(Momentum{}, {}));
  check_reads_no_name(*step(Eve{}, {.clip_value = 1}));
  check_reads_no_name(
      *step(Adam{.learning_rate = {0.1, exponential_schedule(10, 0.9)}}, {.clip_norm = 1, .accumulate = 2}));
}

BOOST_AUTO_TEST_CASE(the_flush_is_found_under_any_name) {
  Neuron neuron;
  const Expr step = minimize(neuron.loss, Momentum{}, {.accumulate = 2});
  BOOST_TEST(flush_of(step).name() == "accumulate/flush");
  const Misnamed other(neuron.graph);
  BOOST_TEST((flush_of(other.find(step)) == other.find(flush_of(step))));
  Neuron at_once;
  BOOST_TEST(!flush_of(minimize(at_once.loss, Momentum{})));
}

BOOST_AUTO_TEST_CASE(a_step_inside_of_a_scope_reads_the_same) {
  Neuron outside;
  minimize(outside.loss, Adam{});
  Neuron inside;
  const auto scope = inside.graph.scope("net");
  minimize(inside.loss, Adam{});
  BOOST_TEST(told(textbook(inside.graph).update) == told(textbook(outside.graph).update));
}

BOOST_AUTO_TEST_SUITE_END()
