#pragma once

#include <cmath>
#include <vector>

namespace gradus {

/// A number for JSON, which has none that are not finite: they are "NaN", "Infinity" and "-Infinity". `Json`
/// is either of nlohmann's classes.
template <class Json>
Json json_number(double number) {
  if (std::isnan(number)) return "NaN";
  if (std::isinf(number)) return number > 0 ? "Infinity" : "-Infinity";
  return number;
}

template <class Json>
Json json_numbers(const std::vector<double>& numbers) {
  Json result = Json::array();
  for (const double number : numbers) result.push_back(json_number<Json>(number));
  return result;
}

}  // namespace gradus
