#include <gradus/report/command.hpp>
#include <gradus/tests/support/scratch.hpp>

#include <boost/test/unit_test.hpp>

using namespace gradus;

BOOST_AUTO_TEST_SUITE(command)

BOOST_AUTO_TEST_CASE(the_defaults_need_no_flags) {
  BOOST_TEST(train_command({}) == "gradus train mlp --seed 0");
}

BOOST_AUTO_TEST_CASE(what_differs_is_said) {
  TrainSettings settings;
  settings.data = "it's mine/set";
  settings.hidden = {64, 32};
  settings.hyper = {{"learning_rate", 0.001}, {"beta1", 0.5}};
  settings.init = "gaussian:0.1";
  settings.l2 = 1e-5;
  settings.standardize = true;
  settings.train_limit = 30000;
  settings.clip_norm = 2;
  settings.log_every = 50;
  settings.threads = 7;
  settings.seed = 3;
  BOOST_TEST(
      train_command(settings) ==
      "gradus train mlp --clip-norm 2 --data 'it'\\''s mine/set' --hidden 64,32 --beta1 0.5 --lr 0.001 "
      "--init gaussian:0.1 --l2 1e-05 --log-every 50 --seed 3 --standardize --train-limit 30000");
  settings = {};
  settings.hidden = {};
  BOOST_TEST(train_command(settings) == "gradus train mlp --hidden none --seed 0");
  settings.data = "it's\n\\\x1b[31mred";
  BOOST_TEST(train_command(settings) ==
             "gradus train mlp --data $'it\\'s\\x0a\\\\\\x1b[31mred' --hidden none --seed 0");
}

BOOST_FIXTURE_TEST_CASE(a_folder_is_one_word_to_a_shell, test::Scratch) {
  const RunFolder run = RunFolder::create(folder / "it's |here");
  const std::string word = "'" + folder.string() + "/it'\\''s |here'";
  BOOST_TEST(report_command(run) == "gradus report " + word);
  BOOST_TEST(resume_command({}, run) == "gradus train mlp --resume " + word);
}

BOOST_AUTO_TEST_SUITE_END()
