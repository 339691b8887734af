#pragma once

#include <atomic>
#include <cstdint>
#include <exception>
#include <thread>
#include <vector>

namespace gradus {

/// Threads that wait for small pieces of work, thousands of times a second: they look for it for some
/// microseconds before they go to sleep.
class ThreadPool {
 public:
  /// `threads` in all, the caller's own among them. Throws ValueError when the system has not so many.
  explicit ThreadPool(int threads);
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;
  ~ThreadPool();

  int threads() const { return static_cast<int>(workers_.size()) + 1; }

  /// Calls work(0) … work(threads − 1), each at most once and on as many threads as are at hand, and returns
  /// when all are done. What one of them throws is thrown here.
  template <class Work>
  void run(const Work& work) {
    start([](const void* context, int thread) { (*static_cast<const Work*>(context))(thread); }, &work);
  }

 private:
  using Task = void (*)(const void* context, int thread);
  void start(Task task, const void* context);
  void serve(std::size_t share);
  void end();
  bool claim(std::size_t share, std::uint32_t round);
  void attempt(std::size_t share);

  Task task_ = nullptr;
  const void* context_ = nullptr;
  std::atomic<std::uint32_t> round_{0};
  std::atomic<int> left_{0};
  std::atomic<bool> ending_{false};
  std::atomic_flag failed_;
  std::exception_ptr failure_;
  /// The last round in which a share was taken on; the caller's own is not among them.
  std::vector<std::atomic<std::uint32_t>> claimed_;
  std::vector<std::thread> workers_;
};

}  // namespace gradus
