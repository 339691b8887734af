#pragma once

namespace gradus {

// Of the instruction set that this source is compiled for, which may be another than that of its neighbour.
#if defined __AVX512F__
constexpr int vector_register_bytes = 64;
constexpr int vector_registers = 32;
#elif defined __AVX__
constexpr int vector_register_bytes = 32;
constexpr int vector_registers = 16;
#elif defined __aarch64__
constexpr int vector_register_bytes = 16;
constexpr int vector_registers = 32;
#else
constexpr int vector_register_bytes = 16;
constexpr int vector_registers = 16;
#endif

}  // namespace gradus
