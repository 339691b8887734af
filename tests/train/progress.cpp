#include <gradus/base/error.hpp>
#include <gradus/tests/support/refusal.hpp>
#include <gradus/tests/support/terminal.hpp>
#include <gradus/train/progress.hpp>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <string>
#include <vector>

using namespace gradus;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

/// A stream that is kept in memory.
class Paper {
 public:
  Paper() : file_(::open_memstream(&text_, &size_)) {}
  Paper(const Paper&) = delete;
  Paper& operator=(const Paper&) = delete;
  ~Paper() {
    std::fclose(file_);
    std::free(text_);
  }

  Progress::Screen terminal(int columns) { return {file_, true, columns}; }
  Progress::Screen plain() { return {file_, false, 0}; }

  std::string text() {
    std::fflush(file_);
    return {text_, size_};
  }

  /// What was drawn, one string for each time the line was begun anew.
  std::vector<std::string> drawings() {
    const std::string all = text();
    const std::string mark = "\r\x1b[K";
    std::vector<std::string> result;
    for (std::size_t at = all.find(mark); at != std::string::npos;) {
      const std::size_t next = all.find(mark, at + 1);
      const std::size_t from = at + mark.size();
      result.push_back(all.substr(from, next == std::string::npos ? next : next - from));
      at = next;
    }
    return result;
  }

 private:
  char* text_ = nullptr;
  std::size_t size_ = 0;
  std::FILE* file_;
};

const Progress::Clock::time_point start{};
const Progress::Settings three_epochs{.epochs = 3, .iterations_per_epoch = 100};

}  // namespace

BOOST_AUTO_TEST_SUITE(progress)

BOOST_AUTO_TEST_CASE(a_bar_says_how_far_how_well_how_fast_and_how_long) {
  Paper paper;
  Progress progress(three_epochs, paper.terminal(120), start);
  progress.update({.epoch = 2, .iteration = 150, .images = 9600, .loss = 0.25}, start + seconds(60));
  BOOST_TEST(paper.text() ==
             "\r\x1b[K[====================>                   ]  "
             "epoch 2/3  iteration 150/300  loss 0.2500  1:00 left  160 images/s");
}

BOOST_AUTO_TEST_CASE(a_resumed_run_judges_its_speed_by_its_own_iterations) {
  Paper paper;
  auto settings = three_epochs;
  settings.start_iteration = 200;
  Progress progress(settings, paper.terminal(120), start);
  progress.update({.epoch = 3, .iteration = 201, .images = 64, .loss = 1}, start + seconds(64));
  BOOST_TEST(paper.text().ends_with("epoch 3/3  iteration 201/300  loss 1.000  1:45:36 left  1 images/s"));
}

BOOST_AUTO_TEST_CASE(redrawn_at_most_ten_times_a_second) {
  Paper paper;
  Progress progress(three_epochs, paper.terminal(120), start);
  for (int i = 1; i <= 300; ++i) progress.update({.epoch = 1, .iteration = i}, start + milliseconds(10 * i));
  BOOST_TEST(paper.drawings().size() == 30U);
  BOOST_TEST(paper.drawings().back().starts_with("[======================================> ]"));
  progress.finish();
  BOOST_TEST(paper.text().ends_with("\r\x1b[K"));
}

BOOST_AUTO_TEST_CASE(never_wider_than_the_terminal) {
  for (const int columns : {1, 2, 10, 40, 70, 71, 82, 83, 120}) {
    Paper paper;
    Progress progress(three_epochs, paper.terminal(columns), start);
    progress.update({.epoch = 1, .iteration = 99, .images = 6400, .loss = -1.5e-7}, start + seconds(9));
    const std::string drawn = paper.drawings().at(0);
    BOOST_TEST(drawn.size() < static_cast<std::size_t>(columns));
    BOOST_TEST(drawn.starts_with("[") == (columns >= 83));
  }
}

BOOST_AUTO_TEST_CASE(a_line_stays_above_the_bar) {
  Paper paper;
  Progress progress(three_epochs, paper.terminal(120), start);
  progress.line("before any bar");
  progress.update({.epoch = 1, .iteration = 1}, start + seconds(1));
  progress.line("epoch 1: 97.1 %");
  BOOST_TEST(paper.text().starts_with("before any bar\n\r"));
  const auto drawings = paper.drawings();
  BOOST_REQUIRE(drawings.size() == 3U);
  BOOST_TEST(drawings[1] == "epoch 1: 97.1 %\n");
  BOOST_TEST(drawings[2] == drawings[0]);
}

