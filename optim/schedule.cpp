#include <gradus/base/error.hpp>
#include <gradus/ops/ops.hpp>
#include <gradus/optim/schedule.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <numbers>

#include "schedule_includes.inc"

namespace gradus {

const Registry<Schedule>& registered_schedules() {
  static const auto schedules = Registry<Schedule>("schedule")
#include "schedule_list.inc"
      ;
  return schedules;
}

Hyper::Hyper(double value, Schedule schedule) : value_(value), schedule_(std::move(schedule)) {
  if (!std::isfinite(value))
    throw ValueError(fmt::format("a hyper-parameter must be a finite number, not {}", value));
}

Hyper::Hyper(double value) : Hyper(value, {}) {}

Expr schedules::Constant::factor(Expr t) const { return t.graph().constant(1.0); }

Expr schedules::Step::factor(Expr t) const { return exp(floor(t / every) * std::log(gamma)); }

Expr schedules::Exponential::factor(Expr t) const { return exp(t * (std::log(gamma) / every)); }

Expr schedules::Cosine::factor(Expr t) const {
  const Expr phase = minimum(t / total, 1.0) * std::numbers::pi;
  return linear(cos(phase), (1 - min) / 2, (1 + min) / 2);
}

Expr schedules::WarmUp::factor(Expr t) const { return minimum((t + 1) / updates, 1.0); }

Schedule constant_schedule() { return schedules::Constant(); }

Schedule step_schedule(double every, double gamma) { return schedules::Step{every, gamma}; }

Schedule exponential_schedule(double every, double gamma) { return schedules::Exponential{every, gamma}; }

Schedule cosine_schedule(double total, double min) { return schedules::Cosine{total, min}; }

Schedule warm_up_schedule(double updates) { return schedules::WarmUp{updates}; }

namespace {

/// A list, not nested pairs: neither the time nor the depth of calls grows with what is multiplied already.
Schedule product(const std::vector<Schedule>& schedules) {
  std::vector<std::string> names;
  for (const Schedule& schedule : schedules) names.push_back(schedule.name);
  return {fmt::format("{}", fmt::join(names, "+")), [schedules](Expr t) {
            Exprs factors(schedules.size());
            for (std::size_t i = factors.size(); i-- > 0;) factors[i] = schedules[i].factor(t);
            Expr result = factors.front();
            for (std::size_t i = 1; i < factors.size(); ++i) result = result * factors[i];
            return result;
          }};
}

}  // namespace

Schedule operator*(const Schedule& a, const Schedule& b) { return product({a, b}); }

Schedule parse_schedule(const std::string& text, double run_updates, const Registry<Schedule>& known) {
  std::vector<Schedule> schedules;
  for (const std::string& part : split_text(text, '+')) {
    auto [schedule, values] = known.read(part);
    for (double& value : values)
      if (value == of_run) value = run_updates;
    schedules.push_back(schedule->build(values));
  }
  return product(schedules);
}

std::string own_schedule_names(const std::string& text, const Registry<Schedule>& known) {
  std::vector<std::string> names;
  for (const std::string& part : split_text(text, '+')) names.push_back(known.own_name(part));
  return fmt::format("{}", fmt::join(names, "+"));
}

bool spans_run(const std::string& text, const Registry<Schedule>& known) {
  const auto parts = split_text(text, '+');
  return std::ranges::any_of(parts, [&](const std::string& part) {
    return std::ranges::count(known.read(part).second, of_run) > 0;
  });
}

}  // namespace gradus
