#pragma once

#include <gradus/sweep/method.hpp>

namespace gradus::sweep {

/// Each trial anywhere in the space, none twice where its trials can be counted (Bergstra and Bengio, "Random
/// search for hyper-parameter optimization", 2012).
class Random : public Method {
 public:
  explicit Random(const Plan& plan);

  std::size_t trials() const override { return trials_; }
  Values values(std::size_t number, const std::vector<Trial>& done) override;

 private:
  /// Draws until it is none of those before; where most are taken, the first that is left after the draw.
  Values draw();
  Values at_random();

  Space space_;
  std::uint64_t seed_;
  std::size_t trials_;
  std::uint64_t draws_ = 0;
  std::vector<Values> drawn_;
};

/// As many as are planned, or as the space has.
std::size_t trials_in(const Plan& plan);

}  // namespace gradus::sweep