BOOST_AUTO_TEST_CASE(a_file_gets_plain_lines_ten_seconds_apart) {
  Paper paper;
  Progress progress(three_epochs, paper.plain(), start);
  for (int i = 1; i <= 250; ++i)
    progress.update({.epoch = 1 + (i - 1) / 100, .iteration = i, .images = i, .loss = 2},
                    start + milliseconds(100 * i));
  progress.line("epoch 3: done");
  progress.finish();
  BOOST_TEST(paper.text() ==
             "epoch 1/3  iteration 100/300  loss 2.000  0:20 left  10 images/s\n"
             "epoch 2/3  iteration 200/300  loss 2.000  0:10 left  10 images/s\n"
             "epoch 3: done\n");
}

BOOST_AUTO_TEST_CASE(quiet_is_silent) {
  Paper paper;
  for (const auto& screen : {paper.terminal(80), paper.plain()}) {
    auto settings = three_epochs;
    settings.quiet = true;
    Progress progress(settings, screen, start);
    progress.update({.epoch = 1, .iteration = 1}, start + seconds(60));
    progress.line("unheard");
    progress.finish();
  }
  BOOST_TEST(paper.text().empty());
}

BOOST_AUTO_TEST_CASE(the_bar_goes_at_the_end_once_and_by_the_destructor_too) {
  Paper paper;
  {
    Progress progress(three_epochs, paper.terminal(80), start);
    progress.update({.epoch = 1, .iteration = 1}, start + seconds(1));
    progress.finish();
    progress.update({.epoch = 1, .iteration = 2}, start + seconds(2));
    progress.finish();
  }
  {
    Progress progress(three_epochs, paper.terminal(80), start);
    progress.update({.epoch = 1, .iteration = 1}, start + seconds(1));
  }
  const std::string text = paper.text();
  BOOST_TEST(std::count(text.begin(), text.end(), '\n') == 0);
  BOOST_TEST(std::count(text.begin(), text.end(), '\r') == 4);
  BOOST_TEST(text.ends_with("\r\x1b[K"));
}

BOOST_AUTO_TEST_CASE(a_terminal_says_how_wide_it_is) {
  const auto drawn = [](unsigned short columns) {
    const test::Terminal window(columns);
    std::FILE* terminal = std::fopen(window.path().c_str(), "w");
    BOOST_TEST_REQUIRE(terminal != nullptr);
    {
      Progress progress(three_epochs, {terminal, true, 0}, start);
      progress.update({.epoch = 1, .iteration = 1, .loss = 0.5}, start + seconds(1));
    }
    std::fclose(terminal);
    const std::string text = window.text();
    const std::string mark = "\r\x1b[K";
    BOOST_TEST_REQUIRE(text.starts_with(mark));
    return text.substr(mark.size(), text.find(mark, 1) - mark.size());
  };
  BOOST_TEST(drawn(30).size() == 29U);
  BOOST_TEST(drawn(120).starts_with("[>"));
  // Where a terminal does not know, it is taken to have 80 columns.
  BOOST_TEST(drawn(0) == drawn(80));
  BOOST_TEST(drawn(0) != drawn(120));
}

BOOST_AUTO_TEST_CASE(a_file_is_no_terminal) {
  std::FILE* file = std::tmpfile();
  BOOST_TEST(!Progress::Screen::of(file).terminal);
  std::fclose(file);
}

BOOST_AUTO_TEST_CASE(a_run_of_nothing_is_refused) {
  test::check_refused<ValueError>([] { Progress({.epochs = 0, .iterations_per_epoch = 7}, {}, start); },
                                  "a run has at least one epoch of one iteration, not 0 of 7");
  test::check_refused<ValueError>([] { Progress({.epochs = 1, .iterations_per_epoch = 0}, {}, start); },
                                  "a run has at least one epoch of one iteration, not 1 of 0");
}

BOOST_AUTO_TEST_SUITE_END()
