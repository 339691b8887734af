#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <memory>
#include <stdexcept>

#include "floor_dense.hpp"
#include "reference.hpp"

namespace gradus::bench {
namespace {

constexpr double float_epsilon = std::numeric_limits<float>::epsilon();

/// What float leaves of a gradient, as a part of the largest of its tensor.
constexpr double share = 1e-5;

double largest(const auto& values) {
  double result = 0;
  for (const auto value : values) result = std::max(result, std::abs(static_cast<double>(value)));
  return result;
}

/// One tensor before and after a step, and its gradient.
struct Change {
  const std::vector<double>& gradient;
  std::vector<float> w, m, s;                 // before
  std::vector<float> next_w, next_m, next_s;  // after
};

/// How far the worst number of the change is beyond what rounding allows: above 1 is too far.
double excess_of_sgd(const Change& change, double rate) {
  const double allowed = share * rate * largest(change.gradient) + float_epsilon * largest(change.next_w);
  double worst = 0;
  for (std::size_t i = 0; i < change.w.size(); ++i) {
    const double expected = static_cast<double>(change.w[i]) - rate * change.gradient[i];
    worst = std::max(worst, std::abs(static_cast<double>(change.next_w[i]) - expected) / allowed);
  }
  return worst;
}

/// w ← w − η m̂ / (√ŝ + ε). An error δ of the gradient changes w by up to about η δ / (√ŝ + ε), whose
/// denominator may be as small as δ, so each number has an allowance of its own.
double excess_of_adam(const Change& change, double rate, int t) {
  const double delta = share * largest(change.gradient);
  const double correction1 = 1 - std::pow(adam_beta1, t);
  const double correction2 = 1 - std::pow(adam_beta2, t);
  const double largest_w = largest(change.next_w);
  double worst = 0;
  for (std::size_t i = 0; i < change.w.size(); ++i) {
    const double g = change.gradient[i];
    const double m = adam_beta1 * static_cast<double>(change.m[i]) + (1 - adam_beta1) * g;
    const double s = adam_beta2 * static_cast<double>(change.s[i]) + (1 - adam_beta2) * g * g;
    const double root = std::sqrt(s / correction2) + adam_epsilon;
    const double w = static_cast<double>(change.w[i]) - rate * m / correction1 / root;
    const auto compare = [&](float got, double expected, double allowed) {
      worst = std::max(worst, std::abs(static_cast<double>(got) - expected) / allowed);
    };
    const double tiny = std::numeric_limits<float>::min();
    compare(change.next_m[i], m, 4 * float_epsilon * std::abs(m) + delta + tiny);
    compare(change.next_s[i], s,
            4 * float_epsilon * s + 2 * (1 - adam_beta2) * delta * (std::abs(g) + delta) + tiny);
    compare(change.next_w[i], w,
            rate * std::min(4.0, share + 4 * delta / root) + 2 * float_epsilon * largest_w);
  }
  return worst;
}

/// A right network with a mistake put into what is seen of it.
class Mistaken : public Network {
 public:
  using Spoil = std::function<void(const Snapshot& before, Snapshot& after)>;
  Mistaken(const Workload& workload, Spoil spoil, double loss_factor)
      : network_(workload, 1, Split::columns), spoil_(std::move(spoil)), loss_factor_(loss_factor) {
    seen_ = network_.snapshot();
  }
  double step() override {
    const Snapshot before = network_.snapshot();
    const double loss = network_.step();
    seen_ = network_.snapshot();
    if (spoil_) spoil_(before, seen_);
    return loss * loss_factor_;
  }
  Snapshot snapshot() const override { return seen_; }

