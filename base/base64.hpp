#pragma once

#include <string>
#include <string_view>

namespace gradus {

/// Bytes in the 64 letters of RFC 4648, four for three bytes. Throws ValueError for more than a GB of them.
std::string base64(std::string_view bytes);

}  // namespace gradus
