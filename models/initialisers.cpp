#include <gradus/base/counter.hpp>
#include <gradus/base/error.hpp>
#include <gradus/base/nearest.hpp>
#include <gradus/models/initialisers.hpp>

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <utility>

namespace gradus {
namespace {

/// Streams of the generator below this one belong to the data.
constexpr std::uint32_t first_stream = 1U << 16U;

/// Values drawn one after the other from the variable's own stream.
template <class Draw>
Initialiser drawn(std::string name, Draw draw) {
  return {std::move(name),
          [draw](std::span<double> values, const Extents& extents, std::uint64_t seed, std::uint64_t stream) {
            Counter counter(seed, first_stream + static_cast<std::uint32_t>(stream), 0);
            for (double& value : values) value = draw(counter, extents);
          }};
}

double fan_in(const Extents& extents) {
  if (extents.rank == 4) return static_cast<double>(extents.count(1, 4));
  return extents.rank == 0 ? 1.0 : static_cast<double>(extents[0]);
}

double fan_out(const Extents& extents) {
  if (extents.rank == 4) return static_cast<double>(extents[0] * extents.count(2, 4));
  return extents.rank < 2 ? 1.0 : static_cast<double>(extents[1]);
}

void require_positive(const std::string& what, double value) {
  if (!(value > 0) || !std::isfinite(value))
    throw ValueError(fmt::format("{} must be a number above 0, not {}", what, value));
}

}  // namespace

Initialiser zeros() { return filled_with(0); }

Initialiser uniform(double limit) {
  require_positive("the limit of a uniform initialiser", limit);
  return drawn(fmt::format("uniform:{}", limit),
               [limit](Counter& counter, const Extents&) { return counter.uniform(-limit, limit); });
}

Initialiser gaussian(double deviation) {
  require_positive("the deviation of a gaussian initialiser", deviation);
  return drawn(fmt::format("gaussian:{}", deviation),
               [deviation](Counter& counter, const Extents&) { return deviation * counter.normal(); });
}

Initialiser glorot_uniform() {
  return drawn("glorot", [](Counter& counter, const Extents& extents) {
    const double limit = std::sqrt(6 / (fan_in(extents) + fan_out(extents)));
    return counter.uniform(-limit, limit);
  });
}

Initialiser glorot_normal() {
  return drawn("glorot-normal", [](Counter& counter, const Extents& extents) {
    return std::sqrt(2 / (fan_in(extents) + fan_out(extents))) * counter.normal();
  });
}

Initialiser he_uniform() {
  return drawn("he", [](Counter& counter, const Extents& extents) {
    const double limit = std::sqrt(6 / fan_in(extents));
    return counter.uniform(-limit, limit);
  });
}

Initialiser he_normal() {
  return drawn("he-normal", [](Counter& counter, const Extents& extents) {
    return std::sqrt(2 / fan_in(extents)) * counter.normal();
  });
}

const std::vector<RegisteredInitialiser>& registered_initialisers() {
  static const std::vector<RegisteredInitialiser> all{
      {"zeros", "0"},
      {"uniform:LIMIT", "uniform on ±LIMIT"},
      {"gaussian:SIGMA", "normal, deviation SIGMA"},
      {"glorot", "uniform on ±√(6 / (fan-in + fan-out)), also called glorot-uniform"},
      {"glorot-normal", "normal, variance 2 / (fan-in + fan-out)"},
      {"he", "uniform on ±√(6 / fan-in), also called he-uniform"},
      {"he-normal", "normal, variance 2 / fan-in"},
  };
  return all;
}

Initialiser parse_initialiser(const std::string& text) {
  static const std::vector<std::pair<std::string, Initialiser (*)(double)>> with_number{
      {"uniform", uniform}, {"gaussian", gaussian}};
  static const std::vector<std::pair<std::string, Initialiser (*)()>> without{
      {"zeros", zeros},
      {"glorot", glorot_uniform},
      {"glorot-uniform", glorot_uniform},
      {"glorot-normal", glorot_normal},
      {"he", he_uniform},
      {"he-uniform", he_uniform},
      {"he-normal", he_normal}};

  const std::size_t colon = text.find(':');
  const std::string name = text.substr(0, colon);
  std::vector<std::string> names;
  for (const auto& [known, make] : with_number) {
    names.push_back(known);
    if (known != name) continue;
    if (colon == std::string::npos)
      throw ValueError(fmt::format("the initialiser '{}' needs a number, as in {}:0.1", text, name));
    double number = 0;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data() + colon + 1, end, number);
    if (error != std::errc() || stop != end)
      throw ValueError(fmt::format("the initialiser '{}' needs a number after the colon", text));
    return make(number);
  }
  for (const auto& [known, make] : without) {
    names.push_back(known);
    if (known != name) continue;
    if (colon != std::string::npos)
      throw ValueError(fmt::format("the initialiser '{}' takes no number", name));
    return make();
  }
  throw NameError(unknown_name("initialiser", name, names));
}

}  // namespace gradus
