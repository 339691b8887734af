#pragma once

#include <gradus/base/registry.hpp>
#include <gradus/graph/declare/graph.hpp>

#include <functional>
#include <string>

namespace gradus {

/// How a hyper-parameter changes: a scalar factor as an expression of the scalar t, the number of updates
/// made so far (0, 1, 2 …).
struct Schedule {
  std::string name;  ///< as parse_schedule() reads it
  std::function<Expr(Expr t)> factor;

  Schedule() = default;
  Schedule(std::string name, std::function<Expr(Expr t)> factor)
      : name(std::move(name)), factor(std::move(factor)) {}

  /// Of a part, as base/part.hpp says, with `Expr factor(Expr t) const`; those of the library are in
  /// schedules/. Throws ValueError for a parameter out of range.
  template <class T>
  requires requires(const T& part, Expr t) {
    part.factor(t).shape();
    T::description.name;
  }
  Schedule(T part)  // NOLINT(google-explicit-constructor): Hyper(0.1, schedules::Step{100, 0.5})
      : name(checked_text("schedule", part)), factor([part](Expr t) { return part.factor(t); }) {}
};

/// Every schedule of optim/schedules, by name.
const Registry<Schedule>& registered_schedules();

/// 1 always.
Schedule constant_schedule();

/// gamma^⌊t / every⌋: a drop by gamma after every so many updates. Throws ValueError unless both are above 0.
Schedule step_schedule(double every, double gamma);

/// gamma^(t / every), smoothly. Throws ValueError unless both are above 0.
Schedule exponential_schedule(double every, double gamma);

/// From 1 to `min` along half a cosine wave, min + (1 − min) (1 + cos(π t / total)) / 2 up to
/// t = total, then `min` (Loshchilov & Hutter 2017). Throws ValueError unless total > 0 and min ∈ [0, 1].
Schedule cosine_schedule(double total, double min = 0.0);

/// min((t + 1) / updates, 1): a linear start (Goyal et al. 2017). Throws ValueError unless updates > 0.
Schedule warm_up_schedule(double updates);

/// The product of two schedules: a warm-up and then a decay. Its name is "a+b".
Schedule operator*(const Schedule& a, const Schedule& b);

/// A schedule from text, as Registry::parse() reads it: "step:100:0.5", or several joined by '+', whose
/// product is taken. Parameters whose default is `of_run` are `run_updates`. Throws NameError for an unknown
/// name, ValueError for numbers that are missing, too many or out of range.
Schedule parse_schedule(const std::string& text, double run_updates,
                        const Registry<Schedule>& known = registered_schedules());

/// The text with each schedule's own name in place of an alias. Throws as parse_schedule() does.
std::string own_schedule_names(const std::string& text, const Registry<Schedule>& known);

/// Whether the schedule depends on the number of updates of the whole run. Throws as parse_schedule() does.
bool spans_run(const std::string& text, const Registry<Schedule>& known = registered_schedules());

/// A number of an update rule: fixed, or following a schedule. Either way it is a setting of the state, which
/// may be changed between steps without compiling again.
class Hyper {
 public:
  /// Throws ValueError for a value that is not finite.
  Hyper(double value);  // NOLINT(google-explicit-constructor): {.learning_rate = 0.1}
  Hyper(double value, Schedule schedule);

  /// The value at first, before any schedule.
  double value() const { return value_; }

  /// The schedule's factor; empty for a fixed number.
  const std::function<Expr(Expr)>& factor() const { return schedule_.factor; }

 private:
  double value_;
  Schedule schedule_;
};

}  // namespace gradus
