#include <gradus/report/mistakes.hpp>

#include <algorithm>

namespace gradus {

std::vector<Mistake> confident_mistakes(const Network& network, State<float>& state,
                                        const data::PixelScale& scale, const data::Subset& examples,
                                        std::size_t most) {
  constexpr std::size_t batch_size = 250;
  CompileOptions options;
  options.capacity = batch_size;
  const Classifier& model = network.model;
  const auto program = compile(*network.graph, {model.probabilities}, options);
  data::Batches<float> batches(examples, scale, batch_size);
  std::vector<Mistake> mistakes;
  std::size_t index = 0;
  while (const auto batch = batches.next()) {
    const auto values = program.run(state, {{model.image, batch->images}});
    const auto probabilities = values[model.probabilities].span();
    const std::size_t classes = probabilities.size() / batch->size;
    for (std::size_t i = 0; i < batch->size; ++i, ++index) {
      const auto row = probabilities.subspan(i * classes, classes);
      const auto best = static_cast<std::size_t>(std::ranges::max_element(row) - row.begin());
      const std::size_t truth = examples.label(index);
      if (best != truth)
        mistakes.push_back(
            {index, truth, best, static_cast<double>(row[best]), static_cast<double>(row[truth])});
    }
  }
  std::ranges::stable_sort(mistakes, std::ranges::greater(), &Mistake::confidence);
  if (mistakes.size() > most) mistakes.resize(most);
  return mistakes;
}

}  // namespace gradus
