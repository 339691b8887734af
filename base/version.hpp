#pragma once

#include <string>

namespace gradus {

/// The library's version: "0.1.0".
std::string version();

/// Compiler and its version: "GCC 12.2.0".
std::string compiler();

/// The vector instructions Eigen was compiled for: "AVX512, FMA, AVX2, AVX, SSE, …".
std::string simd();

}  // namespace gradus
