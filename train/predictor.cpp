#include <gradus/train/predictor.hpp>

#include <algorithm>
#include <functional>
#include <numeric>
#include <vector>

namespace gradus {
namespace {

constexpr std::size_t images_at_once = 250;

Program<float> compiled(const Network& network) {
  CompileOptions options;
  options.capacity = images_at_once;
  return compile(*network.graph, {network.model.predicted, network.model.probabilities}, options);
}

}  // namespace

std::vector<std::size_t> Prediction::most_probable(std::size_t count) const {
  std::vector<std::size_t> classes(probabilities.size());
  std::iota(classes.begin(), classes.end(), std::size_t{0});
  std::ranges::stable_sort(classes, std::greater(), [&](std::size_t i) { return probabilities[i]; });
  classes.resize(std::min(count, classes.size()));
  return classes;
}

Predictor::Predictor(const Network& network, const data::PixelScale& scale)
    : network_(&network), scale_(scale), program_(compiled(network)) {}

void Predictor::predict(State<float>& state, std::span<const std::uint8_t> pixels,
                        const std::function<void(const Prediction&)>& take) const {
  const Classifier& model = network_->model;
  const auto most = images_at_once * static_cast<std::size_t>(model.image.shape().count(1));
  std::vector<float> scaled;
  for (std::size_t index = 0; !pixels.empty();) {
    const auto batch = pixels.first(std::min(most, pixels.size()));
    pixels = pixels.subspan(batch.size());
    scaled.resize(batch.size());
    std::ranges::transform(batch, scaled.begin(), [&](auto pixel) { return scale_.value<float>(pixel); });
    const auto values = program_.run(state, {{model.image, scaled}});
    const auto predicted = values[model.predicted].span();
    const auto probabilities = values[model.probabilities].span();
    const std::size_t classes = probabilities.size() / predicted.size();
    for (std::size_t i = 0; i < predicted.size(); ++i, ++index)
      take({index, static_cast<std::size_t>(predicted[i]), probabilities.subspan(i * classes, classes)});
  }
}

}  // namespace gradus
