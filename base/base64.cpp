#include <gradus/base/base64.hpp>
#include <gradus/base/error.hpp>

#include <fmt/format.h>

#include <openssl/evp.h>

#include <limits>

namespace gradus {

std::string base64(std::string_view bytes) {
  if (bytes.size() > static_cast<std::size_t>(std::numeric_limits<int>::max() / 2))
    throw ValueError(fmt::format("{} bytes are too many to embed in a page: at most {} can be", bytes.size(),
                                 std::numeric_limits<int>::max() / 2));
  // EVP_EncodeBlock ends with a zero byte.
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');
  EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                  reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  text.pop_back();
  return text;
}

}  // namespace gradus
