#include <gradus/base/error.hpp>
#include <gradus/base/nearest.hpp>
#include <gradus/ops/ops.hpp>
#include <gradus/optim/schedule.hpp>

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <numbers>

namespace gradus {
namespace {

void require_positive(const char* what, double value) {
  if (!(value > 0) || !std::isfinite(value))
    throw ValueError(fmt::format("{} must be a number above 0, not {}", what, value));
}

std::vector<std::string> split(const std::string& text, char at) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  for (std::size_t end = text.find(at); end != std::string::npos; end = text.find(at, begin)) {
    parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  parts.push_back(text.substr(begin));
  return parts;
}

double number(const std::string& schedule, const std::string& text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size())
    throw ValueError(fmt::format("the schedule '{}' needs a number where it has '{}'", schedule, text));
  return value;
}

/// The numbers after a schedule's name.
std::vector<double> numbers(const std::string& text, const std::vector<std::string>& parts, std::size_t least,
                            std::size_t most, const char* form) {
  if (parts.size() - 1 < least || parts.size() - 1 > most)
    throw ValueError(fmt::format("the schedule '{}' must have the form {}", text, form));
  std::vector<double> result;
  for (std::size_t i = 1; i < parts.size(); ++i) result.push_back(number(text, parts[i]));
  return result;
}

Schedule parse_one(const std::string& text, double run_updates) {
  const std::vector<std::string> parts = split(text, ':');
  if (parts[0] == "constant") {
    numbers(text, parts, 0, 0, "constant");
    return constant_schedule();
  }
  if (parts[0] == "step") {
    const auto given = numbers(text, parts, 2, 2, "step:EVERY:GAMMA");
    return step_schedule(given[0], given[1]);
  }
  if (parts[0] == "exponential") {
    const auto given = numbers(text, parts, 2, 2, "exponential:EVERY:GAMMA");
    return exponential_schedule(given[0], given[1]);
  }
  if (parts[0] == "cosine") {
    const auto given = numbers(text, parts, 0, 2, "cosine, cosine:TOTAL or cosine:TOTAL:LEAST");
    return cosine_schedule(given.empty() ? run_updates : given[0], given.size() < 2 ? 0.0 : given[1]);
  }
  if (parts[0] == "warm-up") return warm_up_schedule(numbers(text, parts, 1, 1, "warm-up:UPDATES")[0]);
  throw NameError(
      unknown_name("schedule", parts[0], {"constant", "step", "exponential", "cosine", "warm-up"}));
}

}  // namespace

Hyper::Hyper(double value, Schedule schedule) : value_(value), schedule_(std::move(schedule)) {
  if (!std::isfinite(value))
    throw ValueError(fmt::format("a hyper-parameter must be a finite number, not {}", value));
}

Hyper::Hyper(double value) : Hyper(value, {}) {}

Schedule constant_schedule() {
  return {"constant", [](Expr t) { return t.graph().constant(1.0); }};
}

Schedule step_schedule(double every, double gamma) {
  require_positive("the length of a step schedule", every);
  require_positive("the factor of a step schedule", gamma);
  return {fmt::format("step:{}:{}", every, gamma),
          [=](Expr t) { return exp(floor(t / every) * std::log(gamma)); }};
}

Schedule exponential_schedule(double every, double gamma) {
  require_positive("the length of an exponential schedule", every);
  require_positive("the factor of an exponential schedule", gamma);
  return {fmt::format("exponential:{}:{}", every, gamma),
          [=](Expr t) { return exp(t * (std::log(gamma) / every)); }};
}

Schedule cosine_schedule(double total, double least) {
  require_positive("the length of a cosine schedule", total);
  if (!(least >= 0 && least <= 1))
    throw ValueError(
        fmt::format("the least factor of a cosine schedule lies between 0 and 1, not at {}", least));
  return {fmt::format("cosine:{}:{}", total, least), [=](Expr t) {
            const Expr phase = minimum(t / total, 1.0) * std::numbers::pi;
            return linear(cos(phase), (1 - least) / 2, (1 + least) / 2);
          }};
}

Schedule warm_up_schedule(double updates) {
  require_positive("the length of a warm-up", updates);
  return {fmt::format("warm-up:{}", updates), [=](Expr t) { return minimum((t + 1) / updates, 1.0); }};
}

Schedule operator*(const Schedule& a, const Schedule& b) {
  return {a.name + "+" + b.name, [a, b](Expr t) {
            const Expr second = b.factor(t);
            return a.factor(t) * second;
          }};
}

Schedule parse_schedule(const std::string& text, double run_updates) {
  Schedule result;
  for (const std::string& part : split(text, '+')) {
    const Schedule one = parse_one(part, run_updates);
    result = result.factor ? result * one : one;
  }
  return result;
}

}  // namespace gradus
