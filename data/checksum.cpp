// The digests that OpenSSL finds by name are made by a library context, which crashes when there is no memory
// for it; these functions of old allocate nothing.
#define OPENSSL_API_COMPAT 10100

#include <gradus/data/checksum.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <openssl/sha.h>

#include <array>

namespace gradus::data {

std::string sha256(std::string_view bytes) { return sha256({&bytes, 1}); }

std::string sha256(std::span<const std::string_view> parts) {
  SHA256_CTX context;
  SHA256_Init(&context);
  for (const std::string_view part : parts) SHA256_Update(&context, part.data(), part.size());
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256_Final(digest.data(), &context);
  return fmt::format("{:02x}", fmt::join(digest, ""));
}

}  // namespace gradus::data
