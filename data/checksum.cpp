#include <gradus/base/error.hpp>
#include <gradus/data/checksum.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <openssl/evp.h>

#include <array>

namespace gradus::data {

std::string sha256(std::string_view bytes) {
  std::array<unsigned char, 32> digest{};
  if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, EVP_sha256(), nullptr) != 1)
    throw InternalError("OpenSSL computes no SHA-256");
  return fmt::format("{:02x}", fmt::join(digest, ""));
}

}  // namespace gradus::data
