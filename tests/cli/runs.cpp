#include <gradus/base/png.hpp>
#include <gradus/base/process.hpp>
#include <gradus/data/from_picture.hpp>
#include <gradus/tests/cli/program.hpp>

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <thread>

using namespace gradus;
using namespace gradus::test;
using nlohmann::json;

namespace {

std::vector<std::string> lines(const std::string& text) {
  std::vector<std::string> result;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    result.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return result;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(runs, test::Program)

BOOST_AUTO_TEST_CASE(a_part_is_kept_for_validation) {
  BOOST_TEST_REQUIRE(gradus(small_run("run", {"--validation", "0.25"})).code == 0);
  // Of 120 images.
  BOOST_TEST(json::parse(contents("run/config.json"))["settings"]["validation"] == 30);
  BOOST_TEST_REQUIRE(gradus(small_run("whole", {"--validation", "30"})).code == 0);
  BOOST_TEST(contents("run/metrics.csv") == contents("whole/metrics.csv"));
  refuses({"train", "mlp", "--validation", "1.5"},
          "--validation takes a whole number or a part such as 0.1, not '1.5'");
}

BOOST_AUTO_TEST_CASE(a_loss_without_bound_is_said_once) {
  const ProcessResult said =
      gradus(small_run("run", {"--layers", "dense 10", "--optimizer", "sgd", "--lr", "1e14"}));
  BOOST_TEST(said.code == 0);
  const std::string warning = "warning: a loss above 10¹² says that training diverges";
  const std::size_t first = said.err.find(warning);
  BOOST_TEST_REQUIRE(first != std::string::npos);
  BOOST_TEST(said.err.find(warning, first + 1) == std::string::npos);
  BOOST_TEST(gradus(small_run("usual")).err.find("warning") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_network_is_trained_judged_and_used) {
  const ProcessResult trained =
      gradus(small_run("run", {"--epochs", "40", "--lr", "0.01", "--hidden", "16", "--log-every", "100"}));
  BOOST_TEST_REQUIRE(trained.code == 0);
  BOOST_TEST(trained.out.starts_with("data: "));
  BOOST_TEST(trained.out.find("In " + path("run") +
                              ": config.json, metrics.csv, report.json, report.txt, report.html, plots, "
                              "checkpoint.safetensors") != std::string::npos);
  std::set<std::string> kept = entries(folder / "run");
  BOOST_TEST(kept.erase("plots") == 1);
  BOOST_TEST(
      (kept == std::set<std::string>{"config.json", "metrics.csv", "report.json", "report.txt", "report.html",
                                     "checkpoint.safetensors", "checkpoint.previous.safetensors"}));
  const json report = json::parse(contents("run/report.json"));

  const ProcessResult evaluated = gradus({"evaluate", path("run"), "--json"});
  BOOST_TEST_REQUIRE(evaluated.code == 0);
  const json test = json::parse(evaluated.out);
  BOOST_TEST(test["data"] == "digits");
  BOOST_TEST(test["source"] == "file");
  BOOST_TEST(test["split"] == "test");
  for (const char* key : {"examples", "loss", "accuracy", "confusion_matrix", "classes"})
    BOOST_TEST((test[key] == report["test"][key]), key);

  const auto in_words = lines(gradus({"evaluate", path("run"), "--split", "train"}).out);
  BOOST_TEST(in_words.at(1) == "the weights of iteration 200, the last");
  BOOST_TEST(in_words.at(2) == fmt::format("train split: loss {:.4f}, accuracy {:.2f} % of 90 examples",
                                           report["train"]["loss"].get<double>(),
                                           100 * report["train"]["accuracy"].get<double>()));
  BOOST_TEST(report["train"]["accuracy"].get<double>() > 0.9);
  const json validation =
      json::parse(gradus({"evaluate", path("run"), "--split", "validation", "--json"}).out);
  BOOST_TEST((validation["loss"] == report["validation"]["loss"]));

  const std::string images = (set / "t10k-images-idx3-ubyte.gz").string();
  const ProcessResult predicted = gradus({"predict", path("run"), images, "--json"});
  BOOST_TEST_REQUIRE(predicted.code == 0);
  const data::TrainTest digits = data::read_folder(set, "digits");
  const auto labels = lines(predicted.out);
  BOOST_TEST_REQUIRE(labels.size() == 40);
  std::size_t right = 0;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const json line = json::parse(labels[i]);
    BOOST_TEST(line["file"] == images);
    BOOST_TEST(line["index"] == i);
    BOOST_TEST(line["confidence"].get<double>() >= 0.1);
    BOOST_TEST(line["confidence"].get<double>() <= 1);
    if (line["label"] == std::to_string(digits.test.labels[i])) ++right;
    double sum = 0;
    BOOST_TEST_REQUIRE(line["probabilities"].size() == 10);
    for (const json& each : line["probabilities"]) {
      sum += each["probability"].get<double>();
      if (each["label"] == line["label"]) BOOST_TEST((each["probability"] == line["confidence"]));
    }
    BOOST_TEST(sum == 1, boost::test_tools::tolerance(1e-5));
  }
  BOOST_TEST(static_cast<double>(right) / 40 == report["test"]["accuracy"].get<double>());
  BOOST_TEST(lines(gradus({"predict", path("run"), images, images}).out).size() == 80);
  const auto shown = lines(gradus({"predict", path("run"), images, "--show"}).out);
  BOOST_TEST_REQUIRE(shown.size() == 40U * (28 + 1));
  const auto image = digits.test.image(0);
  for (std::size_t row = 0; row < 28; ++row) {
    const auto pixels = image.subspan(28 * row, 28);
    BOOST_TEST((shown[row] == std::string(56, ' ')) ==
               std::ranges::all_of(pixels, [](int p) { return p < 52; }));
  }
  // Three classes and what each is given, the most probable first.
  BOOST_TEST(
      shown[28].starts_with(images + "       0  " + json::parse(labels[0])["label"].get<std::string>()));
  BOOST_TEST(std::ranges::count(shown[28], '%') == 3);

  // What it was trained on is not needed any more, but by runs that did not keep what it was like.
  fs::rename(set / "train-images-idx3-ubyte.gz", folder / "away");
  BOOST_TEST(gradus({"predict", path("run"), images, "--json"}).out == predicted.out);
  fs::rename(folder / "away", set / "train-images-idx3-ubyte.gz");
  json config = json::parse(contents("run/config.json"));
  config.erase("images");
  write_file(path("run/config.json"), config.dump());
  BOOST_TEST(gradus({"predict", path("run"), images, "--json"}).out == predicted.out);
  config["images"] = {{"rows", 28}};
  write_file(path("run/config.json"), config.dump());
  const ProcessResult damaged = gradus({"predict", path("run"), images});
  BOOST_TEST(damaged.code == 1);
  BOOST_TEST(damaged.err == "gradus: '" + path("run/config.json") +
                                "' has no 'images.columns'; the file is damaged or was changed by hand\n");
}

BOOST_AUTO_TEST_CASE(pictures_are_labelled_like_the_images_they_show) {
  BOOST_TEST_REQUIRE(gradus(small_run("run", {"--epochs", "20", "--lr", "0.01"})).code == 0);
  const data::TrainTest digits = data::read_folder(set, "digits");
  std::vector<std::string> words{"predict", path("run"), "--json"};
  // Others of the set's size are scaled.
  const std::size_t usual = json::parse(contents("run/config.json"))["images"]["drawn_size"];
  std::vector<std::size_t> examples;
  for (std::size_t i = 0; i < digits.test.size() && examples.size() < 10; ++i)
    if (data::drawn_size(data::Subset(digits.test, i, 1)) <= usual) examples.push_back(i);
  BOOST_TEST_REQUIRE(examples.size() == 10u);
  for (std::size_t i = 0; i < 10; ++i) {
    const auto image = digits.test.image(examples[i]);
    std::vector<std::uint8_t> pixels(image.begin(), image.end());
    const std::string name = path(std::to_string(i));
    write_file(name + ".idx", idx(8, {1, 28, 28}, std::string(image.begin(), image.end())));
    // Every other one as dark on light.
    if (i % 2 == 1)
      for (std::uint8_t& pixel : pixels) pixel = static_cast<std::uint8_t>(255 - pixel);
    write_file(name + ".png", encode_png(28, 28, 1, pixels));
    words.insert(words.end(), {name + ".png", name + ".idx"});
  }
  const auto labels = lines(gradus(words).out);
  BOOST_TEST_REQUIRE(labels.size() == 20);
  for (std::size_t i = 0; i < 20; i += 2) {
    const json picture = json::parse(labels[i]), image = json::parse(labels[i + 1]);
    BOOST_TEST(picture["file"] == path(std::to_string(i / 2) + ".png"));
    BOOST_TEST(picture["index"] == 0);
    BOOST_TEST((picture["label"] == image["label"]));
    BOOST_TEST((picture["confidence"] == image["confidence"]));
  }
}

BOOST_AUTO_TEST_CASE(pages_of_training_images) {
  const ProcessResult said =
      gradus({"show-data", "--data", set.string(), "--seed", "3", "-o", path("page.svg")});
  BOOST_TEST(said.code == 0);
  BOOST_TEST(said.err == "");
  BOOST_TEST(said.out.find("\n  one of each class: 0, 1, 2, 3, 4, 5, 6, 7, 8, 9\n  50 random ones\n") !=
             std::string::npos);
  const std::string page = contents("page.svg");
  const auto pictures = [](const std::string& svg) {
    std::size_t found = 0;
    for (std::size_t at = 0; (at = svg.find("data:image/png;base64,", at)) != std::string::npos; ++at)
      ++found;
    return found;
  };
  BOOST_TEST(pictures(page) == 10 + 50 + 100);
  const ProcessResult one_each =
      gradus({"show-data", "--data", set.string(), "--seed", "3", "--one-per-class", "-o", path("each.svg")});
  BOOST_TEST(one_each.out.ends_with("\n  one of each class: 0, 1, 2, 3, 4, 5, 6, 7, 8, 9\n"));
  BOOST_TEST(pictures(contents("each.svg")) == 10);
  BOOST_TEST(page.find(">epoch 9<") != std::string::npos);
  BOOST_TEST(page.find(">Augmented by shift:pixels=2,rotate:degrees=10,") != std::string::npos);
  const auto again = [&](const std::string& seed) {
    gradus({"show-data", "--data", set.string(), "--seed", seed, "-o", path("again.svg")});
    return contents("again.svg");
  };
  BOOST_TEST((again("3") == page));
  BOOST_TEST((again("4") != page));
  BOOST_TEST(
      gradus({"show-data", "--data", set.string(), "--augment", "flip:1", "-o", path("page.png")}).code == 0);
  const Raster drawn = decode_png(contents("page.png"), "page.png", 2);
  // A cell is 80 × 80, of which 56 × 56 are the picture; a heading takes 30, and 16 stand around a grid.
  BOOST_TEST(drawn.width == 16 + 10 * 80 - 8 + 16);
  const std::size_t top = 16 + (30 + 80 + 16) + (30 + 5 * 80 + 16) + 30, left = 16 + 8;
  // The first of the augmented ones stands beside its original, mirrored, below six rows.
  for (std::size_t row = 0; row < 56; ++row)
    for (std::size_t col = 0; col < 56; ++col)
      BOOST_TEST_REQUIRE(drawn.at(top + row, left + col) == drawn.at(top + row, left + 80 + 55 - col));
  // Nothing draws the words: the pictures stand alone, which is said.
  const Variable nowhere("PATH", folder.string());
  const ProcessResult wordless = gradus({"show-data", "--data", set.string(), "-o", path("alone.png")});
  BOOST_TEST(wordless.code == 0);
  BOOST_TEST(
      wordless.err.starts_with("gradus: the picture has no labels: the program 'gnuplot' is not installed"));
  BOOST_TEST(decode_png(contents("alone.png"), "alone.png", 2).width == 10u * 60 + 4);
}

BOOST_AUTO_TEST_CASE(a_report_holds_everything) {
  BOOST_TEST_REQUIRE(
      gradus(small_run("run", {"--optimizer", "momentum", "--momentum", "0.8", "--seed", "7"})).code == 0);
  const json report = json::parse(contents("run/report.json"));
  BOOST_TEST(report["data"]["name"] == "digits");
  BOOST_TEST(report["data"]["source"] == "file");
  BOOST_TEST(report["model"]["parameters"] == 784 * 8 + 8 + 8 * 10 + 10);
  BOOST_TEST(report["model"]["layers"].size() == 2);
  BOOST_TEST(report["seed"] == 7);
  BOOST_TEST(report["threads"] == 1);
  BOOST_TEST(report["matmul"].get<std::string>() != "");
  const std::map<std::string, int> examples{{"train", 90}, {"validation", 30}, {"test", 40}};
  for (const auto& [split, count] : examples) {
    BOOST_TEST(report[split]["examples"] == count);
    BOOST_TEST(report[split]["loss"].get<double>() > 0);
    BOOST_TEST(report[split]["accuracy"].get<double>() >= 0);
  }
  const json& test = report["test"];
  BOOST_TEST_REQUIRE(test["confusion_matrix"].size() == 10);
  BOOST_TEST_REQUIRE(test["classes"].size() == 10);
  for (std::size_t c = 0; c < 10; ++c) {
    int support = 0;
    for (const json& count : test["confusion_matrix"][c]) support += count.get<int>();
    BOOST_TEST(test["confusion_matrix"][c].size() == 10);
    BOOST_TEST(test["classes"][c]["name"] == std::to_string(c));
    BOOST_TEST(test["classes"][c]["support"] == support);
    for (const char* key : {"precision", "recall", "f1"})
      BOOST_TEST(test["classes"][c][key].is_number(), key);
  }
  BOOST_TEST(report["time"]["total_s"].get<double>() > 0);
  BOOST_TEST(report["time"]["step_us_median"].get<double>() > 0);
  BOOST_TEST(report["memory"]["planned_bytes"].get<int>() > 0);
  BOOST_TEST(report["memory"]["unplanned_bytes"] > report["memory"]["planned_bytes"]);

  const json& settings = report["settings"];
  for (const char* flag :
       {"data", "data_dir",   "hidden",      "activation", "loss",      "reduction",  "optimizer",
        "lr",   "momentum",   "beta1",       "beta2",      "epsilon",   "batch",      "epochs",
        "init", "l1",         "l2",          "schedule",   "clip_norm", "accumulate", "standardize",
        "seed", "validation", "train_limit", "log_every",  "threads"})
    BOOST_TEST(settings.contains(flag), flag);
  BOOST_TEST(settings["momentum"] == 0.8);
  BOOST_TEST(settings["lr"] == 0.01);
  BOOST_TEST(settings["beta1"].is_null());
  const json kept = json::parse(contents("run/config.json"))["settings"];
  BOOST_TEST((kept["hyper"] == json{{"momentum", 0.8}}));
  for (const char* flag : {"hidden", "batch", "seed", "validation"})
    BOOST_TEST((kept[flag] == settings[flag]), flag);
}

BOOST_AUTO_TEST_CASE(quiet_prints_the_result_alone) {
  const ProcessResult said = gradus(small_run("run", {"--quiet"}));
  const json report = json::parse(contents("run/report.json"));
  BOOST_TEST(said.code == 0);
  BOOST_TEST(said.out == fmt::format("test accuracy {:.2f} % on digits (file), run {}\n",
                                     100 * report["test"]["accuracy"].get<double>(), path("run")));
  BOOST_TEST(said.err == "");
}

BOOST_AUTO_TEST_CASE(a_longer_run_equals_one_that_was_resumed_with_more_threads) {
  gradus(small_run("whole", {"--epochs", "4"}));
  gradus(small_run("parts"));
  const ProcessResult said =
      gradus({"train", "mlp", "--resume", path("parts"), "--epochs", "4", "--threads", "2"});
  BOOST_TEST(said.code == 0);
  BOOST_TEST((contents("parts/checkpoint.safetensors") == contents("whole/checkpoint.safetensors")));
  BOOST_TEST(contents("parts/metrics.csv") == contents("whole/metrics.csv"));
}

BOOST_AUTO_TEST_CASE(a_convolutional_network_is_trained_gone_on_with_and_used) {
  const auto small = [&](const std::string& name, const std::string& epochs) {
    return std::vector<std::string>{
        "train",        "cnn", "--data",          set.string(), "--out",     path(name), "--channels", "4,6",
        "--hidden",     "16",  "--normalisation", "batch",      "--dropout", "0.2",      "--batch",    "16",
        "--validation", "30",  "--epochs",        epochs,       "--threads", "1"};
  };
  BOOST_TEST_REQUIRE(gradus(small("whole", "12")).code == 0);
  BOOST_TEST_REQUIRE(gradus(small("parts", "5")).code == 0);
  BOOST_TEST(gradus({"train", "cnn", "--resume", path("parts"), "--epochs", "12", "--threads", "2"}).code ==
             0);
  BOOST_TEST((contents("parts/checkpoint.safetensors") == contents("whole/checkpoint.safetensors")));
  BOOST_TEST(contents("parts/metrics.csv") == contents("whole/metrics.csv"));

  const json report = json::parse(contents("whole/report.json"));
  BOOST_TEST(report["model"]["name"] == "cnn");
  BOOST_TEST(report["train"]["accuracy"].get<double>() > 0.5);
  const json test = json::parse(gradus({"evaluate", path("whole"), "--json"}).out);
  BOOST_TEST((test["loss"] == report["test"]["loss"]));
  const std::string images = (set / "t10k-images-idx3-ubyte.gz").string();
  BOOST_TEST(lines(gradus({"predict", path("whole"), images}).out).size() == 40);
  BOOST_TEST(gradus({"dump", "cnn", "--run", path("whole"), "--stage", "compiled"}).out.find("conv2d") !=
             std::string::npos);
  refuses({"train", "mlp", "--resume", path("whole"), "--epochs", "13"},
          "the run is one of another model: go on with gradus train cnn --resume " + path("whole"));
}

BOOST_AUTO_TEST_CASE(interrupted_by_hand_it_saves_and_says_how_to_go_on) {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    const std::string name = "run" + std::to_string(signal);
    Process process(GRADUS_PROGRAM, small_run(name, {"--epochs", "1000000", "--log-every", "1"}), folder);
    // The header, then two lines a step: the signal comes somewhere inside of the second epoch or later.
    const fs::path metrics = folder / name / "metrics.csv";
    const auto late = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (std::chrono::steady_clock::now() < late &&
           (!fs::exists(metrics) || lines(read_file(metrics)).size() < 20))
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    process.send(signal);
    const ProcessResult said = process.wait();
    BOOST_TEST(said.code == 130);
    const auto last = lines(said.err).back();
    const std::string logged = lines(read_file(metrics)).back();
    BOOST_TEST(last == "stopped after iteration " + logged.substr(0, logged.find(',')) +
                           "; everything is saved. Go on with: gradus train mlp --resume " + path(name));
    BOOST_TEST(!fs::exists(folder / name / "report.json"));

    const std::string epochs = std::to_string(std::stoi(logged.substr(0, logged.find(','))) / 6 + 2);
    const ProcessResult resumed = gradus({"train", "mlp", "--resume", path(name), "--epochs", epochs});
    BOOST_TEST(resumed.code == 0);
    const std::string whole = name + "-whole";
    gradus(small_run(whole, {"--epochs", epochs, "--log-every", "1"}));
    BOOST_TEST((contents(name + "/checkpoint.safetensors") == contents(whole + "/checkpoint.safetensors")));
    BOOST_TEST((contents(name + "/metrics.csv") == contents(whole + "/metrics.csv")));
  }
}

BOOST_AUTO_TEST_CASE(a_run_that_diverges_says_so_and_keeps_its_checkpoint) {
  const ProcessResult said = gradus(small_run("run", {"--optimizer", "sgd", "--schedule", "step:6:1e30"}));
  BOOST_TEST(said.code == 1);
  const std::string last = lines(said.err).back();
  BOOST_TEST(last.starts_with(
      "gradus: the loss 'loss' is no longer finite at step 7. The first node to go bad is "));
  const ProcessResult evaluated = gradus({"evaluate", path("run"), "--json"});
  BOOST_TEST(evaluated.code == 0);
  BOOST_TEST(json::parse(evaluated.out)["examples"] == 40);
}

BOOST_AUTO_TEST_CASE(generated_digits_are_announced_in_every_output) {
  const ProcessResult said = gradus({"train", "mlp", "--data", "generated", "--train-limit", "100",
                                     "--epochs", "1", "--hidden", "4", "--out", path("run")});
  BOOST_TEST_REQUIRE(said.code == 0);
  const std::string loud = "*** GENERATED DIGITS, NOT REAL DATA ***";
  BOOST_TEST(said.out.find(loud) != std::string::npos);
  BOOST_TEST(said.err.find(loud) != std::string::npos);
  BOOST_TEST(contents("run/report.txt").find(loud) != std::string::npos);
  BOOST_TEST(json::parse(contents("run/report.json"))["data"]["source"] == "generated");
}

BOOST_AUTO_TEST_SUITE_END()
