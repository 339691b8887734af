#include <gradus/base/escape.hpp>
#include <gradus/dump/derivative.hpp>
#include <gradus/dump/json.hpp>
#include <gradus/dump/json_numbers.hpp>
#include <gradus/dump/textbook.hpp>
#include <gradus/graph/compile/memory.hpp>
#include <gradus/graph/compile/rewrite.hpp>
#include <gradus/graph/compile/schedule.hpp>
#include <gradus/inspect/statistics.hpp>

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include <charconv>
#include <cmath>

namespace gradus {
namespace {

using Json = nlohmann::ordered_json;

Json json(double number) { return json_number<Json>(number); }

/// For pictures, which are to be looked at: four digits.
Json rounded(double number) {
  if (!std::isfinite(number)) return json(number);
  const std::string text = fmt::format("{:.4g}", number);
  double result = 0;
  std::from_chars(text.data(), text.data() + text.size(), result);
  return result;
}

Json json(const Shape& shape) {
  Json sizes = Json::array();
  for (const Dim dim : shape.dims()) sizes.push_back(dim.is_batch() ? Json("batch") : Json(dim.at(1)));
  return sizes;
}

Json json(const Extents& extents) {
  Json sizes = Json::array();
  for (std::size_t axis = 0; axis < extents.rank; ++axis) sizes.push_back(extents[axis]);
  return sizes;
}

struct TypedValue {
  const char* type;
  Json value;
};

TypedValue typed(bool value) { return {"boolean", value}; }
TypedValue typed(Index value) { return {"integer", value}; }
TypedValue typed(double value) { return {"number", json(value)}; }
TypedValue typed(const std::string& value) { return {"text", value}; }
TypedValue typed(const std::vector<Index>& value) { return {"integers", value}; }
TypedValue typed(const std::vector<double>& value) { return {"numbers", json_numbers<Json>(value)}; }
TypedValue typed(const Shape& value) { return {"shape", json(value)}; }

Json attributes_of(const Node& node) {
  Json result = Json::array();
  for (const Attribute& attribute : node.op().attributes()) {
    TypedValue each = std::visit([](const auto& value) { return typed(value); }, attribute.value);
    result.push_back({{"name", attribute.name}, {"type", each.type}, {"value", std::move(each.value)}});
  }
  return result;
}

Json ids_of(const std::vector<const Node*>& nodes) {
  Json ids = Json::array();
  for (const Node* node : nodes) ids.push_back(node->id());
  return ids;
}

Json owner_of(const Node& node) {
  const std::string& of = node.origin().of;
  if (of.empty()) return nullptr;
  const Graph& graph = node.graph();
  // A pass may have taken the node out; its name lasts.
  return {{"of", of}, {"node", graph.contains(of) ? Json(graph.find(of).node().id()) : Json()}};
}

Json derivation_of(const Node& node) {
  if (!node.origin().vjp_input) return nullptr;
  Json result = owner_of(node);
  result["input"] = *node.origin().vjp_input;
  return result;
}

Json source_of(const Node& node, const JsonOptions& options) {
  if (!options.sources || node.location().line == 0) return nullptr;
  return {{"file", node.location().file}, {"line", node.location().line}};
}

const char* name_of(Kind kind) {
  switch (kind) {
    case Kind::source:
      return "source";
    case Kind::view:
      return "view";
    case Kind::elementwise:
      return "elementwise";
    case Kind::gather:
      return "gather";
    case Kind::rowwise:
      return "rowwise";
    case Kind::effect:
      return "effect";
  }
  return "";
}

Json value_of(const Tensor<double>* tensor, const JsonOptions& options) {
  if (tensor == nullptr) return nullptr;
  const Statistics numbers = statistics(*tensor);
  Json result{{"shape", json(numbers.shape)}, {"min", json(numbers.min)},
              {"mean", json(numbers.mean)},   {"max", json(numbers.max)},
              {"norm", json(numbers.norm)},   {"not_finite", numbers.not_finite}};
  if (tensor->size() <= options.full_size) {
    result["values"] = json_numbers<Json>(std::vector<double>(tensor->span().begin(), tensor->span().end()));
    return result;
  }
  const Picture small = picture(*tensor, options.picture_side, options.picture_side);
  Json values = Json::array();
  for (const double value : small.values) values.push_back(rounded(value));
  result["picture"] = {{"rows", small.rows}, {"columns", small.columns}, {"values", std::move(values)}};
  return result;
}

Json symbol_of(const Node& node, const Textbook& book) {
  const auto found = book.symbols.find(&node);
  if (found == book.symbols.end()) return nullptr;
  return {{"text", to_text(found->second)}, {"latex", to_latex(found->second)}};
}

Json json(const Node& node, const Notation& notation, const Textbook& book, const JsonOptions& options) {
  Json result{{"id", node.id()},
              {"name", node.name()},
              {"scope", node.scope()},
              {"section", to_string(node.section())},
              {"symbol", symbol_of(node, book)},
              {"op", node.op().name()},
              {"kind", name_of(node.op().kind())},
              {"formula", formula_in_words(node.op().description())},
              {"derivative", to_text(derivative_of(node, notation).to_all())},
              {"attributes", attributes_of(node)},
              {"inputs", ids_of(node.inputs())},
              {"shape", json(node.shape())},
              {"origin", owner_of(node)},
              {"derivation", derivation_of(node)},
              {"source", source_of(node, options)}};
  if (const Recording* values = options.numbers.values)
    result["value"] = value_of(values->find(node), options);
  return result;
}

Json json(const Variable& variable, const JsonOptions& options) {
  Json result{{"name", variable.name},
              {"node", variable.node->id()},
              {"kind", to_string(variable.kind)},
              {"flush", variable.node->origin().flush},
              {"shape", json(variable.shape)},
              {"initialiser", variable.initialiser.name}};
  if (const Recording* values = options.numbers.values)
    result["after"] = value_of(values->after(*variable.node), options);
  return result;
}

Json json(const NumericCheck& check) {
  Json elements = Json::array();
  for (const CheckedElement& element : check.elements) {
    elements.push_back({{"position", element.position},
                        {"derived", json(element.derived)},
                        {"numeric", json(element.numeric)},
                        {"uncertainty", json(element.uncertainty)},
                        {"error", json(element.error)}});
    if (element.at_kink())
      elements.back()["kink"] = json_numbers<Json>(std::vector<double>{element.left, element.right});
  }
  return {{"size", check.size}, {"error", json(check.error)}, {"elements", std::move(elements)}};
}

Json json(const Adjoint& adjoint, const JsonOptions& options) {
  Json contributions = Json::array();
  for (const Contribution& each : adjoint.contributions)
    contributions.push_back({{"use", each.use != nullptr ? Json(each.use->id()) : Json()},
                             {"input", each.input},
                             {"value", each.value.node().id()}});
  Json result{{"loss", adjoint.loss->id()},
              {"of", adjoint.of->id()},
              {"contributions", std::move(contributions)},
              {"total", adjoint.total.node().id()}};
  if (options.numbers.checks == nullptr) return result;
  const NumericCheck* check = options.numbers.check_of(adjoint);
  result["check"] = check != nullptr ? json(*check) : Json();
  return result;
}

Json json(const Place& place) {
  switch (place.in) {
    case Place::In::nowhere:
      return {{"in", "nowhere"}};
    case Place::In::arena:
      return {{"in", "arena"}, {"offset", place.index * static_cast<Index>(alignment)}};
    case Place::In::block:
      return {{"in", "block"}, {"offset", place.index * static_cast<Index>(alignment)}};
    case Place::In::fed:
      return {{"in", "fed"}, {"input", place.index}};
    case Place::In::state:
      return {{"in", "state"}, {"variable", place.index}};
    case Place::In::constants:
      return {{"in", "constants"}, {"constant", place.index}};
    case Place::In::step:
      return {{"in", "step"}};
    case Place::In::random_key:
      return {{"in", "random_key"}};
    case Place::In::batch_size:
      return {{"in", "batch_size"}};
  }
  return nullptr;
}

template <class Scalar>
Json plan_of(const Program<Scalar>& program) {
  const ExecutionSchedule& order = program.schedule();
  const MemoryPlan& memory = program.memory();
  Json outputs = Json::array();
  for (const Expr& root : program.lowered().roots) outputs.push_back(root.node().id());
  Json stages = Json::array();
  for (const Stage& stage : order.stages)
    stages.push_back({{"nodes", ids_of(stage.nodes)}, {"tiled", stage.tiled}});
  Json places = Json::array();
  for (std::size_t id = 0; id < memory.places.size(); ++id) {
    places.push_back(json(memory.places[id]));
    if (memory.assigned_in_place[id] != 0) places.back()["in_place"] = true;
  }
  Json buffers = Json::array();
  for (const BufferRecord& buffer : memory.buffers)
    buffers.push_back({{"node", buffer.node->id()},
                       {"offset", buffer.line * static_cast<Index>(alignment)},
                       {"bytes", buffer.lines * static_cast<Index>(alignment)},
                       {"first", buffer.first},
                       {"last", std::min(buffer.last, order.stages.size())}});
  return {{"capacity", program.capacity()},
          {"scalar_bytes", sizeof(Scalar)},
          {"outputs", std::move(outputs)},
          {"finite_check", order.finite_check != nullptr ? Json(order.finite_check->id()) : Json()},
          {"planned_bytes", program.planned_bytes()},
          {"unplanned_bytes", program.unplanned_bytes()},
          {"stages", std::move(stages)},
          {"places", std::move(places)},
          {"buffers", std::move(buffers)}};
}

/// On one line. Names may be no UTF-8, and "</script>" would end a page's script.
std::string line(const Json& json) {
  return script_escaped(json.dump(-1, ' ', false, Json::error_handler_t::replace));
}

/// A member of the outermost object: an array's elements on lines of their own, for people and their diffs.
void write_member(std::ostream& out, const char* name, const Json& value, bool last = false) {
  out << "  \"" << name << "\": ";
  if (value.is_array() && !value.empty()) {
    out << "[\n";
    for (std::size_t i = 0; i < value.size(); ++i)
      out << "    " << line(value[i]) << (i + 1 < value.size() ? ",\n" : "\n");
    out << "  ]";
  } else {
    out << line(value);
  }
  out << (last ? "\n" : ",\n");
}

void write(std::ostream& out, const Graph& graph, const JsonOptions& options, const Json& plan) {
  const Notation notation;
  Json nodes = Json::array();
  const Textbook book = textbook(graph);
  for (std::size_t id = 0; id < graph.size(); ++id)
    nodes.push_back(json(graph.node(id), notation, book, options));
  Json variables = Json::array();
  for (const Variable& variable : graph.variables()) variables.push_back(json(variable, options));
  Json adjoints = Json::array();
  for (const Adjoint& adjoint : graph.adjoints()) adjoints.push_back(json(adjoint, options));
  out << "{\n";
  write_member(out, "format", "gradus-graph");
  write_member(out, "version", 2);
  if (const Recording* values = options.numbers.values)
    write_member(out, "run", {{"batch", values->batch()}, {"step", values->step()}});
  write_member(out, "nodes", nodes);
  write_member(out, "variables", variables);
  write_member(out, "adjoints", adjoints, plan.is_null());
  if (!plan.is_null()) write_member(out, "plan", plan, true);
  out << "}\n";
}

}  // namespace

void write_json(std::ostream& out, const Graph& graph, const JsonOptions& options) {
  write(out, graph, options, nullptr);
}

template <class Scalar>
void write_json(std::ostream& out, const Program<Scalar>& program, const JsonOptions& options) {
  write(out, *program.lowered().graph, options, plan_of(program));
}

template void write_json(std::ostream&, const Program<float>&, const JsonOptions&);
template void write_json(std::ostream&, const Program<double>&, const JsonOptions&);

}  // namespace gradus
