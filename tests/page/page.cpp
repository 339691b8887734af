#include <gradus/base/error.hpp>
#include <gradus/dump/page/bands.hpp>
#include <gradus/dump/page/page.hpp>
#include <gradus/graph/declare/gradients.hpp>
#include <gradus/models/classifier.hpp>
#include <gradus/ops/ops.hpp>
#include <gradus/optim/minimize.hpp>
#include <gradus/optim/rules.hpp>
#include <gradus/tests/dump/graphs.hpp>
#include <gradus/tests/support/variable.hpp>

#include <fmt/format.h>
#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include <limits>
#include <set>
#include <sstream>

using namespace gradus;
using namespace gradus::test;
using nlohmann::json;

namespace {

std::string text_of(const Page& page) {
  std::ostringstream out;
  page.write(out);
  return out.str();
}

/// What the page's own scripts read.
json data_of(const std::string& html) {
  const std::string begin = R"(<script type="application/json" id="data">)";
  const auto from = html.find(begin) + begin.size();
  return json::parse(html.substr(from, html.find("</script>", from) - from));
}

/// A neuron that is trained, and a batch for it.
struct Trained : Neuron {
  Expr step = minimize(loss, Sgd{.learning_rate = 0.1});
  State<double> state = initialise<double>(graph, 1);
  Tensor<double> xs{{2, 3}};
  Tensor<double> ys{{2, 1}};

