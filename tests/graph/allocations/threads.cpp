// A machine that has no more threads to give.
#include <gradus/base/error.hpp>
#include <gradus/graph/run/thread_pool.hpp>
#include <gradus/tests/support/refusal.hpp>

#include <dlfcn.h>
#include <pthread.h>

#include <atomic>
#include <cerrno>
#include <limits>

namespace {

std::atomic<int> threads_left{std::numeric_limits<int>::max()};

}  // namespace

// In the place of that of the C library, in this program alone.
extern "C" int pthread_create(pthread_t* thread, const pthread_attr_t* attributes, void* (*start)(void*),
                              void* argument) noexcept {
  using Create = int (*)(pthread_t*, const pthread_attr_t*, void* (*)(void*), void*);
  static const auto create = reinterpret_cast<Create>(::dlsym(RTLD_NEXT, "pthread_create"));
  return threads_left-- > 0 ? create(thread, attributes, start, argument) : EAGAIN;
}

using namespace gradus;

BOOST_AUTO_TEST_SUITE(threads)

BOOST_AUTO_TEST_CASE(that_cannot_be_started) {
  threads_left = 2;
  test::check_refused<ValueError>([] { ThreadPool(5); },
                                  "cannot start 5 threads, only 3: Resource temporarily unavailable");
  threads_left = std::numeric_limits<int>::max();
  std::atomic<int> shares = 0;
  ThreadPool(5).run([&](int) { ++shares; });
  BOOST_TEST(shares == 5);
}

BOOST_AUTO_TEST_SUITE_END()
