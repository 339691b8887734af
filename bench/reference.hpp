#pragma once

#include <string>

#include "network.hpp"

namespace gradus::bench {

/// Loss and gradients, in the order of the parameters, in double precision as the textbook writes them.
struct Derived {
  double loss = 0;
  /// The input of a ReLU, or the difference of two numbers of a pooling, is so near to 0 that float may see
  /// its other side, which changes gradients by more than rounding does.
  bool doubtful = false;
  std::vector<std::vector<double>> gradients;
};

/// How near to 0 is too near, as a part of the largest number of the same kind: a sum of some hundred
/// products in float.
inline constexpr double doubt = 1e-6;

/// Of a network of fully connected layers on `batch`; where `images_bar` is given also the gradient of each
/// image.
Derived reference_gradients(const Workload& workload, const Batch& batch, const Values& parameters,
                            std::vector<std::vector<double>>* images_bar = nullptr);

/// Of LeNet (lenet.hpp) on `batch`.
Derived reference_lenet_gradients(const Batch& batch, const Values& parameters);

/// What a network is held against.
struct Truth {
  std::string workload;
  Rule rule;
  double learning_rate;
  std::function<Derived(const Values&)> derive;
};

Truth truth_of(const Workload& workload);
Truth truth_of_lenet();

/// A step that is fast and wrong sets no floor: takes three steps and throws std::runtime_error, naming
/// `who`, unless each turns the parameters and moments before it into those after it as the reference does,
/// to float's accuracy. Every step is judged from the network's own state before it, so that rounding never
/// adds up; three, since at Adam's first step m̂ / √ŝ = ±1 whatever β₁ and β₂ are.
void verify_steps(const Truth& truth, const std::string& who, Network& network);

/// The same for probabilities.
void verify_probabilities(const Workload& workload, const std::string& who, Classification& network);

/// Networks with a mistake each (a learning rate that is off by a hundredth, a bias that stays, moments
/// without bias correction, …): throws std::runtime_error when verify_steps takes one of them for right.
void verify_that_mistakes_are_found();

}  // namespace gradus::bench
