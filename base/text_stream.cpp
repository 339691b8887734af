#include <gradus/base/text_stream.hpp>

namespace gradus {

std::string written_by(const std::function<void(std::ostream&)>& write) {
  std::ostringstream text;
  text.exceptions(std::ios::badbit);
  write(text);
  return std::move(text).str();
}

std::istringstream stream_of(std::string text) {
  std::istringstream stream(std::move(text));
  stream.exceptions(std::ios::badbit);
  return stream;
}

}  // namespace gradus
