#pragma once

#include <functional>
#include <ostream>
#include <sstream>
#include <string>

namespace gradus {

/// What `write` writes into a stream. A stream alone drops what it has no memory for without a word; here
/// that is thrown.
std::string written_by(const std::function<void(std::ostream&)>& write);

/// A stream to read `text` from that throws what it has no memory for, likewise.
std::istringstream stream_of(std::string text);

}  // namespace gradus
