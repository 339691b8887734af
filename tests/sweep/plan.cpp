#include <gradus/base/error.hpp>
#include <gradus/base/file.hpp>
#include <gradus/sweep/method.hpp>
#include <gradus/sweep/plan.hpp>
#include <gradus/tests/support/refusal.hpp>
#include <gradus/tests/support/scratch.hpp>
#include <gradus/tests/support/text.hpp>

#include <algorithm>

using namespace gradus;
using namespace gradus::test;

namespace {

struct Plans : Scratch {
  sweep::Plan read(const std::string& text) const {
    write_file(folder / "plan.yaml", text);
    return sweep::read_plan(folder / "plan.yaml");
  }

  /// Checks the message, which begins with the file and this place in it.
  void refuses(const std::string& text, const std::string& place, const std::string& message) const {
    check_refused<ValueError>([&] { read(text); },
                              "'" + (folder / "plan.yaml").string() + "', " + place + message);
  }
};

sweep::Plan with(const std::vector<std::string>& parameters) {
  sweep::Plan plan;
  std::vector<sweep::Written> written;
  for (const std::string& text : parameters) written.push_back(sweep::read_parameter(text, "--set"));
  add(plan, written);
  return plan;
}

constexpr const char* whole = R"(# a plan
model: mlp
data: fashion-mnist
settings: {epochs: 3, validation: 6000, hidden: [32, 16], standardize: true, weight_decay: 0.02}
space:
  optimizer: [sgd, nesterov, adamw]
  learning_rate: 1e-4..1e-2 log
  momentum:
    values: [0.8, 0.9]
    when: {optimizer: nesterov}
  batch: {min: 16, max: 256, scale: log}
  dropout: {min: 0, max: 0.5}
method: grid
trials: 12
seed: 7
keep_best: 1
)";

}  // namespace

BOOST_FIXTURE_TEST_SUITE(plan, Plans)

BOOST_AUTO_TEST_CASE(a_file_says_what_a_sweep_does) {
  const sweep::Plan plan = read(whole);
  BOOST_TEST(plan.settings.data.value() == "fashion-mnist");
  BOOST_TEST(plan.settings.epochs == 3);
  BOOST_TEST(plan.settings.validation == 6000U);
  BOOST_TEST((plan.settings.hidden == std::vector<Index>{32, 16}));
  BOOST_TEST(plan.settings.standardize);
  BOOST_TEST(plan.settings.hyper.at("weight_decay") == 0.02);
  BOOST_TEST(plan.method == "grid");
  BOOST_TEST(plan.trials == 12U);
  BOOST_TEST(plan.seed == 7U);
  BOOST_TEST(plan.keep_best == 1U);
  const std::vector<sweep::Parameter> expected{
      {"optimizer", {"sgd", "nesterov", "adamw"}},
      {"learning_rate", {}, sweep::Range{1e-4, 1e-2, true}},
      {"momentum", {"0.8", "0.9"}, {}, sweep::Condition{"optimizer", {"nesterov"}}},
      {"batch", {}, sweep::Range{16, 256, true, true}},
      {"dropout", {}, sweep::Range{0, 0.5}}};
  BOOST_TEST((plan.space.parameters() == expected));
  // What it writes it reads.
  write_file(folder / "again.json", sweep::plan_text(plan));
  BOOST_TEST(sweep::plan_text(sweep::read_plan(folder / "again.json")) == sweep::plan_text(plan));
}

BOOST_AUTO_TEST_CASE(a_command_line_says_the_same) {
  const sweep::Plan plan = with({"hidden=32x3,64x2", "lr=1e-4..1e-2 log", "batch-size=16..64",
                                 "momentum=0.8,0.9 when optimizer=nesterov", "optimizer=sgd,nesterov",
                                 "layers=dense 10; dense 5, relu, dense 10"});
  const std::vector<sweep::Parameter> expected{
      {"hidden", {"32,32,32", "64,64"}},
      {"learning_rate", {}, sweep::Range{1e-4, 1e-2, true}},
      {"batch", {}, sweep::Range{16, 64, false, true}},
      {"momentum", {"0.8", "0.9"}, {}, sweep::Condition{"optimizer", {"nesterov"}}},
      {"optimizer", {"sgd", "nesterov"}},
      {"layers", {"dense 10", "dense 5, relu, dense 10"}}};
  BOOST_TEST((plan.space.parameters() == expected));
}

BOOST_AUTO_TEST_CASE(what_all_trials_share_may_be_given_as_one_value) {
  const sweep::Plan plan = with({"keep=best", "validation=500", "lr=0.1,0.2"});
  BOOST_TEST(plan.settings.keep == "best");
  BOOST_TEST(plan.settings.validation == 500U);
  BOOST_TEST(plan.space.parameters().size() == 1U);
}

