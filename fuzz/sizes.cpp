#include <gradus/fuzz/support/target.hpp>
#include <gradus/train/settings.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

void gradus::fuzz::take(std::string_view input) {
  const auto sizes = parse_sizes("--hidden", std::string(input));
  const std::string written = fmt::format("{}", fmt::join(sizes, ","));
  require(parse_sizes("--hidden", written) == sizes, "sizes come back");
}
