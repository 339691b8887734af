#pragma once

#include <gradus/graph/declare/op.hpp>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <numbers>
#include <string_view>
#include <vector>

namespace gradus::test {

inline constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
inline constexpr double infinity = std::numeric_limits<double>::infinity();

/// ±0, numbers below the smallest normal one, huge and infinite ones, NaN, and some of common size.
template <class Scalar>
const std::vector<double>& extremes() {
  static const std::vector<double> all = [] {
    using Limits = std::numeric_limits<Scalar>;
    std::vector<double> result{not_a_number};
    for (const Scalar size : {Scalar(0), Limits::denorm_min(), Limits::min() / 2, Limits::min(), Scalar(1e-8),
                              Scalar(0.5), Scalar(1), Scalar(3), Scalar(90), Scalar(720), Limits::max() / 2,
                              Limits::max(), Limits::infinity()}) {
      result.push_back(static_cast<double>(size));
      result.push_back(-static_cast<double>(size));
    }
    return result;
  }();
  return all;
}

/// What an op's formula gives by <cmath>; its attributes are given by name.
using Numbers = std::vector<double>;
using Settings = std::function<double(std::string_view)>;
using Reference = std::function<double(const Numbers& x, const Settings& setting)>;

inline double normal(double x) { return 0.5 * std::erfc(-x / std::numbers::sqrt2); }
inline double larger(double a, double b) {
  return std::isnan(a) || std::isnan(b) ? not_a_number : std::max(a, b);
}
inline double smaller(double a, double b) {
  return std::isnan(a) || std::isnan(b) ? not_a_number : std::min(a, b);
}

inline const std::map<std::string_view, Reference>& references() {
  static const std::map<std::string_view, Reference> all{
      {"abs", [](auto& x, auto&) { return std::abs(x[0]); }},
      {"add", [](auto& x, auto&) { return x[0] + x[1]; }},
      {"cos", [](auto& x, auto&) { return std::cos(x[0]); }},
      {"divide", [](auto& x, auto&) { return x[0] / x[1]; }},
      {"elu", [](auto& x, auto& of) { return x[0] > 0 ? x[0] : of("scale") * std::expm1(x[0]); }},
      {"exp", [](auto& x, auto&) { return std::exp(x[0]); }},
      {"expm1", [](auto& x, auto&) { return std::expm1(x[0]); }},
      {"floor", [](auto& x, auto&) { return std::floor(x[0]); }},
      {"gelu", [](auto& x, auto&) { return x[0] * normal(x[0]); }},
      {"greater", [](auto& x, auto&) { return x[0] > x[1] ? 1.0 : 0.0; }},
      {"leaky_relu", [](auto& x, auto& of) { return x[0] > 0 ? x[0] : x[0] * of("slope"); }},
      {"linear", [](auto& x, auto& of) { return x[0] * of("scale") + of("shift"); }},
      {"log", [](auto& x, auto&) { return std::log(x[0]); }},
      {"maximum", [](auto& x, auto&) { return larger(x[0], x[1]); }},
      {"minimum", [](auto& x, auto&) { return smaller(x[0], x[1]); }},
      {"multiply", [](auto& x, auto&) { return x[0] * x[1]; }},
      {"negate", [](auto& x, auto&) { return -x[0]; }},
      {"normal_distribution", [](auto& x, auto&) { return normal(x[0]); }},
      {"power",
       [](auto& x, auto& of) {
         return of("exponent") == 0.5 ? std::sqrt(x[0]) : std::pow(x[0], of("exponent"));
       }},
      {"relu", [](auto& x, auto&) { return larger(x[0], 0); }},
      {"select", [](auto& x, auto&) { return x[0] != 0 ? x[1] : x[2]; }},
      {"sigmoid", [](auto& x, auto&) { return 1 / (1 + std::exp(-x[0])); }},
      {"sign", [](auto& x, auto&) { return x[0] > 0   ? 1
                                           : x[0] < 0 ? -1
                                                      : x[0]; }},
      {"sin", [](auto& x, auto&) { return std::sin(x[0]); }},
      {"softplus", [](auto& x, auto&) { return larger(x[0], 0) + std::log1p(std::exp(-std::abs(x[0]))); }},
      {"sqrt", [](auto& x, auto&) { return std::sqrt(x[0]); }},
      {"square", [](auto& x, auto&) { return x[0] * x[0]; }},
      {"subtract", [](auto& x, auto&) { return x[0] - x[1]; }},
      {"tanh", [](auto& x, auto&) { return std::tanh(x[0]); }},
  };
  return all;
}

/// The same within a few roundings of it, or of `floor`; what is below the smallest normal number may be 0.
/// NaN, ∞ and the sign of ∞ are the same.
template <class Scalar>
bool is_as(Scalar found, double expected, Scalar roundings = 32, Scalar floor = 0) {
  using Limits = std::numeric_limits<Scalar>;
  const auto rounded = static_cast<Scalar>(expected);
  if (std::isnan(found) || std::isnan(rounded)) return std::isnan(found) && std::isnan(rounded);
  if (std::isinf(found) || std::isinf(rounded)) return found == rounded;
  return std::abs(found - rounded) <=
         roundings * Limits::epsilon() * std::max(floor, std::abs(rounded)) + Limits::min();
}

/// Every tuple of extreme numbers, as columns.
template <class Scalar>
std::vector<Numbers> tuples(std::size_t inputs) {
  std::vector<Numbers> columns(inputs);
  const Numbers& some = extremes<Scalar>();
  std::size_t count = 1;
  for (std::size_t i = 0; i < inputs; ++i) count *= some.size();
  for (std::size_t k = 0; k < count; ++k) {
    std::size_t rest = k;
    for (Numbers& column : columns) {
      column.push_back(some[rest % some.size()]);
      rest /= some.size();
    }
  }
  return columns;
}

}  // namespace gradus::test
