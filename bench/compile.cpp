/// How long a training step takes to be declared, differentiated and compiled, against its nodes.

#include <gradus/gradus.hpp>

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <array>

namespace {

using namespace gradus;

struct Stack {
  const char* name;
  Expr (*layer)(Expr h, const std::string& name);
};

const std::array<Stack, 3> stacks{{
    {"dense", [](Expr h, const std::string& name) { return tanh(dense(h, 4, name)); }},
    {"residual",
     [](Expr h, const std::string& name) {
       const Expr change = tanh(dense(h, 4, name));
       return h + 0.1 * change;
     }},
    {"scales", [](Expr h, const std::string& name) { return tanh(h * h.graph().parameter(name, {})); }},
}};

Expr declare(Graph& graph, const Stack& stack, std::size_t layers) {
  Expr h = graph.input("x", {batch, 4});
  for (std::size_t i = 0; i < layers; ++i) h = stack.layer(h, fmt::format("layer{}", i));
  const Expr loss = mean(square(h)).named("loss");
  return minimize(loss, Adam{.learning_rate = 0.01});
}

/// So many layers that the differentiated graph has about `nodes` nodes: their number grows by the same for
/// each.
std::size_t layers_for(const Stack& stack, std::size_t nodes) {
  const auto size = [&](std::size_t layers) {
    Graph graph;
    declare(graph, stack, layers);
    return graph.size();
  };
  const std::size_t each = (size(20) - size(10)) / 10;
  return nodes / each;
}

void compile_step(benchmark::State& state, const Stack& stack) {
  const std::size_t layers = layers_for(stack, static_cast<std::size_t>(state.range(0)));
  std::size_t nodes = 0;
  for (auto _ : state) {
    Graph graph;
    const Expr step = declare(graph, stack, layers);
    nodes = graph.size();
    benchmark::DoNotOptimize(compile(graph, {step}, {.capacity = 8}));
  }
  state.counters["nodes"] = static_cast<double>(nodes);
}

}  // namespace

int main(int argc, char** argv) {
  for (const Stack& stack : stacks)
    benchmark::RegisterBenchmark(fmt::format("compile/{}", stack.name).c_str(),
                                 [&stack](benchmark::State& state) { compile_step(state, stack); })
        ->RangeMultiplier(10)
        ->Range(1'000, 100'000)
        ->Unit(benchmark::kMillisecond)
        ->UseRealTime();
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
}