BOOST_AUTO_TEST_CASE(sizes_are_one_value_or_several) {
  check_refused<ValueError>(
      [] { with({"hidden=784,128,10"}); },
      "--set: is this one value or 3? Write hidden=784,128,10; for one, hidden=784;128;10 for "
      "several");
  const std::vector<std::string> one{"784,128,10"};
  BOOST_TEST((with({"hidden=784,128,10;"}).space.parameter("hidden").list == one));
  BOOST_TEST(with({"hidden=784;128;10"}).space.parameter("hidden").list.size() == 3U);
  const std::vector<std::string> two{"32,32", "64"};
  BOOST_TEST((read("space:\n  hidden: [[32, 32], [64]]\n").space.parameter("hidden").list == two));
}

BOOST_AUTO_TEST_CASE(a_number_of_a_rule_is_in_effect_where_the_rule_has_it) {
  const sweep::Plan plan =
      with({"optimizer=sgd,momentum,nesterov,adam", "momentum=0.8,0.9", "learning_rate=0.1,0.01"});
  BOOST_TEST((plan.space.parameter("momentum").condition ==
              sweep::Condition{"optimizer", {"momentum", "nesterov"}}));
  BOOST_TEST((!plan.space.parameter("learning_rate").condition));
  // The plan's own numbers are left out where the trial's rule has none.
  sweep::Plan other = with({"optimizer=sgd,momentum"});
  other.settings.hyper["momentum"] = 0.5;
  BOOST_TEST(settings_of(other, {{{"optimizer", "sgd"}}}).hyper.empty());
  BOOST_TEST(settings_of(other, {{{"optimizer", "momentum"}}}).hyper.at("momentum") == 0.5);
}

BOOST_AUTO_TEST_CASE(hidden_layers_and_their_size_make_the_hidden_layers) {
  const sweep::Plan plan = with({"hidden_layers=3,4", "hidden_size=32,64"});
  BOOST_TEST((settings_of(plan, {{{"hidden_layers", "3"}, {"hidden_size", "64"}}}).hidden ==
              std::vector<Index>{64, 64, 64}));
  check_refused<ValueError>([] { check(with({"hidden_layers=3,4"})); },
                            "hidden_layers and hidden_size go together: give both, one value each at least");
}

BOOST_AUTO_TEST_CASE(trials_have_short_names) {
  const sweep::Plan plan =
      with({"hidden_layers=3,4", "hidden_size=64", "batch=16,32", "activation=tanh,relu",
            "optimizer=nadam,sgd", "lr=0.001,0.25", "init=uniform:0.1,glorot", "hidden=32x3;8,4"});
  BOOST_TEST(trial_name(plan, 7,
                        {{{"hidden_layers", "3"},
                          {"hidden_size", "64"},
                          {"batch", "16"},
                          {"activation", "tanh"},
                          {"optimizer", "nadam"},
                          {"learning_rate", "0.001"},
                          {"init", "uniform:0.1"}}}) ==
             "0007-hl_3_bs_16_ac_tanh_op_nadam_lr_1e-3_in_uniform-0.1");
  BOOST_TEST(trial_name(plan, 12, {{{"hidden", "32,32,32"}, {"learning_rate", "0.25"}}}) ==
             "0012-hi_32x3_lr_0.25");
  BOOST_TEST(trial_name(plan, 3, {{{"hidden", std::string(300, '1')}}}).size() == 5 + 96U);
}

BOOST_AUTO_TEST_CASE(what_holds_where_a_condition_does_not_is_kept) {
  const sweep::Plan plan = read(
      "settings: {dropout: 0.3}\nspace:\n  activation: [relu, sigmoid]\n"
      "  dropout: {values: [0.1, 0.2], when: {activation: relu}}\n");
  write_file(folder / "sweep.json", sweep::plan_text(plan));
  for (const sweep::Plan& each : {plan, sweep::read_plan(folder / "sweep.json")}) {
    BOOST_TEST(settings_of(each, {{{"activation", "sigmoid"}}}).dropout == 0.3);
    BOOST_TEST(settings_of(each, {{{"activation", "relu"}, {"dropout", "0.1"}}}).dropout == 0.1);
  }
}

BOOST_AUTO_TEST_CASE(a_plan_that_was_kept_with_what_varies_among_its_settings_too) {
  write_file(folder / "sweep.json",
             R"({"settings": {"batch": "64"}, "space": {"batch": {"values": ["16", "32"]}}})");
  const sweep::Plan plan = sweep::read_plan(folder / "sweep.json");
  BOOST_TEST(settings_of(plan, {{{"batch", "16"}}}).batch == 16);
}

