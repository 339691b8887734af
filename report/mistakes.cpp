#include <gradus/report/mistakes.hpp>
#include <gradus/train/predictor.hpp>

#include <algorithm>

namespace gradus {

std::vector<Mistake> confident_mistakes(const Network& network, State<float>& state,
                                        const data::PixelScale& scale, const data::Dataset& test,
                                        std::size_t max_count) {
  std::vector<Mistake> mistakes;
  Predictor(network, scale).predict(state, test.pixels, [&](const Prediction& prediction) {
    const std::size_t truth = test.labels[prediction.index];
    if (prediction.label != truth)
      mistakes.push_back({prediction.index, truth, prediction.label, prediction.confidence(),
                          static_cast<double>(prediction.probabilities[truth])});
  });
  std::ranges::stable_sort(mistakes, std::ranges::greater(), &Mistake::confidence);
  if (mistakes.size() > max_count) mistakes.resize(max_count);
  return mistakes;
}

}  // namespace gradus
