#include <gradus/data/augment/augmentation.hpp>
#include <gradus/data/augment/registry.hpp>
#include <gradus/data/generated.hpp>

#include <benchmark/benchmark.h>
#include <fmt/format.h>

namespace {

using namespace gradus::data;

/// Images a second on one core, over digits that fit into the cache.
void run(benchmark::State& state, const std::string& text) {
  static const Dataset digits = generated_digits({.seed = 1, .train = 1000, .test = 1}).train;
  Augmenter augmenter(Augmentation::parse(text), digits.rows, digits.cols, 1);
  std::vector<float> image(digits.image_size());
  std::uint32_t example = 0;
  for ([[maybe_unused]] auto _ : state) {
    augmenter.apply(digits.image(example % digits.size()), 0, example, image);
    benchmark::DoNotOptimize(image.data());
    benchmark::ClobberMemory();
    ++example;
  }
  state.SetItemsProcessed(state.iterations());
}

}  // namespace

int main(int argc, char** argv) try {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  std::vector<std::string> texts;
  for (const auto& transform : registered_transforms()) texts.push_back(transform.name);
  texts.emplace_back("erase:probability=1");
  texts.emplace_back("shift,rotate,scale,shear");
  texts.emplace_back("shift,rotate,scale,shear,elastic");
  for (const std::string& text : texts)
    benchmark::RegisterBenchmark(text.c_str(), [text](benchmark::State& state) {
      run(state, text);
    })->Unit(benchmark::kMicrosecond);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
} catch (const std::exception& error) {
  fmt::print(stderr, "bench-transforms: {}\n", error.what());
  return 1;
}