  Trained() {
    for (Index i = 0; i < xs.size(); ++i) xs[i] = 0.5 * static_cast<double>(i) - 1;
    ys[0] = 1;
  }
  std::vector<Feed<double>> feeds() const { return {{x, xs}, {y, ys}}; }
  Recording run() { return record<double>(graph, state, feeds(), step); }
};

/// A number as far as its coloured square says it.
double level_at(const json& squares, std::size_t at) {
  const std::string letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-";
  const auto level = static_cast<double>(letters.find(squares["levels"].get<std::string>()[at]));
  return (level / 31 - 1) * squares["scale"].get<double>();
}

std::size_t place_of(const json& data, const std::string& name) {
  for (std::size_t i = 0; i < data["nodes"].size(); ++i)
    if (data["nodes"][i]["name"] == name) return i;
  BOOST_FAIL("no node " + name);
  return 0;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(explanation)

BOOST_AUTO_TEST_CASE(order_visits_every_node_once_inputs_first) {
  Trained t;
  const auto nodes = page::boxes_of(t.graph);
  const auto order = page::teaching_order(nodes);
  BOOST_TEST(order.size() == t.graph.size());
  std::set<std::size_t> seen;
  Section before = Section::forward;
  for (const std::size_t id : order) {
    for (const Node* input : t.graph.node(id).inputs()) BOOST_TEST(seen.contains(input->id()));
    BOOST_TEST((t.graph.node(id).section() >= before));
    before = t.graph.node(id).section();
    seen.insert(id);
  }
  BOOST_TEST(seen.size() == t.graph.size());
}

BOOST_AUTO_TEST_CASE(layers_are_bands) {
  Graph graph;
  const Classifier model = small_mlp(graph);
  minimize(model.loss, Adam{});
  const auto nodes = page::boxes_of(graph);
  const page::Bands bands = page::arrange_in_bands(nodes);
  BOOST_TEST(bands.names.front() == "inputs");
  const auto band = [&](const std::string& name) {
    return bands.names[bands.of[graph.find(name).node().id()]];
  };
  BOOST_TEST(band("hidden1/matmul") == "hidden1");
  BOOST_TEST(band("backward/hidden1/matmul/matmul") == "hidden1");
  BOOST_TEST(band("backward/hidden1/broadcast/sum") == "hidden1");
  BOOST_TEST(band("hidden1/weight/first_moment") == "hidden1");
  BOOST_TEST(band("update/hidden1/weight/square") == "hidden1");
  BOOST_TEST(band("probabilities") == "output");
  BOOST_TEST(band("loss") == "loss");
  BOOST_TEST(band("learning_rate") == "settings");
}

BOOST_AUTO_TEST_CASE(bands_stay_small_without_scopes) {
  Graph graph;
  Expr x = graph.input("x", {3});
  for (int i = 0; i < 2000; ++i) x = tanh(x);
  const page::Bands bands = page::arrange_in_bands(page::boxes_of(graph));
  std::vector<std::size_t> sizes(bands.names.size());
  for (const std::size_t band : bands.of) ++sizes[band];
  for (const std::size_t size : sizes) BOOST_TEST(size <= 48U);
}

BOOST_AUTO_TEST_CASE(every_node_is_drawn_once) {
  Trained t;
  const json data = data_of(text_of(Page(t.graph)));
  std::set<std::size_t> seen;
  for (const json& cell : data["drawing"]["cells"])
    for (const json& box : cell["boxes"]) {
      BOOST_TEST(seen.insert(box[0].get<std::size_t>()).second);
      BOOST_TEST(box[1].get<double>() >= 0);
      BOOST_TEST(box[1].get<double>() + box[3].get<double>() <= cell["width"].get<double>() + 1);
      BOOST_TEST(box[2].get<double>() + box[4].get<double>() <= cell["height"].get<double>() + 1);
    }
  BOOST_TEST(seen.size() == t.graph.size());
}

BOOST_AUTO_TEST_CASE(gradients_are_those_of_the_program) {
  Trained t;
  Exprs wanted;
  for (const Adjoint& adjoint : t.graph.adjoints()) wanted.push_back(adjoint.total);
  auto state = t.state;
  const auto program = compile<double>(t.graph, wanted);
  const auto results = program.run(state, t.feeds());
  Page page(t.graph);
  page.add(t.run());
  const json data = data_of(text_of(page));
  BOOST_TEST(data["adjoints"].size() == t.graph.adjoints().size());
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const json& adjoint = data["adjoints"][i];
    const json& numbers =
        data["runs"][0]["nodes"][std::to_string(adjoint["total"].get<std::size_t>())]["numbers"];
    const auto values = results[wanted[i]].span();
    BOOST_REQUIRE(numbers.size() == values.size());
    for (std::size_t j = 0; j < values.size(); ++j)
      BOOST_TEST(numbers[j].get<double>() == values[j], boost::test_tools::tolerance(1e-8));
  }
}

BOOST_AUTO_TEST_CASE(what_was_not_computed_is_left_out) {
  Trained t;
  Page page(t.graph);
  page.add(record<double>(t.graph, t.state, {{t.x, t.xs}}));
  const json data = data_of(text_of(page));
  const json& nodes = data["runs"][0]["nodes"];
  BOOST_TEST(nodes.contains(std::to_string(place_of(data, "matmul"))));
  BOOST_TEST(!nodes.contains(std::to_string(place_of(data, "y"))));
  BOOST_TEST(!nodes.contains(std::to_string(place_of(data, "loss"))));
}

BOOST_AUTO_TEST_CASE(numbers_that_are_not_finite) {
  Graph graph;
  const Expr x = graph.input("x", {3});
  const Expr y = log(x).named("y");
  auto state = initialise<double>(graph, 1);
  Tensor<double> values({3});
  values[0] = -1;
  values[2] = 1;
  Page page(graph);
  page.add(record<double>(graph, state, {{x, values}}));
  const json data = data_of(text_of(page));
  const json& numbers = data["runs"][0]["nodes"][std::to_string(y.node().id())]["numbers"];
  BOOST_TEST(numbers[0].is_null());
  BOOST_TEST(numbers[1].is_null());
  BOOST_TEST(numbers[2] == 0);
}

BOOST_AUTO_TEST_CASE(templates_of_first_layer_weights) {
  Graph graph;
  const Classifier model = classifier(graph, "dense 5, relu, dense 2", {10, 10});
  const Expr step = minimize(model.loss, Sgd{});
  auto state = initialise<double>(graph, 1);
  const Tensor<double> images({3, 100});
  const Tensor<double> labels({3});
  PageOptions options;
  options.images = {{model.image, 10, 10}};
  Page page(graph, options);
  const Expr weight = graph.find("hidden1/weight");
  const double third = state[weight][2];
  page.add(record<double>(graph, state, {{model.image, images}, {model.label, labels}}, step));
  const json data = data_of(text_of(page));
  const json& nodes = data["runs"][0]["nodes"];
  const json& seen = nodes[std::to_string(weight.node().id())]["images"];
  BOOST_TEST(seen["rows"] == 10);
  BOOST_TEST(seen["count"] == 5);
  // The first pixel of the third template is the weight from the first pixel to the third unit.
  BOOST_TEST(std::abs(level_at(seen, 200) - third) < seen["scale"].get<double>() / 61);
  BOOST_TEST(nodes[std::to_string(model.image.node().id())].contains("images"));
  BOOST_TEST(!nodes[std::to_string(graph.find("output/weight").node().id())].contains("images"));
}

BOOST_AUTO_TEST_CASE(planes_of_images_and_kernels) {
  Graph graph;
  const Expr x = graph.input("x", {batch, 2, 5, 4});
  const Expr w = graph.parameter("w", {7, 2, 3, 2}, glorot_uniform());
  const Expr y = conv2d(x, w);
  const Expr step = minimize(mean(square(y)), Sgd{});
  auto state = initialise<double>(graph, 1);
  Page page(graph);
  constexpr int fourth_kernel = 18;
  const double first_of_kernel = state[w][fourth_kernel];
  page.add(record<double>(graph, state, {{x, Tensor<double>({3, 2, 5, 4})}}, step));
  const json nodes = data_of(text_of(page))["runs"][0]["nodes"];
  const auto pictures = [&](Expr node) { return nodes[std::to_string(node.node().id())]["images"]; };
  const auto is_of = [](const json& seen, int rows, int columns, int count) {
    BOOST_TEST(seen["rows"] == rows);
    BOOST_TEST(seen["columns"] == columns);
    BOOST_TEST(seen["count"] == count);
  };
  is_of(pictures(x), 5, 4, 6);
  is_of(pictures(y), 3, 3, 12);
  is_of(pictures(w), 3, 2, 12);
  for (const Adjoint& adjoint : graph.adjoints())
    if (adjoint.of == &w.node()) is_of(pictures(adjoint.total), 3, 2, 12);
  // The fourth picture is the kernel from the second channel to the second output.
  const double level = level_at(pictures(w), fourth_kernel);
  BOOST_TEST(std::abs(level - first_of_kernel) < pictures(w)["scale"].get<double>() / 61);
}

BOOST_AUTO_TEST_CASE(large_pages_leave_things_out) {
  Graph graph;
  const Classifier model = classifier(graph, "dense 32, relu, dense 10", {8, 8});
  const Expr step = minimize(model.loss, Adam{});
  auto state = initialise<double>(graph, 1);
  const Tensor<double> images({16, 64});
  const Tensor<double> labels({16});
  std::vector<Recording> recordings;
  for (int i = 0; i < 6; ++i)
    recordings.push_back(record<double>(graph, state, {{model.image, images}, {model.label, labels}}, step));
  std::ostringstream whole;
  write_page(whole, graph, recordings);
  PageOptions options;
  options.most_bytes = whole.str().size() * 3 / 4;
  std::ostringstream less;
  write_page(less, graph, recordings, options);
  BOOST_TEST(less.str().size() <= options.most_bytes);
  // The first step, and what is followed of the weights, are whole in both.
  const json before = data_of(whole.str());
  const json after = data_of(less.str());
  BOOST_TEST(before["runs"][0]["nodes"].size() == after["runs"][0]["nodes"].size());
  const std::string weight = std::to_string(place_of(after, "hidden1/weight"));
  BOOST_TEST(after["runs"][3]["nodes"][weight]["tracked"] == before["runs"][3]["nodes"][weight]["tracked"]);
}

BOOST_AUTO_TEST_CASE(passes_one_after_the_other) {
  Trained t;
  const json data = data_of(text_of(Page(t.graph)));
  const json& steps = data["passes"]["steps"];
  BOOST_REQUIRE(steps.size() > 2U);
  BOOST_TEST(steps[0]["name"] == "declared");
  BOOST_TEST(steps[0]["nodes"].size() == t.graph.size());
  for (const json& step : steps)
    for (const json& node : step["nodes"])
      for (const json& input : node[2]) BOOST_TEST(input.get<std::size_t>() < data["passes"]["nodes"].size());
}

BOOST_AUTO_TEST_CASE(hostile_names_stay_names) {
  Graph graph;
  const std::vector<std::string> names{"</script><script>alert(1)</script>",
                                       "\"quotes\" and 'quotes'",
                                       "<!--",
                                       "line\nline",
                                       "😀",
                                       "\xff\xfe",
                                       std::string(10000, 'x'),
                                       "a/b/../<b>",
                                       "{{data}}",
                                       "backward/",
                                       "/",
                                       "\u2028"};
  Expr sum = graph.constant(0.0);
  for (const std::string& name : names) sum = sum + graph.input(name, {});
  PageOptions options;
  options.title = "</title><script>alert(1)</script>";
  options.introduction = "<img src=x onerror=alert(1)>";
  const std::string html = text_of(Page(graph, options));
  BOOST_TEST(html.find("<script>alert") == std::string::npos);
  BOOST_TEST(html.find("<img") == std::string::npos);
  BOOST_TEST(html.find("<!--", 20) == std::string::npos);
  const json data = data_of(html);
  std::set<std::string> kept;
  for (const json& node : data["nodes"]) kept.insert(node["name"].get<std::string>());
  for (const std::string& name : names)
    if (name != "\xff\xfe") BOOST_TEST(kept.contains(name), "lost " << name.substr(0, 40));
}

BOOST_AUTO_TEST_CASE(the_page_asks_for_nothing) {
  Trained t;
  const std::string html = text_of(Page(t.graph));
  for (const char* outside : {"http://", "https://", "src=", "@import", "url("}) {
    for (auto at = html.find(outside); at != std::string::npos; at = html.find(outside, at + 1))
      // Names of namespaces, and what is in the page itself.
      BOOST_TEST((html.substr(at, 18) == "http://www.w3.org/" || html.substr(at, 5) == "url(#"),
                 html.substr(at, 60));
  }
}

BOOST_AUTO_TEST_CASE(graphviz_is_named_where_it_is_missing) {
  const Trained t;
  const test::Variable path("PATH", "/nowhere");
  BOOST_CHECK_EXCEPTION(text_of(Page(t.graph)), FileError, [](const FileError& error) {
    return std::string(error.what()).find("graphviz") != std::string::npos;
  });
}

BOOST_AUTO_TEST_SUITE_END()
