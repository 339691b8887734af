#include <gradus/base/error.hpp>
#include <gradus/train/stop_signal.hpp>

#include <unistd.h>

#include <array>
#include <atomic>
#include <cstring>

namespace gradus {
namespace {

enum Listening : int { nobody, waiting, stopped };

constexpr std::array signals{SIGINT, SIGTERM, SIGHUP};
constexpr int exit_code = 128 + SIGINT;

// The only globals of the library: a signal handler gets no argument to reach an object by, and may touch
// nothing but lock-free atomics.
std::atomic<int> listening{nobody};
std::atomic<const char*> last_words{nullptr};
static_assert(std::atomic<int>::is_always_lock_free && std::atomic<const char*>::is_always_lock_free);

void leave(const char* words) {
  // Nobody is left to tell that standard error is closed.
  [[maybe_unused]] const ssize_t said = ::write(STDERR_FILENO, words, std::strlen(words));
  ::_exit(exit_code);
}

void on_signal(int) {
  if (const char* words = last_words.load()) leave(words);
  listening.store(stopped, std::memory_order_relaxed);
  for (const int number : signals) {
    struct sigaction now {};
    sigaction(number, nullptr, &now);
    if (now.sa_handler == on_signal) std::signal(number, SIG_DFL);
  }
}

}  // namespace

StopSignal::StopSignal() {
  int expected = nobody;
  if (!listening.compare_exchange_strong(expected, waiting))
    throw InternalError("a second StopSignal was made while one is alive");
  // Room for all registers, of which there are many kilobytes on some processors.
  constexpr std::size_t room = std::size_t{1} << 18;
  stack_ = std::make_unique<char[]>(room);
  stack_t own{};
  own.ss_sp = stack_.get();
  own.ss_size = room;
  sigaltstack(&own, &stack_found_);
  struct sigaction action {};
  action.sa_handler = on_signal;
  action.sa_flags = SA_RESTART | SA_ONSTACK;
  sigemptyset(&action.sa_mask);
  for (std::size_t i = 0; i < signals.size(); ++i) {
    sigaction(signals[i], &action, &found_[i]);
    if (signals[i] == SIGHUP && found_[i].sa_handler == SIG_IGN) sigaction(SIGHUP, &found_[i], nullptr);
  }
}

StopSignal::~StopSignal() {
  release();
  for (std::size_t i = 0; i < signals.size(); ++i) sigaction(signals[i], &found_[i], nullptr);
  sigaltstack(&stack_found_, nullptr);
  listening.store(nobody);
}

bool StopSignal::requested() const { return listening.load(std::memory_order_relaxed) == stopped; }

void StopSignal::leave_at_once(std::string farewell) {
  release();
  farewell_ = std::move(farewell);
  last_words.store(farewell_.c_str());
  if (requested()) leave(farewell_.c_str());
}

void StopSignal::release() { last_words.store(nullptr); }

}  // namespace gradus
