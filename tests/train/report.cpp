#include <gradus/tests/train/runs.hpp>
#include <gradus/train/report.hpp>

using namespace gradus;
using namespace gradus::test;

BOOST_AUTO_TEST_SUITE(report)

BOOST_AUTO_TEST_CASE(the_layers_of_the_course_network) {
  BOOST_TEST(layer_table(declare(TrainSettings(), ImageSize(), 10)) ==
             "layer    kind               output        parameters\n"
             "hidden1  dense 500, relu    (batch, 500)      392500\n"
             "hidden2  dense 250, relu    (batch, 250)      125250\n"
             "hidden3  dense 100, relu    (batch, 100)       25100\n"
             "output   dense 10, softmax  (batch, 10)         1010\n"
             "in all                                        543860\n");
}

BOOST_FIXTURE_TEST_CASE(in_words, Runs) {
  TrainSettings settings = small_run();
  settings.validation = 0;
  settings.seed = 42;
  const TrainOutcome outcome = train(settings, "run");
  const std::string text = report_text(settings, digits(), declare(settings, ImageSize(), 10), outcome);
  const auto says = [&](const std::string& part) {
    BOOST_TEST((text.find(part) != std::string::npos), "no '" << part << "' in\n" << text);
  };
  BOOST_TEST(text.starts_with("*** GENERATED DIGITS, NOT REAL DATA ***\n"));
  says(fmt::format("train        loss {:.4f}   accuracy {:6.2f} %      130 examples\n", outcome.train.loss,
                   100 * outcome.train.accuracy()));
  says("validation   no examples\n");
  says("27 iterations, seed 42, ");
  says(to_text(outcome.test.confusion, digits().test.classes));
}

BOOST_AUTO_TEST_SUITE_END()
