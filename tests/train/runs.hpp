#pragma once

#include <gradus/data/generated.hpp>
#include <gradus/tests/data/fixtures.hpp>
#include <gradus/train/trainer.hpp>

#include <limits>
#include <nlohmann/json.hpp>
#include <ostream>

namespace gradus::test {

/// The files of a run that must not depend on how it came about.
struct RunFiles {
  std::string checkpoint;
  std::string metrics;

  friend bool operator==(const RunFiles&, const RunFiles&) = default;
  friend std::ostream& operator<<(std::ostream& out, const RunFiles& files) {
    return out << "checkpoint of SHA-256 " << data::sha256(files.checkpoint) << ", metrics.csv\n"
               << files.metrics;
  }
};

/// 100 digits to train on in batches of 16, the last one of 4; 30 to validate, 20 to test.
inline const data::TrainTest& digits() {
  static const data::TrainTest set = data::generated_digits({.seed = 1, .train = 130, .test = 20});
  return set;
}

inline constexpr int steps_an_epoch = 7;

/// Three epochs of a small network, with lines of metrics.csv inside of epochs and at their ends.
inline TrainSettings small_run() {
  TrainSettings settings;
  settings.hidden = {9, 5};
  settings.batch = 16;
  settings.epochs = 3;
  settings.validation = 30;
  settings.log_every = 3;
  settings.seed = 1;
  settings.drop_last = false;
  return settings;
}

/// Where runs are kept until the end of a test.
struct Runs : Scratch {
  static constexpr int to_the_end = std::numeric_limits<int>::max();

  /// Begins a run, or goes on with it, and stops it after so many steps: after `at_stop`. `at_step` is told
  /// the number of each before that. Once all steps are taken, each batch that is judged counts as one.
  TrainOutcome train(
      const TrainSettings& settings, const std::string& name, bool resume = false, int steps = to_the_end,
      const std::function<void()>& at_stop = [] {},
      const std::function<void(int)>& at_step = [](int) {}) const {
    const fs::path path = folder / name;
    RunFolder run = resume ? RunFolder::resume(path) : RunFolder::create(path);
    if (!resume) run.write_config({{"settings", settings}});
    const data::Split split = data::split(digits().train, {settings.validation, settings.train_limit});
    Trainer trainer(settings, digits(), split, run, resume);
    Progress progress({.epochs = settings.epochs, .quiet = true}, Progress::Screen{.file = nullptr});
    int taken = 0;
    return trainer.run(progress, [&] {
      at_step(taken);
      if (++taken != steps) return false;
      at_stop();
      return true;
    });
  }

  RunFiles files(const std::string& name) const {
    return {read_file(folder / name / "checkpoint.safetensors"), read_file(folder / name / "metrics.csv")};
  }

  RunFiles whole(const TrainSettings& settings, const std::string& name) const {
    train(settings, name);
    return files(name);
  }

  /// The files of a run that was stopped after each of these numbers of steps and resumed.
  RunFiles interrupted(const TrainSettings& settings, const std::string& name,
                       std::initializer_list<int> stops) const {
    bool resume = false;
    for (const int steps : stops) {
      BOOST_TEST(!train(settings, name, resume, steps).finished);
      resume = true;
    }
    BOOST_TEST(train(settings, name, true).finished);
    return files(name);
  }
};

}  // namespace gradus::test
