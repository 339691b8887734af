#include <gradus/base/error.hpp>
#include <gradus/inspect/recording.hpp>
#include <gradus/tests/support/fixtures.hpp>
#include <gradus/tests/train/runs.hpp>
#include <gradus/train/inspected_model.hpp>

using namespace gradus;
using namespace gradus::test;

namespace {

std::shared_ptr<const data::TrainTest> some_digits() { return std::make_shared<data::TrainTest>(digits()); }

}  // namespace

BOOST_FIXTURE_TEST_SUITE(subject, Runs)

BOOST_AUTO_TEST_CASE(a_graph_as_far_as_it_is_wanted) {
  TrainSettings settings = small_run();
  settings.l2 = 0.1;
  const InspectedModel declared = inspect_model(settings, GraphStage::declared);
  BOOST_TEST(declared.network.graph->adjoints().empty());
  BOOST_TEST((declared.loss == declared.network.model.loss));
  BOOST_TEST(!declared.step);
  const InspectedModel differentiated = inspect_model(settings, GraphStage::differentiated);
  BOOST_TEST(!differentiated.network.graph->adjoints().empty());
  BOOST_TEST(!differentiated.network.graph->contains("train_step"));
  const InspectedModel training = inspect_model(settings, GraphStage::training);
  BOOST_TEST(training.step.name() == "train_step");
  for (const InspectedModel* subject : {&declared, &differentiated, &training}) {
    BOOST_TEST(subject->feeds().empty());
    BOOST_TEST(subject->network.model.image.shape()[1].at(1) == 784);
  }
  InspectedModel without_data = inspect_model(settings, GraphStage::training);
  const std::string none = "a batch is taken from data, but this model was declared without any";
  check_refused<GraphError>([&] { without_data.take_batch(0); }, none);
  check_refused<GraphError>([&] { without_data.take_first(1); }, none);
  settings.batch = 0;
  check_refused<ValueError>([&] { inspect_model(settings, GraphStage::declared); },
                            "--batch must be at least 1, not 0");
}

BOOST_AUTO_TEST_CASE(batches_are_the_examples_of_the_training_split_in_order) {
  InspectedModel subject = inspect_model(small_run(), GraphStage::declared, some_digits(), 30);
  const auto check_from = [&](std::size_t first) {
    for (std::size_t i = 0; i < 30; ++i) {
      BOOST_TEST(subject.labels[static_cast<Index>(i)] == digits().train.labels[first + i]);
      BOOST_TEST(
          subject.images[static_cast<Index>(i * 784 + 400)] == digits().train.image(first + i)[400] / 255.0,
          boost::test_tools::tolerance(1e-15));
    }
  };
  check_from(0);
  subject.take_batch(2);
  check_from(60);
  // 100 are trained on: three whole batches of 30.
  subject.take_batch(3);
  check_from(0);
  const auto refused = [&](std::size_t examples) {
    return message_of<ValueError>(
        [&] { inspect_model(small_run(), GraphStage::declared, some_digits(), examples); });
  };
  BOOST_TEST(refused(0) == "a batch of 0 examples cannot be taken: the training split of generated has 100");
  BOOST_TEST(refused(101) ==
             "a batch of 101 examples cannot be taken: the training split of generated has 100");
}

BOOST_AUTO_TEST_CASE(a_trained_run_comes_with_all_its_variables) {
  const TrainSettings settings = small_run();
  train(settings, "run");
  const fs::path checkpoint = folder / "run" / "checkpoint.safetensors";
  InspectedModel subject = inspect_model(settings, GraphStage::training, some_digits(), 5, checkpoint);
  BOOST_TEST(subject.state.step == 3 * steps_an_epoch);
  double moments = 0;
  for (const auto& variable : subject.state.variables())
    if (variable.kind == VariableKind::optimizer_state)
      for (const double value : subject.state[variable.name].span()) moments += std::abs(value);
  BOOST_TEST(moments > 0);
  const auto loss = [&](InspectedModel& of) {
    return record(*of.network.graph, of.state, std::span<const Feed<double>>(of.feeds()))
        .value(of.loss.node())[0];
  };
  InspectedModel fresh = inspect_model(settings, GraphStage::training, some_digits(), 5);
  BOOST_TEST(loss(subject) < loss(fresh));
  InspectedModel weights_alone = inspect_model(settings, GraphStage::declared, some_digits(), 5, checkpoint);
  BOOST_TEST(loss(weights_alone) == loss(subject));
  TrainSettings other = settings;
  other.hidden = {7};
  BOOST_CHECK_THROW(inspect_model(other, GraphStage::declared, some_digits(), 5, checkpoint), FileError);
}

BOOST_AUTO_TEST_SUITE_END()
