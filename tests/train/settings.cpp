#include <gradus/base/json.hpp>
#include <gradus/tests/data/fixtures.hpp>
#include <gradus/train/settings.hpp>

using namespace gradus;
using namespace gradus::test;

BOOST_AUTO_TEST_SUITE(settings)

BOOST_AUTO_TEST_CASE(the_course_network_is_the_default) {
  const TrainSettings settings;
  check(settings);
  BOOST_TEST((settings.hidden == std::vector<Index>{500, 250, 100}));
  BOOST_TEST(settings.activation == "relu");
  BOOST_TEST(settings.optimizer == "adam");
  BOOST_TEST(settings.batch == 64);
  BOOST_TEST(settings.epochs == 5);
  BOOST_TEST(settings.init == "glorot");
  BOOST_TEST(settings.validation == 10000);
  BOOST_TEST(settings.log_every == 200);
}

BOOST_AUTO_TEST_CASE(come_back_from_json_as_they_were) {
  TrainSettings settings;
  settings.data = "fashion-mnist";
  settings.data_dir = "some/where";
  settings.hidden = {};
  settings.layers = "dense 7, relu, dense 10";
  settings.activation = "tanh";
  settings.normalisation = "batch";
  settings.dropout = 0.5;
  settings.channels = {4, 5, 6};
  settings.kernel = 3;
  settings.padding = 1;
  settings.pooling = "average";
  settings.pool_every = 2;
  settings.head = "average";
  settings.loss = "squared-error";
  settings.reduction = "sum";
  settings.init = "gaussian:0.1";
  settings.l1 = 0.1;
  settings.l2 = 1.0 / 3;
  settings.optimizer = "nadam";
  settings.hyper = {{"learning_rate", 1e-4}, {"beta2", 0.99}};
  settings.schedule = "warm-up:10+cosine";
  settings.clip_norm = 2;
  settings.accumulate = 3;
  settings.batch = 5;
  settings.epochs = 6;
  settings.drop_last = false;
  settings.keep = "best";
  settings.standardize = true;
  settings.augment = "rotate:degrees=10";
  settings.seed = 0xffffffffffffffff;
  settings.validation = 7;
  settings.train_limit = 8;
  settings.log_every = 9;
  settings.log_train = true;
  settings.log_test = true;
  settings.save_every = "11";
  settings.threads = 10;
  for (const TrainSettings& each : {settings, TrainSettings()}) {
    const nlohmann::json json = each;
    const nlohmann::json parsed = parse_json(json.dump(), "config.json");
    const nlohmann::json read = settings_from_json({parsed, "config.json"});
    BOOST_TEST(read.dump() == json.dump());
  }
  // Nothing is left at its default above, so that nothing can be forgotten.
  const nlohmann::json changed = settings;
  const nlohmann::json usual = TrainSettings();
  for (const auto& [key, value] : changed.items())
    if (key != "model") BOOST_TEST((value != usual.at(key)), key);
}

BOOST_AUTO_TEST_CASE(runs_of_earlier_versions_have_none_of_what_came_later) {
  nlohmann::json json = TrainSettings();
  for (const char* later : {"layers", "augment", "normalisation", "dropout", "channels", "kernel", "padding",
                            "pooling", "pool_every", "head", "save_every", "drop_last", "keep"})
    json.erase(later);
  const TrainSettings read = settings_from_json({json, "config.json"});
  BOOST_TEST(read.augment == "");
  BOOST_TEST(read.normalisation == "none");
  BOOST_TEST(read.dropout == 0);
  BOOST_TEST(read.save_every == "5m");
  BOOST_TEST(!read.drop_last);
  BOOST_TEST(TrainSettings().drop_last);
  BOOST_TEST(read.keep == "last");
}

BOOST_AUTO_TEST_CASE(a_config_of_each_earlier_version) {
  // As they were written, letter for letter: the first one, and the last before settings stood in one table.
  const std::string first = R"({"accumulate": 1, "activation": "tanh", "batch": 32, "clip_norm": null,
    "data": "mnist", "data_dir": null, "epochs": 15, "hidden": [64, 32], "hyper": {"learning_rate": 0.01},
    "init": "gaussian:0.1", "l1": 0.0, "l2": 1e-05, "log_every": 200, "loss": "squared-error", "model": "mlp",
    "optimizer": "sgd", "reduction": "sum", "schedule": "step:100:0.5", "seed": 18446744073709551615,
    "standardize": true, "threads": 8, "train_limit": 30000, "validation": 5000})";
  const std::string last = R"({"accumulate": 2, "activation": "leaky-relu",
    "augment": "shift:pixels=2,rotate:degrees=10", "batch": 128, "channels": [16, 16, 32], "clip_norm": 1.5,
    "data": "fashion-mnist", "data_dir": "some/where", "dropout": 0.0, "epochs": 18, "head": "average",
    "hidden": [], "hyper": {"beta1": 0.8, "learning_rate": 0.003}, "init": "he-uniform", "kernel": 3, "l1": 0.0,
    "l2": 0.0, "log_every": 400, "loss": "cross-entropy", "model": "cnn", "normalisation": "batch",
    "optimizer": "adamw", "padding": 1, "pool_every": 2, "pooling": "average", "reduction": "mean",
    "save_every": "30s", "schedule": "warm-up:400+cosine", "seed": 3, "standardize": false, "threads": 1,
    "train_limit": null, "validation": 10000})";
  for (const std::string& text : {first, last}) {
    const nlohmann::json written = parse_json(text, "config.json");
    const TrainSettings settings = settings_from_json(JsonValue(written, "config.json"));
    const nlohmann::json read = settings;
    for (const auto& [name, value] : written.items())
      if (name != "init") BOOST_TEST(read.at(name) == value, name);
    BOOST_TEST(settings.init.starts_with(text == first ? "gaussian:0.1" : "he"));
  }
}

