// Every share of every round is done once, whoever does it.
#include <gradus/base/error.hpp>
#include <gradus/graph/run/program.hpp>
#include <gradus/graph/run/thread_pool.hpp>
#include <gradus/tests/support/refusal.hpp>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <stdexcept>

using namespace gradus;

BOOST_AUTO_TEST_SUITE(thread_pool)

BOOST_AUTO_TEST_CASE(each_share_is_done_once_in_each_round) {
  // More threads than this machine may have cores, so that some sleep while their share is done.
  for (const int threads : {1, 2, 3, 9}) {
    ThreadPool pool(threads);
    std::vector<int> done(static_cast<std::size_t>(threads));
    for (int round = 1; round <= 2000; ++round) {
      pool.run([&](int thread) { ++done[static_cast<std::size_t>(thread)]; });
      const bool all = std::ranges::all_of(done, [&](int count) { return count == round; });
      BOOST_REQUIRE_MESSAGE(all, threads << " threads, round " << round);
    }
  }
}

BOOST_AUTO_TEST_CASE(what_a_share_throws_is_thrown_and_the_next_round_runs) {
  ThreadPool pool(3);
  for (int bad = 0; bad < 3; ++bad) {
    BOOST_CHECK_THROW(pool.run([&](int thread) {
      if (thread == bad) throw std::runtime_error("share");
    }),
                      std::runtime_error);
    std::atomic<int> done = 0;
    pool.run([&](int) { ++done; });
    BOOST_TEST(done == 3);
  }
}

BOOST_AUTO_TEST_CASE(no_program_runs_on_more_threads_than_any_machine_has_use_for) {
  Graph g;
  const Expr x = g.input("x", {2});
  for (const int threads : {-1, 0, 1025, 1'000'000'000}) {
    CompileOptions options;
    options.threads = threads;
    test::check_refused<ValueError>([&] { compile(g, {x}, options); },
                                    "a program runs on 1 to 1024 threads, not " + std::to_string(threads));
  }
}

BOOST_AUTO_TEST_SUITE_END()
