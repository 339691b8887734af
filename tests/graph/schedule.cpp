// What compiling costs, counted in steps instead of seconds, and the structures that keep it low.
#include <gradus/graph/compile/arena_layout.hpp>
#include <gradus/graph/compile/order_list.hpp>
#include <gradus/graph/compile/schedule.hpp>
#include <gradus/graph/declare/core_ops.hpp>
#include <gradus/graph/run/program.hpp>
#include <gradus/models/layers.hpp>
#include <gradus/ops/ops.hpp>
#include <gradus/optim/minimize.hpp>
#include <gradus/optim/rules/adam.hpp>

#include <rapidcheck.h>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <functional>
#include <numeric>

using namespace gradus;

namespace {

using MakeLayer = std::function<Expr(Expr, const std::string&)>;

/// So many layers behind one another.
Expr stack(Graph& graph, std::size_t layers, const MakeLayer& layer) {
  Expr h = graph.input("x", {batch, 4});
  for (std::size_t i = 0; i < layers; ++i) h = layer(h, "layer" + std::to_string(i));
  return mean(square(h));
}

/// Values that all meet in a long chain, and again, each on its own, behind it: every path from one to where
/// it is used once more is as long as the chain.
Expr long_detours(Graph& graph, std::size_t count) {
  Exprs values;
  for (std::size_t i = 0; i < count; ++i)
    values.push_back(tanh(graph.parameter("value" + std::to_string(i), {4, 4}, filled_with(0.1))));
  Expr chain = concatenate(values, 0);
  const Expr w = graph.parameter("w", {4, 4}, filled_with(0.1));
  for (std::size_t i = 0; i < count; ++i) chain = matmul(chain, w);
  Exprs met;
  for (const Expr& value : values) met.push_back(sum(value * slice(chain, 0, 0, 4)));
  return accumulate(met);
}

/// Edges followed for each node of a program.
double searched_per_node(const Program<float>& program) {
  return static_cast<double>(program.schedule().searched) /
         static_cast<double>(program.lowered().graph->size());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(scheduling)

BOOST_AUTO_TEST_CASE(search_is_in_proportion_to_the_graph) {
  const std::vector<MakeLayer> layers{
      [](Expr h, const std::string& name) { return tanh(dense(h, 4, name)); },
      [](Expr h, const std::string& name) { return h + 0.1 * tanh(dense(h, 4, name)); },
      [](Expr h, const std::string& name) {
        return tanh(h * h.graph().parameter(name, {4}, filled_with(0.5)));
      },
      [](Expr h, const std::string& name) {
        return tanh(h * h.graph().parameter(name, {}, filled_with(0.5)));
      }};
  for (const MakeLayer& layer : layers) {
    const auto searched = [&](std::size_t size) {
      Graph graph;
      const Expr loss = stack(graph, size, layer);
      return searched_per_node(compile(graph, {loss, minimize(loss, Adam{})}));
    };
    BOOST_TEST(searched(20) > 0.1);
    BOOST_TEST(searched(200) < 1.2 * searched(20));
  }
}

BOOST_AUTO_TEST_CASE(long_paths_are_known_without_a_search) {
  const auto searched = [](std::size_t size) {
    Graph graph;
    return searched_per_node(compile(graph, {long_detours(graph, size)}));
  };
  BOOST_TEST(searched(20) > 0.1);
  BOOST_TEST(searched(200) < 1.2 * searched(20));
}

BOOST_AUTO_TEST_CASE(order_list_keeps_the_order_of_a_list) {
  BOOST_TEST(rc::check("moves", [] {
    const auto size = *rc::gen::inRange<std::size_t>(1, 12);
    std::vector<std::size_t> list(size);
    std::iota(list.begin(), list.end(), std::size_t{0});
    OrderList order(list);
    const auto moves = *rc::gen::inRange(0, 400);
    for (int i = 0; i < moves; ++i) {
      // Often the same place again, so that its labels run out.
      const std::size_t place =
          *rc::gen::element<std::size_t>(0, 0, 0, *rc::gen::inRange<std::size_t>(0, size + 1)) % (size + 1);
      const std::size_t item = *rc::gen::inRange<std::size_t>(0, size);
      order.move_before(place, item);
      if (place == item) continue;
      list.erase(std::ranges::find(list, item));
      list.insert(std::ranges::find(list, place), item);
      for (std::size_t at = 0; at + 1 < size; ++at) RC_ASSERT(order.before(list[at], list[at + 1]));
      for (std::size_t at = 0; at < size; ++at)
        RC_ASSERT(order.after(list[at]) == (at + 1 < size ? list[at + 1] : size));
    }
  }));
}

BOOST_AUTO_TEST_CASE(arena_layout_gives_the_lowest_free_place) {
  struct Buffer {
    std::size_t first;
    std::size_t last;
    Index lines;
    Index line;
  };
  BOOST_TEST(rc::check("first fit", [] {
    const auto last = *rc::gen::inRange<std::size_t>(0, 20);
    ArenaLayout layout(last);
    std::vector<Buffer> placed;
    const auto count = *rc::gen::inRange(0, 40);
    for (int i = 0; i < count; ++i) {
      Buffer buffer{*rc::gen::inRange<std::size_t>(0, last + 1), 0, *rc::gen::inRange<Index>(1, 5), 0};
      buffer.last = *rc::gen::inRange<std::size_t>(buffer.first, last + 1);
      const auto overlaps = [&](const Buffer& other) {
        return other.first <= buffer.last && buffer.first <= other.last &&
               other.line < buffer.line + buffer.lines && buffer.line < other.line + other.lines;
      };
      while (std::ranges::any_of(placed, overlaps)) ++buffer.line;
      RC_ASSERT(layout.place(buffer.first, buffer.last, buffer.lines) == buffer.line);
      placed.push_back(buffer);
    }
  }));
}

BOOST_AUTO_TEST_SUITE_END()
