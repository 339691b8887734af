#pragma once

#include <span>
#include <string>
#include <string_view>

namespace gradus::data {

/// The SHA-256 checksum (FIPS 180-4) of some bytes as 64 hexadecimal digits.
std::string sha256(std::string_view bytes);
/// That of the parts one behind the other.
std::string sha256(std::span<const std::string_view> parts);

}  // namespace gradus::data
