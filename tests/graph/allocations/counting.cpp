#include <gradus/tests/graph/allocations/counting.hpp>

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <new>

// The C library's own functions, behind the names that this program takes over.
extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* pointer, std::size_t size);
void* __libc_memalign(std::size_t boundary, std::size_t size);
}

namespace {

std::atomic<bool> counting{false};
std::atomic<int> allocations{0};
std::atomic<int> news{0};
std::atomic<int> failing{0};  ///< the number of the new that fails, from 1

void note() {
  if (counting) ++allocations;
}

void* make(std::size_t boundary, std::size_t size) {
  if (counting && ++news == failing) throw std::bad_alloc();
  void* const made = std::aligned_alloc(boundary, (size + boundary - 1) / boundary * boundary);
  if (made == nullptr) throw std::bad_alloc();
  return made;
}

/// Kept whole: GCC takes a free() inlined after a new for a mismatch.
[[gnu::noinline]] void give_back(void* pointer) { std::free(pointer); }

}  // namespace

extern "C" {
void* malloc(std::size_t size) noexcept {
  note();
  return __libc_malloc(size);
}
void* calloc(std::size_t count, std::size_t size) noexcept {
  note();
  return __libc_calloc(count, size);
}
void* realloc(void* pointer, std::size_t size) noexcept {
  note();
  return __libc_realloc(pointer, size);
}
void* memalign(std::size_t boundary, std::size_t size) noexcept {
  note();
  return __libc_memalign(boundary, size);
}
void* aligned_alloc(std::size_t boundary, std::size_t size) noexcept {
  note();
  return __libc_memalign(boundary, size);
}
int posix_memalign(void** pointer, std::size_t boundary, std::size_t size) noexcept {
  note();
  *pointer = __libc_memalign(boundary, size);
  return *pointer == nullptr ? ENOMEM : 0;
}
}

void* operator new(std::size_t size) { return make(alignof(std::max_align_t), size); }
void* operator new(std::size_t size, std::align_val_t boundary) {
  return make(static_cast<std::size_t>(boundary), size);
}
void operator delete(void* pointer) noexcept { give_back(pointer); }
void operator delete(void* pointer, std::size_t) noexcept { give_back(pointer); }
void operator delete(void* pointer, std::align_val_t) noexcept { give_back(pointer); }
void operator delete(void* pointer, std::size_t, std::align_val_t) noexcept { give_back(pointer); }

namespace gradus::test {

Allocations count_allocations(const std::function<void()>& f, int failing_new) {
  allocations = news = 0;
  failing = failing_new;
  counting = true;
  f();
  counting = false;
  failing = 0;
  return {allocations, news};
}

}  // namespace gradus::test
