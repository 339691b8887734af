// Parts that the library does not have, and what settings then know of them.
#include <gradus/base/json.hpp>
#include <gradus/report/command.hpp>
#include <gradus/report/record.hpp>
#include <gradus/tests/support/own_parts.hpp>
#include <gradus/tests/train/runs.hpp>
#include <gradus/train/report.hpp>

using namespace gradus;
using namespace gradus::test;

namespace {

/// The library's parts and those of tests/support/own_parts.hpp.
struct OwnParts : Runs {
  Parts parts = library_parts();
  OwnParts() { add_own_parts(parts); }

  TrainSettings run_with_fading() const {
    TrainSettings settings = small_run();
    settings.parts = &parts;
    settings.optimizer = "fading";
    settings.hyper = {{"fade", 0.25}};
    return settings;
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(own_parts, OwnParts)

BOOST_AUTO_TEST_CASE(a_rule_with_a_setting_of_its_own_trains_resumes_and_is_reported) {
  const TrainSettings settings = run_with_fading();
  const RunFiles whole = this->whole(settings, "whole");
  BOOST_TEST(interrupted(settings, "interrupted", {5}) == whole);
  const TrainOutcome outcome = train(settings, "reported");
  const auto report = report_json(settings, digits(), declare(settings, ImageSize(), 10), outcome);
  BOOST_TEST(report.at("settings").at("fade") == 0.25);
  BOOST_TEST(report.at("settings").at("lr") == 0.01);
  BOOST_TEST(report.at("settings").at("beta1").is_null());
  BOOST_TEST(train_command(settings).find(" --fade 0.25 ") != std::string::npos);
  BOOST_TEST(train_command(RunFolder::open(folder / "whole").read_settings(parts)) ==
             train_command(settings));
}

BOOST_AUTO_TEST_CASE(its_setting_is_checked_alike_wherever_it_comes_from) {
  TrainSettings settings = run_with_fading();
  const std::string message = "--fade must be a number from 0 to 0.5, not 0.75";
  nlohmann::json json = settings;
  settings.hyper["fade"] = json["hyper"]["fade"] = 0.75;
  check_refused<ValueError>([&] { check(settings); }, message);
  check_refused<FileError>([&] { settings_from_json(JsonValue(json, "config.json"), parts); },
                           "'config.json': " + message + "; the file is damaged or was changed by hand");
  settings.optimizer = "sgd";
  check_refused<ValueError>(
      [&] { check(settings); },
      "--fade does not go with the optimizer sgd, which has learning_rate; it goes with fading");
  settings.parts = &library_parts();
  check_refused<NameError>([&] { check(settings); },
                           "unknown hyper-parameter 'fade'. Known: beta1, beta2, beta3, epsilon, "
                           "feedback_max, feedback_min, learning_rate, "
                           "momentum, weight_decay.");
}

BOOST_AUTO_TEST_CASE(a_plot_calls_a_loss_by_its_name_where_it_says_no_other) {
  TrainSettings settings = run_with_fading();
  const std::pair<const char*, const char*> labels[] = {{"absolute-error", "absolute-error"},
                                                        {"mse", "squared error"},
                                                        {"cross-entropy", "cross-entropy (nats)"}};
  for (const auto& [loss, label] : labels) {
    settings.loss = loss;
    BOOST_TEST(loss_axis(settings) == label);
  }
}

BOOST_AUTO_TEST_CASE(a_name_is_given_once) {
  check_refused<NameError>([&] { parts.add<Fading>(); },
                           "there are two of the kind optimizer called 'withering'");
  BOOST_TEST(parts.rules.find("withering").name == "fading");
  check_refused<NameError>([&] { parts.rules.find("wihtering"); },
                           "unknown optimizer 'wihtering'; did you mean 'withering'? Known: adam, adamw, "
                           "eve, momentum, nadam, nesterov, rmsprop, sgd, fading.");
}

BOOST_AUTO_TEST_CASE(an_op_has_a_name_and_an_example_of_its_own) {
  static constexpr Description mine{"mine", "x", "x"}, again{"tanh", "x", "x"};
  const Rules none;
  const std::vector<OpCase> cases{{"mine", "", [](Graph&) { return Example{}; }}};
  Parts own;
  check_refused<NameError>([&] { own.add_op({&again, &none, cases}); }, "there are two ops called 'tanh'");
  check_refused<ValueError>(
      [&] {
        own.add_op({&mine, &none, {}});
      },
      "the op 'mine' is not elementwise, or needs values to be made with: add it with an "
      "example of its use, add_op<T>({…}), by which it can be checked");
  own.add_op({&mine, &none, cases});
  check_refused<NameError>([&] { own.add_op({&mine, &none, cases}); }, "there are two ops called 'mine'");
  BOOST_TEST(cases_of("mine", own.ops).size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_model_s_name_is_given_once) {
  Parts own;
  own.add_model("mine", [](Expr images, Index) { return images; });
  check_refused<NameError>([&] { own.add_model("mlp", {}); }, "there are two models called 'mlp'");
  check_refused<NameError>([&] { own.model("mines"); },
                           "unknown model 'mines'; did you mean 'mine'? Known: mlp, cnn, mine.");
}

BOOST_AUTO_TEST_SUITE_END()
