// Random graphs and what gradus computes of them, one JSON object a line: what oracle.py compares.
#include <fmt/format.h>
#include <openssl/evp.h>
#include <gradus/base/error.hpp>
#include <gradus/dump/json.hpp>
#include <gradus/ops/dropout.hpp>
#include <gradus/tests/oracle/graphs/makers.hpp>
#include <gradus/tests/oracle/graphs/runs.hpp>

#include <iostream>
#include <nlohmann/json.hpp>
#include <sstream>

using namespace gradus;
using namespace gradus::oracle;
using nlohmann::json;

namespace {

/// The most numbers of one graph of which every node's value is written.
constexpr Index full_size = 60000;

template <class T>
std::string base64(std::span<const T> numbers) {
  const auto bytes = std::as_bytes(numbers);
  std::string text(4 * ((bytes.size() + 2) / 3), '\0');
  EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                  reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  return text;
}

template <class T>
std::string base64(const Tensor<T>& tensor) {
  return base64(std::span<const T>(tensor.span()));
}

json ids(const Exprs& of) {
  json result = json::array();
  for (const Expr& x : of) result.push_back(x.node().id());
  return result;
}

/// The values of leaves and masks, and of all nodes where these are not too many.
json values_of(const RandomGraph& of) {
  Index all = 0;
  for (const Tensor<double>& value : of.values) all += value.size();
  json result = json::object();
  for (std::size_t id = 0; id < of.values.size(); ++id) {
    const Expr x(of.graph->node(id));
    const bool given = as<DropoutMask>(x) != nullptr || std::ranges::find(of.sources, x) != of.sources.end();
    if (given || all <= full_size) result[std::to_string(id)] = base64(of.values[id]);
  }
  return result;
}

template <class Scalar>
void add_runs(json& line, const RandomGraph& of, bool passes) {
  const Runs<Scalar> runs = run_all_plans<Scalar>(of, passes);
  json values = json::array();
  for (const Tensor<Scalar>& value : runs.values) values.push_back(base64(value));
  const std::string scalar = sizeof(Scalar) == sizeof(float) ? "float" : "double";
  line["runs"][scalar + (passes ? ", passes" : "")] = std::move(values);
  for (const std::string& each : runs.broken) line["broken"].push_back(each);
}

json describe(const Recipe& recipe) {
  json line{{"seed", recipe.seed}, {"broken", json::array()}};
  try {
    RandomGraph of = random_graph(recipe);
    std::ostringstream graph;
    JsonOptions options;
    options.sources = false;
    write_json(graph, *of.graph, options);
    line["graph"] = json::parse(graph.str());
    differentiate(of);
    line["makers"] = recipe.ops;
    line["fingerprint"] = fmt::format("{:016x}", fingerprint(of));
    line["batch"] = of.batch_size;
    line["extreme"] = recipe.sizes == std::vector{Size::extreme};
    line["training"] = of.mode == Mode::training;
    line["loss"] = of.loss.node().id();
    line["outputs"] = ids(of.outputs);
    line["exact"] = ids(of.exact);
    line["wrt"] = ids(of.wrt);
    line["directions"] = ids(of.directions);
    line["names"] = names_of_wanted(of);
    line["values"] = values_of(of);
    for (const bool passes : {false, true}) {
      add_runs<double>(line, of, passes);
      add_runs<float>(line, of, passes);
    }
  } catch (const std::exception& error) {
    line["error"] = error.what();
  } catch (const Mismatch& mismatch) {
    line["error"] = mismatch.expected;
  }
  return line;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  if (arguments.size() < 2) {
    std::cerr << "usage: oracle-graphs FIRST_SEED COUNT [small|extreme]\n";
    return 2;
  }
  Recipe recipe;
  for (const Maker& maker : makers()) recipe.ops.emplace_back(maker.op);
  if (arguments.size() > 2) recipe.sizes = {arguments[2] == "small" ? Size::small : Size::extreme};
  const std::uint64_t first = std::stoull(arguments[0]);
  for (std::uint64_t i = 0; i < std::stoull(arguments[1]); ++i) {
    recipe.seed = first + i;
    std::cout << describe(recipe).dump(-1, ' ', false, json::error_handler_t::replace) << std::endl;
  }
}
