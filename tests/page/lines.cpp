#include <gradus/dump/page/lines.hpp>
#include <gradus/graph/declare/gradients.hpp>
#include <gradus/models/layers.hpp>
#include <gradus/ops/ops.hpp>
#include <gradus/optim/minimize.hpp>
#include <gradus/optim/rules.hpp>
#include <gradus/study/lesson.hpp>

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <string>
#include <vector>

using namespace gradus;
using nlohmann::json;

namespace {

/// "z̄₂ = p − t": the lines that are not folded away, as they are drawn.
std::vector<std::string> drawn(const json& lines) {
  std::vector<std::string> result;
  for (const json& line : lines) {
    if (line.contains("folded")) continue;
    const json& right = line.contains("shorter") ? line["shorter"] : line["formula"];
    result.push_back(line["symbol"]["text"].get<std::string>() + " = " + right["text"].get<std::string>());
  }
  return result;
}

std::vector<std::string> read_by(const Graph& graph, const json& lines, const std::string& symbol) {
  std::vector<std::string> names;
  for (const json& line : lines)
    if (line["symbol"]["text"] == symbol)
      for (const json& id : line["reads"]) names.push_back(graph.node(id.get<std::size_t>()).name());
  std::ranges::sort(names);
  return names;
}

bool mentions(const json& lines, const std::string& word) {
  return std::ranges::any_of(drawn(lines),
                             [&](const std::string& line) { return line.find(word) != std::string::npos; });
}

}  // namespace

BOOST_AUTO_TEST_SUITE(page_lines)

BOOST_AUTO_TEST_CASE(a_network_is_as_many_lines_as_a_textbook_has) {
  const auto& all = lessons();
  const auto known = std::ranges::find(all, "2-3-2", &KnownLesson::name);
  const Lesson lesson = known->make(0.5);
  const json lines = page::lines(*lesson.graph, true);
  const std::vector<std::string> forward{"t = one hot(c)",  "z₁ = x W₁ + b₁",
                                         "h = σ(z₁)",       "z₂ = h W₂ + b₂",
                                         "p = softmax(z₂)", "L = 1 / n Σ_(batch) (−Σ_(axis 1) t ln p)"};
  BOOST_TEST(drawn(lines["forward"]) == forward, boost::test_tools::per_element());
  const std::vector<std::string> backward{
      "L̄ = 1",      "z̄₂ = 1 / n (p − t)",   "b̄₂ = Σ_(batch) z̄₂", "h̄ = z̄₂ W₂ᵀ",
      "W̄₂ = hᵀ z̄₂", "z̄₁ = h̄ ⊙ h ⊙ (1 − h)", "b̄₁ = Σ_(batch) z̄₁", "W̄₁ = xᵀ z̄₁"};
  BOOST_TEST(drawn(lines["backward"]) == backward, boost::test_tools::per_element());
  const std::vector<std::string> read{"p", "t"};
  BOOST_TEST(read_by(*lesson.graph, lines["backward"], "z̄₂") == read, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_slope_of_a_function_is_a_tile_of_its_own) {
  const Lesson lesson = std::ranges::find(lessons(), "2-3-2", &KnownLesson::name)->make(0.5);
  const json lines = page::lines(*lesson.graph, true);
  std::vector<std::string> slopes;
  for (const json& line : lines["backward"])
    if (line.contains("slope")) slopes.push_back(line["slope"]["formula"]["text"]);
  BOOST_TEST(slopes == std::vector<std::string>{"h (1 − h)"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(in_training_nothing_is_said_of_inference) {
  Graph g;
  const Expr x = g.input("x", {batch, 4});
  const Expr hidden = tanh(dense(x, 3, "hidden"));
  const Expr left = dropout(hidden, 0.5);
  const Expr loss = mean(square(dense(left, 1, "output"))).named("loss");
  minimize(loss, Sgd{.learning_rate = 0.1});
  const json both = page::lines(g, false);
  BOOST_TEST((mentions(both["forward"], "training") && mentions(both["backward"], "training")));
  const json trained = page::lines(g, true);
  BOOST_TEST(!mentions(trained["forward"], "training"));
  BOOST_TEST(!mentions(trained["backward"], "training"));
  BOOST_TEST(drawn(trained["forward"]).size() + 1 == drawn(both["forward"]).size());
}

BOOST_AUTO_TEST_CASE(what_has_no_lines_has_no_picture) {
  Graph second;
  const Expr w = second.parameter("w", {});
  const Expr once = gradients(square(square(w)), {w})[0];
  gradients(once, {w});
  BOOST_TEST(page::lines(second, true).is_null());
  Graph deep;
  Expr y = deep.parameter("w", {});
  for (int i = 0; i < 200; ++i) y = tanh(y);
  gradients(y, {deep.parameters()[0]});
  BOOST_TEST(page::lines(deep, true).is_null());
}

BOOST_AUTO_TEST_SUITE_END()
