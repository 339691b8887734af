#include <gradus/base/error.hpp>
#include <gradus/train/stop_signal.hpp>

#include <sys/wait.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <csignal>

using namespace gradus;

namespace {

volatile std::sig_atomic_t own_handler_calls = 0;
void own_handler(int) { own_handler_calls = own_handler_calls + 1; }

}  // namespace

BOOST_AUTO_TEST_SUITE(stop_signal)

BOOST_AUTO_TEST_CASE(a_signal_raises_the_flag_and_the_handlers_return) {
  const auto before = std::signal(SIGINT, own_handler);
  for (const int number : {SIGINT, SIGTERM}) {
    const StopSignal stop;
    BOOST_TEST(!stop.requested());
    std::raise(number);
    BOOST_TEST(stop.requested());
  }
  BOOST_TEST(own_handler_calls == 0);
  std::raise(SIGINT);
  BOOST_TEST(own_handler_calls == 1);
  std::signal(SIGINT, before);
}

BOOST_AUTO_TEST_CASE(the_second_signal_kills) {
  for (const int second : {SIGINT, SIGTERM}) {
    const pid_t child = ::fork();
    if (child == 0) {
      const StopSignal stop;
      std::raise(SIGINT);
      if (stop.requested()) std::raise(second);
      ::_exit(0);
    }
    int status = 0;
    BOOST_REQUIRE(::waitpid(child, &status, 0) == child);
    BOOST_REQUIRE(WIFSIGNALED(status));
    BOOST_TEST(WTERMSIG(status) == second);
  }
}

BOOST_AUTO_TEST_CASE(the_handler_has_a_stack_of_its_own) {
  const auto on_stack = [](int number) {
    struct sigaction action {};
    sigaction(number, nullptr, &action);
    return (action.sa_flags & SA_ONSTACK) != 0;
  };
  stack_t before{};
  sigaltstack(nullptr, &before);
  {
    const StopSignal stop;
    stack_t during{};
    sigaltstack(nullptr, &during);
    BOOST_TEST((during.ss_flags & SS_DISABLE) == 0);
    BOOST_TEST(during.ss_sp != before.ss_sp);
    BOOST_TEST(on_stack(SIGINT));
    BOOST_TEST(on_stack(SIGTERM));
  }
  stack_t after{};
  sigaltstack(nullptr, &after);
  BOOST_TEST(after.ss_sp == before.ss_sp);
  BOOST_TEST(after.ss_flags == before.ss_flags);
}

BOOST_AUTO_TEST_CASE(only_one_may_live) {
  {
    const StopSignal stop;
    BOOST_CHECK_THROW(StopSignal(), InternalError);
  }
  BOOST_CHECK_NO_THROW(StopSignal());
}

BOOST_AUTO_TEST_SUITE_END()
