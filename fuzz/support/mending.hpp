#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace gradus::fuzz {

/// Puts the checksums of a changed input right; each fuzzer that includes this header defines it. Otherwise
/// nearly every input would be refused for a checksum, and nothing behind that would be tried.
void mend(std::span<std::uint8_t> input);

}  // namespace gradus::fuzz

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

/// One input in eight keeps its wrong checksums.
extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                               unsigned seed) {
  const std::size_t changed = LLVMFuzzerMutate(data, size, max_size);
  if (seed % 8 != 0) gradus::fuzz::mend({data, changed});
  return changed;
}
