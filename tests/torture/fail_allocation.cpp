// Preloaded into a program: makes allocations fail, or says which ones there are to fail.
//
//   GRADUS_TORTURE_FAIL=n    the n-th allocation since main began is refused
//   GRADUS_TORTURE_FAIL=n+   and every later one
//   GRADUS_TORTURE_LIST=FILE the numbers of the allocations that come from a new place of the program, one a
//                            line, then "in all N": a place is told by the six calls that lead to it
//   GRADUS_TORTURE_HIT=FILE  gets the stack of the first allocation that is refused

#include <dlfcn.h>
#include <execinfo.h>
#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <mutex>

namespace {

template <class F>
F next(const char* name) {
  return reinterpret_cast<F>(::dlsym(RTLD_NEXT, name));
}

std::atomic<bool> counting{false};
std::atomic<unsigned long> count{0};
unsigned long failing = 0;
bool failing_onward = false;
const char* hit = nullptr;
FILE* list = nullptr;

/// True within our own calls, whose allocations do not count.
thread_local bool inside = false;

/// Seen places, as a set of hashes that allocates nothing.
constexpr std::size_t room = std::size_t{1} << 20;
std::array<unsigned long, room> seen{};
std::mutex seen_lock;

bool is_new(unsigned long hash) {
  const std::lock_guard<std::mutex> lock(seen_lock);
  for (std::size_t at = hash % room;; at = (at + 1) % room) {
    if (seen[at] == hash) return false;
    if (seen[at] != 0) continue;
    seen[at] = hash;
    return true;
  }
}

unsigned long caller() {
  std::array<void*, 8> frames{};
  const int depth = ::backtrace(frames.data(), static_cast<int>(frames.size()));
  unsigned long hash = 1469598103934665603UL;
  // Without our own two frames.
  for (int i = 2; i < depth; ++i)
    hash = (hash ^ reinterpret_cast<unsigned long>(frames[static_cast<std::size_t>(i)])) * 1099511628211UL;
  return hash | 1;
}

void write_stack(const char* name) {
  std::array<void*, 16> frames{};
  const int file = ::open(name, O_CREAT | O_WRONLY, 0600);
  ::backtrace_symbols_fd(frames.data(), ::backtrace(frames.data(), static_cast<int>(frames.size())), file);
  ::close(file);
}

/// Counts an allocation; true when it is to be refused.
bool refused() {
  if (inside || !counting.load(std::memory_order_relaxed)) return false;
  inside = true;
  const unsigned long n = ++count;
  const bool refuse = failing != 0 && (n == failing || (failing_onward && n > failing));
  if (refuse) {
    if (hit != nullptr) write_stack(hit);
    hit = nullptr;
    errno = ENOMEM;
  } else if (list != nullptr && is_new(caller())) {
    std::fprintf(list, "%lu\n", n);
  }
  inside = false;
  return refuse;
}

void begin() {
  inside = true;
  if (const char* text = std::getenv("GRADUS_TORTURE_FAIL")) {
    char* end = nullptr;
    failing = std::strtoul(text, &end, 10);
    failing_onward = *end == '+';
  }
  hit = std::getenv("GRADUS_TORTURE_HIT");
  if (const char* name = std::getenv("GRADUS_TORTURE_LIST")) list = std::fopen(name, "w");
  // The first one loads what it needs.
  std::array<void*, 4> frames{};
  ::backtrace(frames.data(), 4);
  // Programs that this one starts are left in peace.
  ::unsetenv("LD_PRELOAD");
  inside = false;
  counting = true;
}

void end() {
  counting = false;
  if (list == nullptr) return;
  std::fprintf(list, "in all %lu\n", count.load());
  std::fclose(list);
}

using Main = int (*)(int, char**, char**);
Main program_main;

int counted_main(int argc, char** argv, char** environment) {
  begin();
  const int code = program_main(argc, argv, environment);
  end();
  return code;
}

}  // namespace

extern "C" {

int __libc_start_main(Main main, int argc, char** argv, int (*init)(int, char**, char**), void (*fini)(),
                      void (*rtld_fini)(), void* stack_end) {
  program_main = main;
  using Start = decltype(&__libc_start_main);
  return next<Start>("__libc_start_main")(counted_main, argc, argv, init, fini, rtld_fini, stack_end);
}

void* __libc_malloc(std::size_t);
void* __libc_calloc(std::size_t, std::size_t);
void* __libc_realloc(void*, std::size_t);
void* __libc_memalign(std::size_t, std::size_t);

void* malloc(std::size_t size) { return refused() ? nullptr : __libc_malloc(size); }
void* calloc(std::size_t number, std::size_t size) {
  return refused() ? nullptr : __libc_calloc(number, size);
}
void* realloc(void* old, std::size_t size) { return refused() ? nullptr : __libc_realloc(old, size); }
void* memalign(std::size_t alignment, std::size_t size) {
  return refused() ? nullptr : __libc_memalign(alignment, size);
}
void* aligned_alloc(std::size_t alignment, std::size_t size) { return ::memalign(alignment, size); }
int posix_memalign(void** result, std::size_t alignment, std::size_t size) {
  void* memory = ::memalign(alignment, size);
  if (memory == nullptr) return ENOMEM;
  *result = memory;
  return 0;
}

}  // extern "C"
