#pragma once

#include <gradus/optim/schedule.hpp>

#include <array>

namespace gradus::schedules {

/// 1 always.
struct Constant {
  static constexpr PartDescription description{"constant", "1"};
  Expr factor(Expr t) const;
};

/// A drop by gamma after every so many updates.
struct Step {
  static constexpr PartDescription description{"step", "gamma^⌊t / every⌋"};
  double every = required;
  double gamma = required;

  static constexpr auto parameters() {
    return std::array{Parameter{"every", &Step::every, above(0), "updates between two drops"},
                      Parameter{"gamma", &Step::gamma, above(0), "factor of a drop"}};
  }
  Expr factor(Expr t) const;
};

/// The same, smoothly.
struct Exponential {
  static constexpr PartDescription description{"exponential", "gamma^(t / every)"};
  double every = required;
  double gamma = required;

  static constexpr auto parameters() {
    return std::array{Parameter{"every", &Exponential::every, above(0), "updates in which it falls by gamma"},
                      Parameter{"gamma", &Exponential::gamma, above(0), "factor of `every` updates"}};
  }
  Expr factor(Expr t) const;
};

/// Half a cosine wave down to `min`, where it stays (Loshchilov & Hutter 2017).
struct Cosine {
  static constexpr PartDescription description{
      "cosine", "min + (1 − min) (1 + cos(π t / total)) / 2 up to total, then min"};
  double total = of_run;
  double min = 0;

  static constexpr auto parameters() {
    return std::array{Parameter{"total", &Cosine::total, above(0), "updates of the way down"},
                      Parameter{"min", &Cosine::min, from(0, 1), "factor at its end"}.also("least")};
  }
  Expr factor(Expr t) const;
};

/// A linear start (Goyal et al. 2017).
struct WarmUp {
  static constexpr PartDescription description{"warm-up", "min((t + 1) / updates, 1)"};
  double updates = required;

  static constexpr auto parameters() {
    return std::array{Parameter{"updates", &WarmUp::updates, above(0), "updates until the factor is 1"}};
  }
  Expr factor(Expr t) const;
};

}  // namespace gradus::schedules
