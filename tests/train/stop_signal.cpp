#include <gradus/base/error.hpp>
#include <gradus/train/stop_signal.hpp>

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <boost/test/unit_test.hpp>
#include <csignal>
#include <string>

using namespace gradus;

namespace {

volatile std::sig_atomic_t own_handler_calls = 0;
void own_handler(int) { own_handler_calls = own_handler_calls + 1; }

}  // namespace

BOOST_AUTO_TEST_SUITE(stop_signal)

BOOST_AUTO_TEST_CASE(a_signal_raises_the_flag_and_the_handlers_return) {
  const auto before = std::signal(SIGINT, own_handler);
  const auto hang_up = std::signal(SIGHUP, SIG_DFL);
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
    const StopSignal stop;
    BOOST_TEST(!stop.requested());
    std::raise(number);
    BOOST_TEST(stop.requested());
  }
  BOOST_TEST(own_handler_calls == 0);
  std::raise(SIGINT);
  BOOST_TEST(own_handler_calls == 1);
  std::signal(SIGINT, before);
  std::signal(SIGHUP, hang_up);
}

BOOST_AUTO_TEST_CASE(under_nohup_a_closed_terminal_stops_nothing) {
  const auto before = std::signal(SIGHUP, SIG_IGN);
  {
    const StopSignal stop;
    std::raise(SIGHUP);
    BOOST_TEST(!stop.requested());
    std::raise(SIGTERM);
    BOOST_TEST(stop.requested());
    std::raise(SIGHUP);
  }
  BOOST_TEST((std::signal(SIGHUP, before) == SIG_IGN));
}

BOOST_AUTO_TEST_CASE(what_need_not_be_finished_is_left_at_once) {
  for (const bool already : {false, true}) {
    std::array<int, 2> ends{};
    BOOST_REQUIRE(::pipe(ends.data()) == 0);
    const pid_t child = ::fork();
    if (child == 0) {
      ::dup2(ends[1], STDERR_FILENO);
      StopSignal stop;
      stop.leave_at_once("not said");
      stop.release();
      if (already) std::raise(SIGTERM);
      stop.leave_at_once("good bye\n");
      std::raise(SIGTERM);
      ::_exit(0);
    }
    ::close(ends[1]);
    std::array<char, 100> said{};
    const ssize_t count = ::read(ends[0], said.data(), said.size());
    ::close(ends[0]);
    BOOST_TEST(std::string(said.data(), count > 0 ? static_cast<std::size_t>(count) : 0) == "good bye\n");
    int status = 0;
    BOOST_REQUIRE(::waitpid(child, &status, 0) == child);
    BOOST_REQUIRE(WIFEXITED(status));
    BOOST_TEST(WEXITSTATUS(status) == 130);
  }
}

BOOST_AUTO_TEST_CASE(the_second_signal_kills) {
  for (const int second : {SIGINT, SIGTERM, SIGHUP}) {
    const pid_t child = ::fork();
    if (child == 0) {
      std::signal(SIGHUP, SIG_DFL);
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
