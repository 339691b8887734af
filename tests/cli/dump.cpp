#include <gradus/base/utf8.hpp>
#include <gradus/tests/cli/program.hpp>
#include <gradus/tests/support/text.hpp>

#include <nlohmann/json.hpp>

using namespace gradus;
using namespace gradus::test;

namespace {

struct Dump : test::Program {
  /// What `gradus dump mlp` with these flags prints; it succeeds without a word on stderr.
  std::string dumped(const std::vector<std::string>& flags) const {
    std::vector<std::string> words{"dump", "mlp"};
    words.insert(words.end(), flags.begin(), flags.end());
    const ProcessResult said = gradus(words);
    BOOST_TEST(said.code == 0);
    BOOST_TEST(said.err == "");
    return said.out;
  }
  void refused(const std::vector<std::string>& flags, const std::string& message, int code = 1) const {
    std::vector<std::string> words{"dump", "mlp"};
    words.insert(words.end(), flags.begin(), flags.end());
    refuses(words, message, code);
  }
  nlohmann::json json(std::vector<std::string> flags) const {
    flags.insert(flags.end(), {"--format", "json"});
    return nlohmann::json::parse(dumped(flags));
  }
};

const nlohmann::json& node(const nlohmann::json& graph, const std::string& name) {
  for (const auto& each : graph["nodes"])
    if (each["name"] == name) return each;
  throw std::runtime_error("no node " + name);
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(dump, Dump)

BOOST_AUTO_TEST_CASE(every_format_at_every_stage) {
  for (const char* stage : {"declared", "differentiated", "training", "compiled"}) {
    const std::vector<std::string> flags{"--hidden", "3", "--stage", stage};
    const auto with = [&](const char* format) {
      std::vector<std::string> words = flags;
      words.insert(words.end(), {"--format", format});
      return dumped(words);
    };
    BOOST_TEST(with("text").starts_with("forward\n"));
    BOOST_TEST(with("dot").starts_with("digraph gradus {\n"));
    const auto graph = nlohmann::json::parse(with("json"));
    BOOST_TEST(graph["format"] == "gradus-graph");
    BOOST_TEST(graph.contains("plan") == (std::string(stage) == "compiled"));
  }
}

BOOST_AUTO_TEST_CASE(values_are_of_the_first_examples_of_the_training_split) {
  const std::vector<std::string> flags{"--data", set.string(), "--validation", "30", "--hidden", "3"};
  const auto with = [&](const std::vector<std::string>& more) {
    std::vector<std::string> words = flags;
    words.insert(words.end(), more.begin(), more.end());
    return json(words);
  };
  const auto four = with({"--values"});
  const data::TrainTest digits = data::generated_digits({.seed = 1, .train = 120, .test = 40});
  BOOST_TEST(four["run"]["batch"] == 4);
  for (std::size_t i = 0; i < 4; ++i)
    BOOST_TEST(node(four, "label")["value"]["values"][i] == digits.train.labels[i]);
  BOOST_TEST(node(four, "train_step")["value"].is_null());
  BOOST_TEST(!node(four, "loss")["value"].is_null());
  BOOST_TEST(with({"--values", "--examples", "7"})["run"]["batch"] == 7);
  BOOST_TEST(node(with({"--values", "--stage", "compiled"}), "loss")["value"]["mean"].get<double>() ==
                 node(four, "loss")["value"]["mean"].get<double>(),
             boost::test_tools::tolerance(1e-9));
  BOOST_TEST(!node(with({}), "loss").contains("value"));
  const auto checked = with({"--check"});
  for (const auto& adjoint : checked["adjoints"]) BOOST_TEST(adjoint["check"]["error"] < 1e-5);
}

BOOST_AUTO_TEST_CASE(a_loss_that_is_not_finite) {
  const std::vector<std::string> flags{"--data",  set.string(),   "--validation", "30",     "--hidden",
                                       "3",       "--activation", "linear",       "--init", "gaussian:1e30",
                                       "--values"};
  const auto with = [&](const std::vector<std::string>& more) {
    std::vector<std::string> words = flags;
    words.insert(words.end(), more.begin(), more.end());
    return words;
  };
  const std::vector<std::string> gradients{"--stage", "differentiated", "--check"};
  const std::string text = dumped(with(gradients));
  BOOST_TEST(holds(text, "[NaN, NaN, NaN]"));
  BOOST_TEST(holds(text, "of 40 not finite"));
  BOOST_TEST(holds(text, "no finite values around"));
  BOOST_TEST(!holds(text, "-nan"));
  const auto graph = json(with(gradients));
  BOOST_TEST(node(graph, "loss")["value"]["values"] == nlohmann::json({"Infinity"}));
  for (const auto& adjoint : graph["adjoints"]) BOOST_TEST(adjoint["check"]["error"] == "NaN");
  const std::string dot = dumped(with({"--stage", "differentiated", "--check", "--format", "dot"}));
  BOOST_TEST(holds(dot, "∂loss/∂weight: no finite values around"));
  std::vector<std::string> words = with({});
  words.insert(words.begin(), {"dump", "mlp"});
  const ProcessResult said = gradus(words);
  BOOST_TEST(said.code == 1);
  BOOST_TEST(said.out == "");
  BOOST_TEST(
      said.err.starts_with("gradus: the loss 'loss' is no longer finite at step 0. The first node to go "
                           "bad is 'cross_entropy'"));
  BOOST_TEST(said.err.ends_with(". --stage differentiated shows the values\n"));
}

BOOST_AUTO_TEST_CASE(of_a_saved_run) {
  BOOST_TEST(gradus(small_run("run")).code == 0);
  const auto trained = json({"--run", path("run"), "--values"});
  BOOST_TEST(trained["run"]["step"] == 10);
  BOOST_TEST(node(trained, "hidden1/weight")["shape"] == nlohmann::json({784, 8}));
  const auto fresh = json({"--data", set.string(), "--validation", "30", "--hidden", "8", "--values"});
  BOOST_TEST(node(trained, "loss")["value"]["mean"] < node(fresh, "loss")["value"]["mean"]);
  refused({"--run", path("run"), "--hidden", "3"},
          "--hidden cannot be given here: --run names a run, which has its own");
  refused({"--run", path("none")},
          "'" + path("none") +
              "' is no run folder: it does not exist; name a folder that `gradus train` has made");
}

BOOST_AUTO_TEST_CASE(what_passes_change) {
  const std::string all = dumped({"--hidden", "3", "--pass", "all"});
  const std::string stabilise = dumped({"--hidden", "3", "--pass", "stabilise"});
  BOOST_TEST(stabilise.starts_with("stabilise: rewrites what would overflow or cancel ("));
  BOOST_TEST(holds(stabilise, "\n+  log_softmax "));
  BOOST_TEST(holds(stabilise, "by cross_entropy: cross-entropy of softmax\n"));
  BOOST_TEST(holds(all, "\n" + stabilise));
  BOOST_TEST(holds(all, "\nsimplify: "));
  BOOST_TEST(dumped({"--hidden", "3", "--optimizer", "sgd", "--pass", "layout"}) ==
             "layout changes nothing here\n");
  refused({"--pass", "simplfy"},
          "unknown pass 'simplfy'; did you mean 'simplify'? Known: all, choose-mode, remove-dead-nodes, "
          "stabilise, "
          "simplify, layout, fuse, copy-old-values.");
  refused({"--pass", "all", "--format", "dot"},
          "--pass shows differences of graphs as text: it goes without --format, --values and --check");
  refused({"--pass", "all", "--stage", "declared"},
          "--pass shows how a training step is compiled: it does not go with --stage declared");
}

BOOST_AUTO_TEST_CASE(how_wide_lines_are) {
  const auto widest = [&](std::vector<std::string> flags) {
    flags.insert(flags.end(), {"--hidden", "3"});
    std::istringstream lines(dumped(flags));
    std::size_t most = 0;
    for (std::string line; std::getline(lines, line);) most = std::max(most, display_width(line));
    return most;
  };
  BOOST_TEST(widest({}) <= 120U);
  BOOST_TEST(widest({"--pass", "all"}) <= 120U);
  BOOST_TEST(widest({"--stage", "compiled"}) <= 120U);
  BOOST_TEST(widest({"--width", "100"}) <= 100U);
  BOOST_TEST(widest({"--width", "0"}) > 120U);
  BOOST_TEST(dumped({"--width", "10"}) == dumped({"--width", "60"}));
}

BOOST_AUTO_TEST_CASE(pictures_of_updates) {
  const std::string folded = dumped({"--hidden", "3", "--format", "dot"});
  BOOST_TEST(holds(folded, "weight ← adam"));
  BOOST_TEST(!holds(folded, "<b>assign</b>"));
  BOOST_TEST(holds(dumped({"--hidden", "3", "--format", "dot", "--all-nodes"}), "<b>assign</b>"));
}

BOOST_AUTO_TEST_CASE(files) {
  BOOST_TEST(dumped({"--hidden", "3", "-o", path("graph.txt")}) == "");
  BOOST_TEST(contents("graph.txt") == dumped({"--hidden", "3"}));
  refused({"-o", path("no/such/graph.txt")}, "cannot write '" + path("no/such/graph.txt") +
                                                 "': there is no folder '" + path("no/such") +
                                                 "'; make it first");
  BOOST_TEST(!fs::exists(folder / "no"));
  refused({"-o", path("digits")}, "cannot write '" + path("digits") + "': it is a folder");
  // What is no file of its own is written through: replacing /dev/stdout would take it from everybody.
  fs::create_symlink(folder / "graph.txt", folder / "link");
  dumped({"--hidden", "2", "-o", path("link")});
  BOOST_TEST(fs::is_symlink(folder / "link"));
  BOOST_TEST(contents("graph.txt") == dumped({"--hidden", "2"}));
}

BOOST_AUTO_TEST_CASE(mistakes) {
  refused({"--check", "--stage", "declared"},
          "--check goes with the stages differentiated and training, where it is known which node is whose "
          "gradient; "
          "not with 'declared'");
  refused({"--values", "--data", set.string(), "--validation", "30", "--examples", "91"},
          "a batch of 91 examples cannot be taken: the training split of digits has 90");
  refused(
      {"--values", "--examples", "-1"},
      "--examples: must be a whole number from 0 to 18446744073709551615, not '-1'. 'gradus dump mlp --help' "
      "lists what there is.",
      2);
}

BOOST_AUTO_TEST_SUITE_END()
