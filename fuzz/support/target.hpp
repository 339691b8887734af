#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace gradus::fuzz {

/// What a fuzzer does with one input; each file of fuzz/ defines it. Refusing the input with gradus::Error is
/// as good as taking it. Any other exception, a crash, an input that takes seconds or much memory is a
/// finding.
void take(std::string_view input);

/// A law that every input keeps which was not refused.
inline void require(bool holds, const std::string& law) {
  if (!holds) throw std::logic_error("broken: " + law);
}

}  // namespace gradus::fuzz
