#pragma once

#include <csignal>

namespace gradus {

/// While it lives, Ctrl-C (SIGINT) and SIGTERM only raise a flag, so that a loop can finish its step and
/// save. The first signal gives both their default action back: the second kills at once. The destructor
/// restores the handlers found. Only one may live at a time: a second throws InternalError.
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
};

}  // namespace gradus