BOOST_AUTO_TEST_CASE(mistakes_in_a_file_name_line_and_key) {
  refuses(
      "space:\n  momentun: [1]\n", "line 2, space.momentun",
      ": unknown parameter 'momentun'; did you mean 'momentum'? Known: " + [] {
        std::string names;
        for (const std::string& name : sweep::parameter_names({})) names += ", " + name;
        return names.substr(2) + ".";
      }());
  refuses("space:\n  batch: []\n", "line 2, space.batch", ": batch has an empty list: nothing can be tried");
  refuses("space:\n  lr: 1e-2..1e-4 log\n", "line 2, space.lr",
          ": learning_rate has no numbers from 0.01 to 0.0001: write 0.0001..0.01");
  refuses("space:\n  lr: {min: 1}\n", "line 2, space.lr",
          " must be a range with both min and max, or have values");
  refuses("space:\n  lr: {min: 1, max: 2, values: [3]}\n", "line 2, space.lr",
          " must be either a range or values, not both");
  refuses("space:\n  lr: {min: 1, max: 2, scale: even}\n", "line 2, space.lr.scale",
          " must be linear or log");
  refuses("space:\n  lr: {min: 1, mx: 2}\n", "line 2, space.lr",
          ": unknown key 'mx'; did you mean 'max'? Known: values, min, max, scale, when.");
  refuses("space:\n  lr: {min: 1, max: two}\n", "line 2, space.lr.max", " must be a number, not 'two'");
  refuses("space:\n  batch: [16, 0]\n", "line 2, space.batch", ": --batch must be at least 1, not 0");
  refuses("space:\n  batch: [16, many]\n", "line 2, space.batch",
          ": --batch takes a whole number, not 'many'");
  refuses("space:\n  lr: [0.1, fast]\n", "line 2, space.lr", ": --lr takes a number, not 'fast'");
  refuses("space:\n  dropout: 0..1\n", "line 2, space.dropout",
          ": --dropout must be a number from 0 to below 1, not 1");
  refuses("space:\n  standardize: [true, yes]\n", "line 2, space.standardize",
          ": --standardize is true or false, not 'yes'");
  refuses("space:\n  activation: relu..tanh\n", "line 2, space.activation",
          ": 'relu..tanh' is no range; it is written MIN..MAX or MIN..MAX log");
  refuses("space:\n  activation: {min: 1, max: 2}\n", "line 2, space.activation",
          ": activation is no number and cannot have a range: give a list");
  refuses(
      "space:\n  momentum: [0.9]\n  lr: [1]\n", "line 2, space.momentum",
      ": --momentum does not go with the optimizer adam, which has learning_rate, beta1, beta2, epsilon; it "
      "goes with momentum, nesterov");
  refuses("space:\n  lr: {values: [1], when: {batch: 16}}\n", "line 2, space.lr",
          ": learning_rate depends on batch, which does not vary");
  refuses(
      "space:\n  lr: {values: [1], when: {batch: 17}}\n  batch: [16, 32]\n", "line 2, space.lr",
      ": unknown value of batch in the condition of learning_rate '17'; did you mean '16'? Known: 16, 32.");
  refuses("space:\n  data: [mnist, fashion-mnist]\n", "line 2, space.data",
          ": data cannot vary: all trials of a sweep are compared on the same");
  refuses("settings: {epochs: 0}\n", "line 1, settings.epochs", ": --epochs must be at least 1, not 0");
  refuses(
      "settings: {epoch: 1}\nspace: {}\n", "line 1, settings.epoch",
      ": unknown parameter 'epoch'; did you "
      "mean 'epochs'? Known: " +
          [] {
            std::string names;
            for (const std::string& name : sweep::parameter_names({})) names += ", " + name;
            return names.substr(2) + ".";
          }());
  refuses("settings: {hidden_layers: 3}\n", "line 1, settings.hidden_layers",
          ": this is for the space; for all trials say hidden: 64x3, three layers of 64");
  refuses("settings: {lr: 0.1}\nspace:\n  learning_rate: [1, 2]\n", "line 3, space.learning_rate",
          ": this is given for all trials already ('" + (folder / "plan.yaml").string() +
              "', line 1, settings.lr): keep one of the two");
  refuses("settings: {validation: 200}\nspace:\n  validation: [100]\n", "line 3, space.validation",
          ": this is given for all trials already ('" + (folder / "plan.yaml").string() +
              "', line 1, settings.validation): keep one of the two");
  refuses("settings: {hidden: 64x3}\nspace:\n  hidden_size: [1, 2]\n", "line 3, space.hidden_size",
          ": this is given for all trials already ('" + (folder / "plan.yaml").string() +
              "', line 1, settings.hidden): keep one of the two");
  refuses("trials: many\n", "line 1, trials", " must be a whole number, not 'many'");
  refuses("model: mpl\n", "line 1, model", ": unknown model 'mpl'; did you mean 'mlp'? Known: mlp, cnn.");
  refuses("space: 3\n", "line 1, space", " must be names, each with a colon and a value");
  refuses("trails: 3\n", "line 1",
          ": unknown key 'trails'; did you mean 'trials'? Known: model, data, settings, "
          "space, method, trials, seed, ahead, halving, keep_best.");
  refuses("trials: 3\nseed: 1\ntrials: 4\n", "line 3", ": trials comes twice");
  write_file(folder / "plan.yaml", "space: {lr: [1, 2}\n");
  BOOST_CHECK_EXCEPTION(sweep::read_plan(folder / "plan.yaml"), FileError, [&](const FileError& error) {
    return holds(error.what(), "plan.yaml', line 1: this is no YAML and no JSON: ");
  });
}

