#include <gradus/base/error.hpp>
#include <gradus/data/checksum.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <openssl/evp.h>

#include <array>
#include <memory>

namespace gradus::data {

std::string sha256(std::string_view bytes) { return sha256({&bytes, 1}); }

std::string sha256(std::span<const std::string_view> parts) {
  const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  bool good = context && EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) == 1;
  for (const std::string_view part : parts)
    good = good && EVP_DigestUpdate(context.get(), part.data(), part.size()) == 1;
  std::array<unsigned char, 32> digest{};
  if (!good || EVP_DigestFinal_ex(context.get(), digest.data(), nullptr) != 1)
    throw InternalError("OpenSSL computes no SHA-256");
  return fmt::format("{:02x}", fmt::join(digest, ""));
}

}  // namespace gradus::data
