#include <gradus/base/error.hpp>
#include <gradus/train/save_every.hpp>

#include <fmt/format.h>

#include <charconv>

namespace gradus {

SaveEvery parse_save_every(const std::string& text) {
  constexpr std::int64_t most = 1'000'000'000;
  std::int64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  const std::string unit(stop, end);
  const int seconds = unit == "s" ? 1 : unit == "m" ? 60 : unit == "h" ? 3600 : 0;
  const bool known = unit.empty() || seconds > 0;
  if (error != std::errc() || !known || number < 1 || number > most / (seconds > 0 ? seconds : 1))
    throw ValueError(fmt::format(
        "--save-every takes a number of iterations, or a time such as 30s, 5m or 1h, from 1 to {} "
        "iterations or seconds; not '{}'",
        most, text));
  if (unit.empty()) return {.iterations = number};
  return {.time = std::chrono::seconds(number * seconds)};
}

}  // namespace gradus