 private:
  FloorDense network_;
  Spoil spoil_;
  double loss_factor_;
  Snapshot seen_;
};

void scale_change(const std::vector<float>& before, std::vector<float>& after, float factor) {
  for (std::size_t i = 0; i < after.size(); ++i) after[i] = before[i] + factor * (after[i] - before[i]);
}

}  // namespace

void verify_steps(const Truth& truth, const std::string& who, Network& network) {
  constexpr int enough = 3, most = 30;
  int judged = 0;
  for (int t = 1; judged < enough && t <= most; ++t) {
    const Snapshot before = network.snapshot();
    const double loss = network.step();
    const Snapshot after = network.snapshot();
    const Derived derived = truth.derive(before.parameters);
    const auto refuse = [&](const std::string& what) {
      throw std::runtime_error(fmt::format("{} {}: after step {} {}", truth.workload, who, t, what));
    };
    if (!(std::abs(loss - derived.loss) <= 2 * share * derived.loss))
      refuse(fmt::format("the loss is {}, not {}", loss, derived.loss));
    if (derived.doubtful) continue;
    ++judged;
    for (std::size_t i = 0; i < before.parameters.size(); ++i) {
      Change change{derived.gradients[i], before.parameters[i], {}, {}, after.parameters[i], {}, {}};
      double excess = 0;
      if (truth.rule == Rule::adam) {
        change.m = before.first_moments[i], change.s = before.second_moments[i];
        change.next_m = after.first_moments[i], change.next_s = after.second_moments[i];
        excess = excess_of_adam(change, truth.learning_rate, t);
      } else {
        excess = excess_of_sgd(change, truth.learning_rate);
      }
      if (!(excess <= 1))
        refuse(fmt::format("parameter {} (of {} numbers) is off by {:.3g} times what rounding allows", i + 1,
                           change.w.size(), excess));
    }
  }
  if (judged == 0)
    throw std::runtime_error(
        fmt::format("{} {}: in {} steps none could be judged", truth.workload, who, most));
}

void verify_that_mistakes_are_found() {
  Workload sgd{"mistakes, SGD", {784, 64, 10}, Activation::sigmoid, Rule::sgd, 32};
  Workload adam{"mistakes, Adam", {784, 64, 10}, Activation::tanh, Rule::adam, 32};
  struct Case {
    const char* name;
    const Workload& workload;
    Mistaken::Spoil spoil;
    double loss_factor = 1;
  };
  const auto rate = [](const Snapshot& before, Snapshot& after) {
    for (std::size_t i = 0; i < after.parameters.size(); ++i)
      scale_change(before.parameters[i], after.parameters[i], 1.01F);
  };
  const auto bias_stays = [](const Snapshot& before, Snapshot& after) {
    after.parameters[1] = before.parameters[1];
  };
  const auto one_weight = [](const Snapshot& before, Snapshot& after) {
    auto& weights = after.parameters.back();
    weights[3] = before.parameters.back()[3] - (weights[3] - before.parameters.back()[3]);
  };
  const auto uncorrected = [](const Snapshot& before, Snapshot& after) {
    for (std::size_t i = 0; i < after.parameters.size(); ++i)
      scale_change(before.parameters[i], after.parameters[i], 3.1623F);
  };
  const auto moment = [](const Snapshot&, Snapshot& after) {
    for (float& m : after.first_moments[0]) m *= 1.01F;
  };
  const std::vector<Case> cases{
      {"the loss a thousandth too large", sgd, {}, 1.001},
      {"η a hundredth too large", sgd, rate},
      {"a bias that stays", sgd, bias_stays},
      {"one number with the wrong sign", sgd, one_weight},
      {"η a hundredth too large", adam, rate},
      {"a bias that stays", adam, bias_stays},
      {"no bias correction", adam, uncorrected},
      {"a first moment a hundredth too large", adam, moment},
  };
  for (const Case& wrong : cases) {
    Mistaken network(wrong.workload, wrong.spoil, wrong.loss_factor);
    bool found = false;
    try {
      verify_steps(truth_of(wrong.workload), wrong.name, network);
    } catch (const std::runtime_error&) {
      found = true;
    }
    if (!found)
      throw std::runtime_error(fmt::format("{}: {} was not found", wrong.workload.name, wrong.name));
  }
}

}  // namespace gradus::bench
