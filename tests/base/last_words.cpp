#include <gradus/base/last_words.hpp>
#include <gradus/tests/support/scratch.hpp>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <gradus/base/file.hpp>

#include <boost/test/unit_test.hpp>
#include <csignal>
#include <new>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

using namespace gradus;

namespace {

/// What a process of its own says that calls `f`, which may not throw, and how it ends: as wait(2) tells.
template <class F>
std::pair<int, std::string> last_words_of(const std::filesystem::path& said, const F& f) {
  const pid_t child = ::fork();
  if (child == 0) {
    std::signal(SIGABRT, SIG_DFL);
    ::dup2(::open(said.c_str(), O_CREAT | O_WRONLY | O_TRUNC, 0600), STDERR_FILENO);
    end_without_memory(7, "no memory\n");
    [&]() noexcept { f(); }();
    std::_Exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return {status, read_file(said)};
}

/// What operator new does where there is no memory; the address sanitizer's own ends the program instead.
void allocate_too_much() {
  if (const std::new_handler handler = std::get_new_handler()) handler();
  throw std::bad_alloc();
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(last_words, test::Scratch)

BOOST_AUTO_TEST_CASE(where_nothing_may_be_thrown) {
  const auto said = folder / "said";
  auto [status, words] = last_words_of(said, [] { allocate_too_much(); });
  BOOST_TEST((WIFEXITED(status) && WEXITSTATUS(status) == 7));
  BOOST_TEST(words == "no memory\n");
  // With something to clean up on the way, which GCC ends without having caught the exception.
  std::tie(status, words) = last_words_of(said, [] {
    const std::vector<int> kept(3);
    allocate_too_much();
  });
  BOOST_TEST((WIFEXITED(status) && WEXITSTATUS(status) == 7));
  BOOST_TEST(words == "no memory\n");
}

BOOST_AUTO_TEST_CASE(other_ends_are_what_they_were) {
  const auto said = folder / "said";
  auto [status, words] = last_words_of(said, [] { throw std::runtime_error("something else"); });
  BOOST_TEST((WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT));
  BOOST_TEST(words.find("something else") != std::string::npos, words);
  std::tie(status, words) = last_words_of(said, [] {
    try {
      allocate_too_much();
    } catch (const std::bad_alloc&) {
    }
  });
  BOOST_TEST((WIFEXITED(status) && WEXITSTATUS(status) == 0));
  BOOST_TEST(words == "");
}

BOOST_AUTO_TEST_SUITE_END()
