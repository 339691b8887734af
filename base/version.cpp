#include <gradus/base/version.hpp>

#include <fmt/format.h>
#include <Eigen/Core>

namespace gradus {

std::string version() { return GRADUS_VERSION; }

std::string compiler() {
#if defined(__clang__)
  return fmt::format("Clang {}.{}.{}", __clang_major__, __clang_minor__, __clang_patchlevel__);
#else
  return fmt::format("GCC {}.{}.{}", __GNUC__, __GNUC_MINOR__, __GNUC_PATCHLEVEL__);
#endif
}

std::string simd() { return Eigen::SimdInstructionSetsInUse(); }

}  // namespace gradus
