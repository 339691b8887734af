#include <gradus/dump/brief.hpp>
#include <gradus/dump/check_words.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace gradus {

const CheckedElement& worst_element(const NumericCheck& check) {
  return *std::ranges::max_element(check.elements, {}, [](const CheckedElement& element) {
    return std::isnan(element.error) ? -1 : element.error;
  });
}

std::string error_in_words(const CheckedElement& element) {
  return std::isnan(element.error) ? "" : fmt::format("{:.1e}", element.error);
}

std::string derived_in_words(const CheckedElement& element) {
  return std::isfinite(element.derived) ? fmt::format("{:.10g}", element.derived) : brief(element.derived);
}

std::string difference_in_words(const CheckedElement& element) {
  if (std::isnan(element.numeric)) return "no finite values around";
  if (element.at_kink()) return fmt::format("a kink: {:.10g} | {:.10g}", element.left, element.right);
  return fmt::format("{:.10g} ± {:.0e}", element.numeric, element.uncertainty);
}

}  // namespace gradus
