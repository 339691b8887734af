#include <gradus/tests/train/runs.hpp>
#include <gradus/train/step_recorder.hpp>

using namespace gradus;
using namespace gradus::test;

namespace {

/// Takes so many steps, as the loop does, and returns how many were measured.
std::size_t take(StepRecorder& recorder, int steps) {
  for (int step = 0; step < steps; ++step) {
    { const Timed timed(recorder.loop(), 0, StepRecorder::batch); }
    { const Timed timed(recorder.loop(), 0, StepRecorder::step); }
    { const Timed timed(recorder.loop(), 0, StepRecorder::metrics); }
    recorder.end_step(step);
  }
  return recorder.runs().size();
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(step_recorder, Runs)

BOOST_AUTO_TEST_CASE(a_tenth_warms_up_and_200_are_measured_at_most) {
  StepRecorder one(1, 1);
  BOOST_TEST(take(one, 1) == 1U);
  StepRecorder few(12, 1);
  BOOST_TEST(take(few, 12) == 11U);
  BOOST_TEST(few.runs().front().batch == 1);
  StepRecorder many(10'000, 1);
  BOOST_TEST(take(many, 300) == 200U);
  BOOST_TEST(many.warm_up() == 20);
  BOOST_TEST(many.runs().front().batch == 20);
  BOOST_TEST(many.runs().back().batch == 219);
  StepRecorder stopped(10'000, 1);
  BOOST_TEST(take(stopped, 20) == 0U);
}

BOOST_AUTO_TEST_CASE(phases_are_parts_of_the_whole) {
  StepRecorder recorder(3 * steps_an_epoch, 2);
  const fs::path path = folder / "run";
  const TrainSettings settings = small_run();
  const data::Split split = data::split(digits().train, {settings.validation, settings.train_limit});
  Trainer trainer(settings, digits(), split, RunFolder::create(path), false);
  Progress progress({.epochs = settings.epochs, .quiet = true}, Progress::Screen{.file = nullptr});
  TrainObserver observer;
  observer.recorder = &recorder;
  trainer.train(
      progress, [] { return false; }, observer);
  BOOST_TEST(recorder.runs().size() == 3U * steps_an_epoch - 2);
  // The last batch of an epoch has 4 examples.
  for (std::size_t k = 0; k < recorder.runs().size(); ++k)
    BOOST_TEST(recorder.runs()[k].batch == ((k + 3) % steps_an_epoch == 0 ? 4 : 16));
  double phases = 0;
  for (const auto phase :
       {StepRecorder::batch, StepRecorder::step, StepRecorder::metrics, StepRecorder::checkpoint}) {
    BOOST_TEST(recorder.in(phase) > 0);
    phases += recorder.in(phase);
  }
  BOOST_TEST(phases <= recorder.whole());
  BOOST_TEST(
      recorder.in(StepRecorder::step) == profile(trainer.program(), recorder.stages(), recorder.runs()).mean,
      boost::test_tools::tolerance(1e-9));
}

BOOST_AUTO_TEST_SUITE_END()
