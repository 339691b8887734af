#include <gradus/data/shuffle.hpp>
#include <gradus/train/evaluate.hpp>

namespace gradus {
namespace {

/// Large enough that the weights are read seldom, small enough that the activations stay in the cache.
constexpr Index batch_size = 250;

CompileOptions options(int threads) {
  CompileOptions options;
  options.capacity = batch_size;
  options.threads = threads;
  return options;
}

}  // namespace

Evaluator::Evaluator(const Network& network, const data::PixelScale& scale, std::size_t classes, int threads)
    : network_(&network),
      scale_(scale),
      classes_(classes),
      program_(compile(*network.graph, {network.model.losses, network.model.predicted}, options(threads))) {}

Evaluation Evaluator::evaluate(State<float>& state, const data::Subset& examples) const {
  return *evaluate(state, examples, [] { return false; });
}

std::optional<Evaluation> Evaluator::evaluate(State<float>& state, const data::Subset& examples,
                                              const std::function<bool()>& stop) const {
  Evaluation result;
  result.confusion = ConfusionMatrix(classes_);
  if (examples.size() == 0) return result;
  data::Batches<float> batches(examples, scale_, static_cast<std::size_t>(batch_size));
  double sum = 0;
  while (const auto batch = batches.next()) {
    if (stop()) return std::nullopt;
    const auto values =
        program_.run(state, {{network_->model.image, batch->images}, {network_->model.label, batch->labels}});
    const auto losses = values[network_->model.losses];
    const auto predicted = values[network_->model.predicted];
    for (Index i = 0; i < losses.size(); ++i) {
      sum += static_cast<double>(losses[i]);
      result.confusion.add(static_cast<std::int64_t>(batch->labels[static_cast<std::size_t>(i)]),
                           static_cast<std::int64_t>(predicted[i]));
    }
  }
  result.loss = sum / static_cast<double>(examples.size());
  return result;
}

data::PixelScale pixel_scale(const TrainSettings& settings, const data::Subset& train) {
  return settings.standardize ? data::standardised(data::pixel_statistics(train)) : data::PixelScale{};
}

}  // namespace gradus