BOOST_AUTO_TEST_CASE(what_is_no_file_is_not_read) {
  check_refused<FileError>([] { sweep::read_plan("/dev/zero"); },
                           "'/dev/zero' is no file to read a plan from");
}

BOOST_AUTO_TEST_CASE(hostile_files_are_refused) {
  for (const std::string& text :
       {std::string(100000, '['), std::string(2U << 20U, ' '), std::string("a: &a [*a]\n"),
        std::string("\0\xff\xfe", 3), std::string("? {a: b}\n: c\n"), std::string("- 1\n- 2\n")}) {
    write_file(folder / "plan.yaml", text);
    BOOST_CHECK_THROW(sweep::read_plan(folder / "plan.yaml"), Error);
  }
}

BOOST_AUTO_TEST_CASE(mistakes_in_a_plan) {
  check_refused<ValueError>(
      [] { check(sweep::Plan{}); },
      "a sweep varies at least one parameter: give a file with a space, or --set \"lr=1e-4..1e-2 log\"");
  const auto refused = [](auto change, const std::string& message) {
    sweep::Plan plan = with({"lr=0.1,0.2"});
    change(plan);
    BOOST_CHECK_EXCEPTION(check(plan), Error, [&](const Error& error) {
      BOOST_TEST(error.what() == message);
      return true;
    });
  };
  refused([](sweep::Plan& plan) { plan.trials = 0; },
          "a sweep has at least one trial: give --trials a larger number");
  refused([](sweep::Plan& plan) { plan.halving = sweep::Halving{.eta = 1}; },
          "halving goes on with one trial in eta, from 2 to 1000000000, from an epoch on, 1 to 1000000000");
  refused([](sweep::Plan& plan) { plan.ahead = 0; },
          "ahead is how many trials are under way at once: at least 1");
  refused([](sweep::Plan& plan) { plan.settings.validation = 0; },
          "trials are compared on the validation split: keep some images for it");
  refused([](sweep::Plan& plan) { plan.method = "gird"; },
          "unknown method 'gird'; did you mean 'grid'? Known: grid, "
          "random, bayes.");
  sweep::Plan grid = with({"lr=0.1..0.2"});
  grid.method = "grid";
  check_refused<ValueError>(
      [&] { check(grid); },
      "the method grid tries every value, and learning_rate has a range: give a list of "
      "values, or choose the method random");
  check_refused<ValueError>([] { with({"lr"}); },
                            "--set: 'lr' is no parameter; it is written NAME=VALUE,VALUE or NAME=MIN..MAX");
  check_refused<ValueError>([] { with({"lr=1,2 when sgd"}); },
                            "--set: 'sgd' is no condition; it is written when OTHER=VALUE,VALUE");
}

BOOST_AUTO_TEST_CASE(a_grid_tries_everything_and_random_nothing_twice) {
  for (const char* method : {"grid", "random"}) {
    sweep::Plan plan = with({"optimizer=sgd,nesterov,adam", "momentum=0.8,0.9", "batch=16,32"});
    plan.method = method;
    plan.trials = 100;
    const auto trials = sweep::make_method(plan);
    BOOST_TEST_REQUIRE(trials->trials() == 8U);
    std::vector<sweep::Values> all;
    for (std::size_t i = 0; i < 8; ++i) {
      const sweep::Values values = trials->values(i, {});
      BOOST_TEST((std::ranges::find(all, values) == all.end()));
      all.push_back(values);
    }
  }
}

BOOST_AUTO_TEST_CASE(random_trials_are_a_function_of_seed_and_number) {
  sweep::Plan plan = with({"optimizer=sgd,adam", "lr=1e-4..1e-2 log"});
  const auto one = sweep::make_method(plan);
  const auto two = sweep::make_method(plan);
  const sweep::Values last = one->values(20, {});
  for (std::size_t i = 0; i <= 20; ++i) BOOST_TEST((one->values(i, {}) == two->values(i, {})));
  BOOST_TEST((last == two->values(20, {})));
  plan.seed = 1;
  BOOST_TEST((sweep::make_method(plan)->values(20, {}) != last));
}

BOOST_AUTO_TEST_SUITE_END()
