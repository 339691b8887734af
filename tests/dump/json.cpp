#include <gradus/base/printable.hpp>
#include <gradus/base/table.hpp>
#include <gradus/dump/derivative.hpp>
#include <gradus/dump/json.hpp>
#include <gradus/dump/text.hpp>
#include <gradus/graph/compile/memory.hpp>
#include <gradus/graph/compile/rewrite.hpp>
#include <gradus/graph/compile/schedule.hpp>
#include <gradus/graph/declare/gradients.hpp>
#include <gradus/optim/minimize.hpp>
#include <gradus/optim/rules/adam.hpp>
#include <gradus/optim/rules/sgd.hpp>
#include <gradus/tests/dump/golden.hpp>
#include <gradus/tests/dump/graphs.hpp>
#include <gradus/tests/support/fixtures.hpp>

#include <nlohmann/json.hpp>

#include <cmath>
#include <limits>

using namespace gradus;
using namespace gradus::test;

namespace {

using nlohmann::json;

template <class Dumped>
std::string dumped_json(const Dumped& dumped, const JsonOptions& options = {}) {
  std::ostringstream out;
  write_json(out, dumped, options);
  return out.str();
}

template <class Dumped>
json json_of(const Dumped& dumped, const JsonOptions& options = {}) {
  return json::parse(dumped_json(dumped, options));
}

std::string shape_text(const json& sizes) {
  std::string text;
  for (const json& size : sizes)
    text += (text.empty() ? "" : ", ") + (size.is_string() ? size.get<std::string>() : size.dump());
  return "(" + text + ")";
}

std::string attribute_text(const json& attribute) {
  const std::string type = attribute["type"];
  const json& value = attribute["value"];
  if (type == "text") return value;
  if (type == "number") return to_string(Attribute::Value(value.get<double>()));
  if (type == "integers") return shape_text(value);
  if (type == "numbers") return to_string(Attribute::Value(value.get<std::vector<double>>()));
  return value.dump();
}

/// The text dump, from the JSON alone.
std::string rebuilt(const json& graph) {
  std::ostringstream out;
  for (const char* section : {"forward", "backward", "update"}) {
    std::vector<Row> rows;
    for (const json& node : graph["nodes"]) {
      if (node["section"] != section) continue;
      std::string call;
      for (const json& input : node["inputs"])
        call += (call.empty() ? "" : ", ") +
                printable(graph["nodes"][input.get<std::size_t>()]["name"].get<std::string>());
      std::string attributes;
      for (const json& attribute : node["attributes"]) {
        const std::string name = attribute["name"];
        if (name == "shape" || name == "index" || attribute["value"] == false) continue;
        attributes += (attributes.empty() ? "" : ", ") + name;
        if (attribute["value"] != true) attributes += "=" + printable(attribute_text(attribute));
      }
      if (!attributes.empty()) call += (call.empty() ? "" : "; ") + attributes;
      std::string origin;
      if (!node["derivation"].is_null())
        origin = "vjp of " + printable(node["derivation"]["of"].get<std::string>()) + " for input " +
                 node["derivation"]["input"].dump();
      std::string id = node["id"].dump();
      id.insert(0, 4 - std::min<std::size_t>(4, id.size()), ' ');
      rows.push_back({id, printable(node["name"].get<std::string>()), shape_text(node["shape"]),
                      node["op"].get<std::string>() + "(" + call + ")", origin});
    }
    if (rows.empty()) continue;
    out << section << '\n';
    out << table_text(rows);
  }
  return out.str();
}

void check_rebuilt(const Graph& graph, const json& dumped) {
  std::ostringstream text;
  write_text(text, graph);
  BOOST_TEST(rebuilt(dumped) == text.str());
  BOOST_TEST(dumped["variables"].size() == graph.variables().size());
  for (std::size_t i = 0; i < graph.variables().size(); ++i) {
    BOOST_TEST(dumped["variables"][i]["name"] == graph.variables()[i].name);
    BOOST_TEST(dumped["variables"][i]["node"] == graph.variables()[i].node->id());
    BOOST_TEST(dumped["variables"][i]["kind"] == to_string(graph.variables()[i].kind));
    BOOST_TEST(dumped["variables"][i]["flush"] == graph.variables()[i].node->origin().flush);
  }
  BOOST_TEST_REQUIRE(dumped["adjoints"].size() == graph.adjoints().size());
  for (std::size_t i = 0; i < graph.adjoints().size(); ++i) {
    const Adjoint& adjoint = graph.adjoints()[i];
    const json& found = dumped["adjoints"][i];
    BOOST_TEST(found["of"] == adjoint.of->id());
    BOOST_TEST(found["loss"] == adjoint.loss->id());
    BOOST_TEST(found["total"] == adjoint.total.node().id());
    BOOST_TEST_REQUIRE(found["contributions"].size() == adjoint.contributions.size());
    for (std::size_t j = 0; j < adjoint.contributions.size(); ++j) {
      const Contribution& contribution = adjoint.contributions[j];
      BOOST_TEST(found["contributions"][j]["use"] ==
                 (contribution.use != nullptr ? json(contribution.use->id()) : json()));
      BOOST_TEST(found["contributions"][j]["input"] == contribution.input);
      BOOST_TEST(found["contributions"][j]["value"] == contribution.value.node().id());
    }
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(graph_json)

BOOST_AUTO_TEST_CASE(nodes_carry_the_symbols_of_derivations) {
  Graph graph;
  const Classifier model = small_mlp(graph);
  minimize(model.loss, Sgd{});
  const json dumped = json_of(graph);
  const auto symbol_of = [&](const std::string& name) {
    for (const json& node : dumped["nodes"])
      if (node["name"] == name) return node["symbol"];
    return json();
  };
  BOOST_TEST(symbol_of("hidden1/weight") == (json{{"text", "W₁"}, {"latex", "W_{1}"}}));
  BOOST_TEST(symbol_of("backward/probabilities/subtract") ==
             (json{{"text", "z̄₂"}, {"latex", "\\bar{z}_{2}"}}));
  BOOST_TEST(symbol_of("hidden1/matmul").is_null());
}

BOOST_AUTO_TEST_CASE(the_graph_can_be_rebuilt) {
  Graph graph;
  const Classifier model = small_mlp(graph);
  MinimizeOptions options;
  options.penalty = model.penalty;
  options.clip_norm = 1;
  const Expr step = minimize(model.loss, Adam{}, options);
  const json dumped = json_of(graph);
  BOOST_TEST(dumped["format"] == "gradus-graph");
  BOOST_TEST(dumped["version"] == 2);
  BOOST_TEST(!dumped.contains("plan"));
  BOOST_TEST(!dumped.contains("run"));
  check_rebuilt(graph, dumped);
  const auto program = compile(graph, {model.loss, step}, up_to(8));
  check_rebuilt(*program.lowered().graph, json_of(program));
  check_rebuilt(Graph(), json_of(Graph()));
}

BOOST_AUTO_TEST_CASE(every_case_of_every_op_can_be_rebuilt) {
  for (const OpCase& op_case : op_cases()) {
    Graph graph;
    const Example example = op_case.build(graph);
    BOOST_TEST_CONTEXT(op_case.op << ": " << op_case.what) check_rebuilt(graph, json_of(graph));
  }
}

BOOST_AUTO_TEST_CASE(golden) {
  Neuron neuron;
  minimize(neuron.loss, Sgd{});
  JsonOptions options;
  options.sources = false;
  check_golden("neuron_training.json", dumped_json(neuron.graph, options));
}

BOOST_AUTO_TEST_CASE(every_field_of_a_node) {
  Neuron neuron;
  gradients(neuron.loss, {neuron.w});
  const json dumped = json_of(neuron.graph);
  for (std::size_t id = 0; id < neuron.graph.size(); ++id) {
    const Node& node = neuron.graph.node(id);
    const json& found = dumped["nodes"][id];
    BOOST_TEST(found["scope"] == node.scope());
    BOOST_TEST(found["formula"] == formula_in_words(node.op().description()));
    BOOST_TEST(found["derivative"] == to_text(derivative_of(node, Notation()).to_all()));
    BOOST_TEST(found["source"]["line"] == node.location().line);
    BOOST_TEST(found["source"]["file"] == node.location().file);
    const Origin& origin = node.origin();
    BOOST_TEST(found["origin"].is_null() == origin.of.empty());
    if (!origin.of.empty())
      BOOST_TEST(found["origin"] ==
                 json({{"of", origin.of}, {"node", neuron.graph.find(origin.of).node().id()}}));
    BOOST_TEST(found["derivation"].is_null() == !origin.vjp_input.has_value());
    if (origin.vjp_input) BOOST_TEST(found["derivation"]["input"] == *origin.vjp_input);
    BOOST_TEST(!found.contains("value"));
  }
}

BOOST_AUTO_TEST_CASE(values_of_a_run) {
  Neuron neuron;
  const Expr step = minimize(neuron.loss, Sgd{.learning_rate = 1.0});
  State<double> state = initialise<double>(neuron.graph, 1);
  const std::vector<double> x{1, 2, 3, 4, 5, 6};
  const std::vector<double> y{1, 0};
  const Recording recording =
      record(neuron.graph, state, {Feed<double>{neuron.x, x}, Feed<double>{neuron.y, y}}, step);
  const std::vector<NumericCheck> checks = numeric_checks(neuron.graph, recording);
  JsonOptions options;
  options.numbers = {&recording, &checks};
  const json dumped = json_of(neuron.graph, options);
  BOOST_TEST(dumped["run"]["batch"] == 2);
  BOOST_TEST(dumped["run"]["step"] == 0);
  const json& image = dumped["nodes"][neuron.x.node().id()]["value"];
  BOOST_TEST(image["values"] == json(x));
  BOOST_TEST(image["shape"] == json({2, 3}));
  BOOST_TEST(image["mean"] == 3.5);
  BOOST_TEST(image["not_finite"] == 0);
  BOOST_TEST(dumped["nodes"][step.node().id()]["value"].is_null());
  BOOST_TEST(dumped["variables"][0]["after"]["values"] == json(numbers(std::as_const(state)["w"])));
  for (const json& adjoint : dumped["adjoints"]) BOOST_TEST(adjoint["check"]["error"] < 1e-8);
  options.full_size = 5;
  options.picture_side = 2;
  const json smaller = json_of(neuron.graph, options)["nodes"][neuron.x.node().id()]["value"];
  BOOST_TEST(!smaller.contains("values"));
  BOOST_TEST(smaller["picture"] == json({{"rows", 2}, {"columns", 2}, {"values", {1.0, 2.5, 4.0, 5.5}}}));
}

BOOST_AUTO_TEST_CASE(the_plan) {
  Neuron neuron;
  const Expr step = minimize(neuron.loss, Sgd{});
  const auto program = compile(neuron.graph, {neuron.loss, step}, up_to(8));
  const json plan = json_of(program)["plan"];
  BOOST_TEST(plan["capacity"] == 8);
  BOOST_TEST(plan["scalar_bytes"] == 4);
  BOOST_TEST(plan["planned_bytes"] == program.planned_bytes());
  BOOST_TEST(plan["unplanned_bytes"] == program.unplanned_bytes());
  BOOST_TEST(plan["outputs"].size() == 2U);
  const auto& stages = program.schedule().stages;
  BOOST_TEST_REQUIRE(plan["stages"].size() == stages.size());
  for (std::size_t s = 0; s < stages.size(); ++s) {
    BOOST_TEST(plan["stages"][s]["tiled"] == stages[s].tiled);
    BOOST_TEST_REQUIRE(plan["stages"][s]["nodes"].size() == stages[s].nodes.size());
    for (std::size_t i = 0; i < stages[s].nodes.size(); ++i)
      BOOST_TEST(plan["stages"][s]["nodes"][i] == stages[s].nodes[i]->id());
  }
  BOOST_TEST(plan["places"].size() == program.lowered().graph->size());
  BOOST_TEST(plan["buffers"].size() == program.memory().buffers.size());
  for (const json& buffer : plan["buffers"]) {
    const json& place = plan["places"][buffer["node"].get<std::size_t>()];
    BOOST_TEST(place["in"] == "arena");
    BOOST_TEST(place["offset"] == buffer["offset"]);
    BOOST_TEST(buffer["last"] <= plan["stages"].size());
  }
}

BOOST_AUTO_TEST_CASE(numbers_that_are_not_finite_are_words) {
  Graph graph;
  constexpr double inf = std::numeric_limits<double>::infinity();
  const Expr x = graph.constant({std::nan(""), inf, -inf, 0.1}, {4});
  State<double> state = initialise<double>(graph, 1);
  const Recording recording = record(graph, state, std::span<const Feed<double>>());
  JsonOptions options;
  options.numbers.values = &recording;
  const json node = json_of(graph, options)["nodes"][x.node().id()];
  const json expected{"NaN", "Infinity", "-Infinity", 0.1};
  BOOST_TEST(node["value"]["values"] == expected);
  BOOST_TEST(node["value"]["not_finite"] == 3);
  BOOST_TEST(node["attributes"][1]["value"] == expected);
}

BOOST_AUTO_TEST_SUITE_END()
