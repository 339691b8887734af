#include <gradus/base/error.hpp>
#include <gradus/graph/declare/tensor.hpp>

#include <fmt/format.h>
#include <unistd.h>

#include <new>

namespace gradus {
namespace {

/// The bytes of memory this machine has.
Index memory_of_machine() {
  return static_cast<Index>(::sysconf(_SC_PHYS_PAGES)) * static_cast<Index>(::sysconf(_SC_PAGE_SIZE));
}

}  // namespace

void* allocate(Index count, std::size_t size) {
  Index bytes = 0;
  if (__builtin_mul_overflow(count, static_cast<Index>(size), &bytes))
    throw MemoryError(fmt::format("cannot allocate {} values of {} bytes", count, size));
  // Asked first: a system that promises more than it has kills the program later, when it is written to.
  void* const memory =
      bytes > memory_of_machine()
          ? nullptr
          : ::operator new(static_cast<std::size_t>(bytes), std::align_val_t(alignment), std::nothrow);
  if (memory == nullptr)
    throw MemoryError(
        fmt::format("cannot allocate {} bytes: this machine has {} in all", bytes, memory_of_machine()));
  return memory;
}

}  // namespace gradus
