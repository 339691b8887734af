#include <gradus/dump/derivative.hpp>
#include <gradus/dump/formula_tree.hpp>
#include <gradus/dump/page/document.hpp>
#include <gradus/graph/declare/core_ops.hpp>

#include <fmt/format.h>

namespace gradus::page {

using nlohmann::json;

namespace {

/// What a node is to somebody who goes through the step.
std::string role(const Node& node) {
  const Op& op = node.op();
  if (as<Input>(op) != nullptr) return "input";
  if (const auto* stored = as<VariableRead>(op)) return std::string(to_string(stored->variable_kind));
  if (as<Constant>(op) != nullptr || as<Fill>(op) != nullptr) return "constant";
  if (as<StepCounter>(op) != nullptr) return "step";
  if (as<Assign>(op) != nullptr) return "assign";
  if (as<Step>(op) != nullptr) return "train_step";
  if (as<Accumulate>(op) != nullptr) return "accumulate";
  return "compute";
}

std::string line_of(SourceLocation location) {
  const std::string text = to_string(location);
  return text.empty() ? text : text.substr(2, text.size() - 3);
}

json adjoints(const Graph& graph) {
  json result = json::array();
  for (const Adjoint& adjoint : graph.adjoints()) {
    json uses = json::array();
    for (const Contribution& use : adjoint.contributions) {
      json entry{{"input", use.input}, {"value", use.value.node().id()}};
      if (use.use != nullptr) entry["use"] = use.use->id();
      uses.push_back(std::move(entry));
    }
    result.push_back({{"loss", adjoint.loss->id()},
                      {"of", adjoint.of->id()},
                      {"total", adjoint.total.node().id()},
                      {"uses", std::move(uses)}});
  }
  return result;
}

}  // namespace

std::size_t OpTable::index(const Node& node) {
  const Description& description = node.op().description();
  const Derivative derivative = derivative_of(node, notation_);
  json letters = json::array();
  std::vector<Formula> numbers;
  for (const Formula& letter : derivative.letters) {
    letters.push_back(to_text(letter));
    numbers.push_back(formula::symbol(fmt::format("{{{}}}", numbers.size())));
  }
  json back = json::array();
  for (const Formula& each : derivative.to) back.push_back(to_mathml(each));
  json slopes = json::array();
  for (const Formula& each : slopes_of(node, notation_, numbers, formula::symbol("{y}")))
    slopes.push_back(to_text(each));
  json entry{{"name", std::string(description.name)},
             {"formula", to_mathml(notation_.formula_of(description))},
             {"derivative", to_mathml(derivative.to_all())},
             {"letters", std::move(letters)},
             {"back", std::move(back)},
             {"slopes", std::move(slopes)},
             {"attributes", attributes_of(node.op())}};
  if (node.op().kind() == Kind::elementwise) entry["elementwise"] = true;
  if (const auto rule = rules_.index(node.op())) entry["rule"] = *rule;
  const auto [found, made] = places_.emplace(entry.dump(), ops_.size());
  if (made) ops_.push_back(std::move(entry));
  return found->second;
}

json nodes(const Graph& graph, std::optional<Index> batch, std::vector<Box>& boxes, OpTable& ops) {
  std::map<const Node*, const Node*> first_gradient;
  std::map<const Node*, const Node*> gradient_of;
  for (const Adjoint& adjoint : graph.adjoints()) {
    first_gradient.emplace(adjoint.of, &adjoint.total.node());
    gradient_of.emplace(&adjoint.total.node(), adjoint.of);
  }
  json result = json::array();
  for (std::size_t id = 0; id < graph.size(); ++id) {
    const Node& node = graph.node(id);
    const auto of = gradient_of.find(&node);
    const std::string label =
        of != gradient_of.end() ? "∂L/∂" + box_label(of->second->name()) : box_label(node.name());
    const std::string kind = role(node);
    const std::string below = kind == "compute" ? std::string(node.op().name()) : kind;
    const bool with_gradient = node.section() == Section::forward && first_gradient.contains(&node);
    BoxSize size = box_size(label, below, node.shape(), batch, with_gradient);
    if (kind == "train_step") size = box_size(label, below, node.shape(), {}, false);
    boxes[id].width = size.width;
    boxes[id].height = size.height;
    json entry{{"name", node.name()},
               {"label", label},
               {"below", below},
               {"op", ops.index(node)},
               {"role", kind},
               {"section", to_string(node.section())},
               {"shape", to_string(node.shape())},
               {"inputs", boxes[id].inputs},
               {"grid", {size.rows, size.columns}}};
    if (const Origin& from = node.origin(); graph.contains(from.of)) {
      entry["of"] = graph.find(from.of).node().id();
      if (from.vjp_input) entry["for"] = *from.vjp_input;
    }
    if (const std::string line = line_of(node.location()); !line.empty()) entry["line"] = line;
    result.push_back(std::move(entry));
  }
  return result;
}

json declared(const Graph& graph, std::optional<Index> batch, OpTable& ops) {
  std::vector<Box> boxes = boxes_of(graph);
  json all = nodes(graph, batch, boxes, ops);
  return {{"nodes", std::move(all)},
          {"adjoints", adjoints(graph)},
          {"order", teaching_order(boxes)},
          {"drawing", drawing(boxes)}};
}

}  // namespace gradus::page
