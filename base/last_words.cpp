#include <gradus/base/console.hpp>
#include <gradus/base/last_words.hpp>

#include <atomic>
#include <cstdlib>
#include <exception>
#include <new>

namespace gradus {
namespace {

struct {
  int exit_code = 1;
  const char* text = "";
  std::terminate_handler otherwise = nullptr;
} last;

std::atomic<bool> memory_was_refused = false;

/// Where an exception leaves a function that may not throw, GCC does not always say which it is.
bool is_about_memory() {
  const std::exception_ptr current = std::current_exception();
  if (!current) return memory_was_refused;
  try {
    std::rethrow_exception(current);
  } catch (const std::bad_alloc&) {
    return true;
  } catch (...) {
    return false;
  }
}

[[noreturn]] void end() {
  if (is_about_memory()) {
    say_text(last.text);
    std::_Exit(last.exit_code);
  }
  last.otherwise();
  std::abort();
}

void refuse_memory() {
  memory_was_refused = true;
  throw std::bad_alloc();
}

}  // namespace

void end_without_memory(int exit_code, const char* text) noexcept {
  last = {exit_code, text, std::get_terminate()};
  std::set_new_handler(refuse_memory);
  std::set_terminate(end);
}

}  // namespace gradus
