#pragma once

#include <array>
#include <csignal>
#include <memory>
#include <string>

namespace gradus {

/// While it lives, Ctrl-C (SIGINT), SIGTERM and SIGHUP, which a closed terminal sends, only raise a flag, so
/// that a loop can finish its step and save. The first signal gives all their default action back: the second
/// kills at once. A SIGHUP that is ignored, as under nohup, stays ignored. The destructor restores the
/// handlers found. The handler runs on a stack of its own, set for the thread that makes this, which is to be
/// the main one: oneDNN's generated code uses the stack pointer for other things, and what the system saves
/// there when a signal comes would land in the heap. Only one may live at a time: a second throws
/// InternalError.
class StopSignal {
 public:
  StopSignal();
  ~StopSignal();
  StopSignal(const StopSignal&) = delete;
  StopSignal& operator=(const StopSignal&) = delete;

  /// Whether a signal has come; as cheap as reading an integer.
  bool requested() const;

  /// From now on the first signal, one that has come already too, ends the program at once with exit code
  /// 130, after saying `farewell` on standard error: for work that need not be finished, and cannot ask
  /// whether it should be. Until release() or the end of this object.
  void leave_at_once(std::string farewell);
  void release();

 private:
  std::array<struct sigaction, 3> found_{};
  std::string farewell_;
  std::unique_ptr<char[]> stack_;
  stack_t stack_found_{};
};

}  // namespace gradus