BOOST_AUTO_TEST_CASE(damaged) {
  const std::string end = "; the file is damaged or was changed by hand";
  const auto refused = [&](auto change, const std::string& message) {
    nlohmann::json json = TrainSettings();
    change(json);
    check_refused<FileError>(
        [&] {
          settings_from_json({json, "run/config.json", "settings"});
        },
        "'run/config.json'" + message + end);
  };
  using Json = nlohmann::json;
  refused([](Json& j) { j.erase("seed"); }, " has no 'settings.seed'");
  refused([](Json& j) { j["seed"] = "x"; },
          ": 'settings.seed' must be a whole number from 0 to 18446744073709551615, not \"x\"");
  const std::string whole = " must be a whole number from -9223372036854775808 to 9223372036854775807, not ";
  refused([](Json& j) { j["batch"] = 1e21; }, ": 'settings.batch'" + whole + "1e+21");
  refused([](Json& j) { j["batch"] = 2.7; }, ": 'settings.batch'" + whole + "2.7");
  refused([](Json& j) { j["hidden"][1] = nullptr; }, ": 'settings.hidden[1]'" + whole + "null");
  refused([](Json& j) { j["threads"] = 1LL << 40; },
          ": 'settings.threads' must be a whole number from -2147483648 to 2147483647, not 1099511627776");
  refused([](Json& j) { j["standardize"] = 1; }, ": 'settings.standardize' must be true or false, not 1");
  refused([](Json& j) { j["hyper"]["beta1"] = "0.9"; },
          ": 'settings.hyper.beta1' must be a number, not \"0.9\"");
  // What is of the right type and no setting of any run.
  refused([](Json& j) { j["batch"] = 0; }, ": --batch must be at least 1, not 0");
  refused([](Json& j) { j["threads"] = 1025; }, ": --threads must be at most 1024, not 1025");
  refused([](Json& j) { j = 5; }, ": 'settings' must be an object, not 5");
}

BOOST_AUTO_TEST_CASE(refused) {
  const auto refused = [](auto change, const std::string& message) {
    TrainSettings settings;
    change(settings);
    check_refused<ValueError>([&] { check(settings); }, message);
  };
  using S = TrainSettings;
  refused([](S& s) { s.batch = 0; }, "--batch must be at least 1, not 0");
  refused([](S& s) { s.hidden = {4, 0}; }, "each size of --hidden must be at least 1, not 0");
  refused([](S& s) { s.channels = {0}; }, "each size of --channels must be at least 1, not 0");
  refused([](S& s) { s.l2 = -1; }, "--l2 must be a number from 0 on, not -1");
  refused([](S& s) { s.clip_norm = 0; }, "--clip-norm must be a number above 0, not 0");
  refused([](S& s) { s.hyper["beta1"] = 1; }, "--beta1 must be a number from 0 to below 1, not 1");
  refused([](S& s) { s.hyper["learning_rate"] = 0; }, "--lr must be a number above 0, not 0");
  refused(
      [](S& s) {
        s.optimizer = "adamw";
        s.hyper["weight_decay"] = -1;
      },
      "--weight-decay must be a number from 0 on, not -1");
  refused([](S& s) { s.hyper["momentum"] = 0.9; },
          "--momentum does not go with the optimizer adam, which has learning_rate, beta1, beta2, epsilon; "
          "it goes with momentum, nesterov");
  TrainSettings settings;
  settings.model = "cnm";
  check_refused<NameError>([&] { check(settings); },
                           "unknown model 'cnm'; did you mean 'cnn'? Known: mlp, cnn.");
  settings = {};
  settings.hyper["momentun"] = 0.9;
  check_refused<NameError>(
      [&] { check(settings); },
      "unknown hyper-parameter 'momentun'; did you mean 'momentum'? Known: beta1, beta2, "
      "beta3, epsilon, feedback_max, feedback_min, learning_rate, momentum, weight_decay.");
}

BOOST_AUTO_TEST_SUITE_END()
