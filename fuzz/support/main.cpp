#include <gradus/base/error.hpp>
#include <gradus/fuzz/support/target.hpp>

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    gradus::fuzz::take({reinterpret_cast<const char*>(data), size});
  } catch (const gradus::Error&) {
  }
  return 0;
}
