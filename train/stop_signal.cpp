#include <gradus/base/error.hpp>
#include <gradus/train/stop_signal.hpp>

#include <atomic>

namespace gradus {
namespace {

enum Listening : int { nobody, waiting, stopped };

// The one global of the library: a signal handler gets no argument to reach an object by, and may touch
// nothing but lock-free atomics.
std::atomic<int> listening{nobody};
static_assert(std::atomic<int>::is_always_lock_free);

void on_signal(int) {
  listening.store(stopped, std::memory_order_relaxed);
  std::signal(SIGINT, SIG_DFL);
  std::signal(SIGTERM, SIG_DFL);
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
  sigaction(SIGINT, &action, &interrupt_);
  sigaction(SIGTERM, &action, &terminate_);
}

StopSignal::~StopSignal() {
  sigaction(SIGINT, &interrupt_, nullptr);
  sigaction(SIGTERM, &terminate_, nullptr);
  sigaltstack(&stack_found_, nullptr);
  listening.store(nobody);
}

bool StopSignal::requested() const { return listening.load(std::memory_order_relaxed) == stopped; }

}  // namespace gradus
