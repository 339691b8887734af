#pragma once

#include <csignal>
#include <memory>

namespace gradus {

/// While it lives, Ctrl-C (SIGINT) and SIGTERM only raise a flag, so that a loop can finish its step and
/// save. The first signal gives both their default action back: the second kills at once. The destructor
/// restores the handlers found. The handler runs on a stack of its own, set for the thread that makes this,
/// which is to be the main one: oneDNN's generated code uses the stack pointer for other things, and what the
/// system saves there when a signal comes would land in the heap. Only one may live at a time: a second
/// throws InternalError.
class StopSignal {
 public:
  StopSignal();
  ~StopSignal();
  StopSignal(const StopSignal&) = delete;
  StopSignal& operator=(const StopSignal&) = delete;

  /// Whether a signal has come; as cheap as reading an integer.
  bool requested() const;

 private:
  struct sigaction interrupt_ {};
  struct sigaction terminate_ {};
  std::unique_ptr<char[]> stack_;
  stack_t stack_found_{};
};

}  // namespace gradus
