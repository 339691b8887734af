#pragma once

#include <gradus/data/batches.hpp>
#include <gradus/train/metrics.hpp>
#include <gradus/train/network.hpp>

#include <functional>
#include <optional>

namespace gradus {

/// How well a network does on some examples.
struct Evaluation {
  double loss = 0;  ///< the mean over the examples, whatever the reduction, without the weight penalty
  ConfusionMatrix confusion{1};

  double accuracy() const { return confusion.accuracy(); }
  std::int64_t examples() const { return confusion.total(); }
};

/// Runs a network's forward part, compiled once, over whole splits in batches of its own size.
class Evaluator {
 public:
  Evaluator(const Network& network, const data::PixelScale& scale, std::size_t classes, int threads);

  Evaluation evaluate(State<float>& state, const data::Subset& examples) const;
  /// Nothing when `stop`, which is asked before each batch, turns true.
  std::optional<Evaluation> evaluate(State<float>& state, const data::Subset& examples,
                                     const std::function<bool()>& stop) const;

 private:
  const Network* network_;
  data::PixelScale scale_;
  std::size_t classes_;
  Program<float> program_;
};

/// The scale of pixels that settings ask for: [0, 1], or standardised by the training split.
data::PixelScale pixel_scale(const TrainSettings& settings, const data::Subset& train);

}  // namespace gradus
