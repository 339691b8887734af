#include <gradus/base/utf8.hpp>
#include <gradus/tests/cli/program.hpp>
#include <gradus/tests/support/text.hpp>

#include <regex>
#include <sstream>

using namespace gradus;
using namespace gradus::test;

namespace {

struct Shows : test::Program {
  /// What a command prints; it succeeds and has nothing to complain of.
  std::string shown(const std::vector<std::string>& arguments) const {
    const ProcessResult said = gradus(arguments);
    BOOST_TEST(said.code == 0);
    BOOST_TEST(said.err == "");
    return said.out;
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(shows, Shows)

BOOST_AUTO_TEST_CASE(its_version_and_what_it_was_built_with) {
  const std::regex text(
      "gradus [0-9]+\\.[0-9]+\\.[0-9]+\n"
      "compiler  \\S.*\n"
      "matmul    (oneDNN|Eigen).*\n"
      "SIMD      \\S.*\n"
      "code      \\S.*\n");
  BOOST_TEST(std::regex_match(shown({"--version"}), text));
}

BOOST_AUTO_TEST_CASE(the_layers_of_a_model) {
  BOOST_TEST(shown({"describe", "mlp", "--hidden", "30"}) ==
             "layer    kind            output  parameters   MACs  bytes\n"
             "image                    784              0      0   3136\n"
             "hidden1  dense 30, relu  30           23550  23520    120\n"
             "output   dense 10        10             310    300     40\n"
             "in all                                23860  23820   3296\n"
             "\n"
             "As --layers takes them (the softmax behind the last comes by itself):\n"
             "dense 30, relu, dense 10\n"
             "\n"
             "Outputs, MACs (multiply-adds) and the bytes of the outputs (floats) are those of\n"
             "one example in the forward pass.\n");
  const std::string lenet = shown({"describe", "cnn"});
  const std::regex conv2("conv2 +conv 16 5x5 stride=1 padding=0 +16×8×8 +2416 +153600 +4096\n");
  BOOST_TEST(std::regex_search(lenet, conv2), lenet);
  BOOST_TEST(std::regex_search(lenet, std::regex("pool2 +max 2 stride=2, relu ")), lenet);
  BOOST_TEST(std::regex_search(lenet, std::regex("hidden1 +dense 120, relu, dropout 0.3 ")), lenet);
  BOOST_TEST(holds(lenet, "in all"));
  const std::string list =
      "conv 6 5x5, max 2, relu, conv 16 5x5, max 2, relu, flatten, dense 120, relu,\n"
      "dropout 0.3, dense 84, relu, dropout 0.3, dense 10";
  BOOST_TEST(holds(lenet, "by itself):\n" + list + "\n"));
  BOOST_TEST(shown({"describe", "cnn", "--layers", list}) == lenet);
  // What stands in the rows is a list of layers too.
  const std::string explicit_list =
      "conv 6 5x5 stride=1 padding=0, max 2 stride=2, relu, conv 16 5x5 stride=1 padding=0, max 2 stride=2, "
      "relu, "
      "flatten, dense 120, relu, dropout 0.3, dense 84, relu, dropout 0.3, dense 10";
  BOOST_TEST(
      holds(shown({"describe", "cnn", "--layers", explicit_list}), lenet.substr(lenet.find("in all"), 70)));
  const std::string own =
      shown({"describe", "mlp", "--layers", "conv 4 3x3 stride=3 padding=1, flatten, dense 10"});
  BOOST_TEST(std::regex_search(own, std::regex("conv1 +conv 4 3x3 stride=3 padding=1 +4×10×10 +40 ")), own);
  const std::string accurate = shown({"describe", "cnn", "--model-size", "accurate"});
  const std::size_t at = accurate.find("in all");
  BOOST_TEST_REQUIRE(at != std::string::npos);
  const int parameters = std::stoi(accurate.substr(at + 6));
  BOOST_TEST(parameters > 10000);
  BOOST_TEST(parameters < 100000);
  BOOST_TEST(holds(shown({"describe", "cnn", "--model-size", "accurate", "--channels", "7"}), " 7×28×28 "));
}

BOOST_AUTO_TEST_CASE(help_with_examples_at_each_level) {
  const std::vector<std::vector<std::string>> commands{{},
                                                       {"train", "cnn"},
                                                       {"dump", "cnn"},
                                                       {"describe"},
                                                       {"describe", "cnn"},
                                                       {"train"},
                                                       {"train", "mlp"},
                                                       {"evaluate"},
                                                       {"predict"},
                                                       {"dump"},
                                                       {"dump", "mlp"},
                                                       {"list"},
                                                       {"check"},
                                                       {"show-data"},
                                                       {"explain"},
                                                       {"explain", "neuron"},
                                                       {"explain", "2-3-2"},
                                                       {"explain", "points"},
                                                       {"explain", "mlp"}};
  for (const auto& command : commands) {
    std::vector<std::string> words = command;
    words.emplace_back("--help");
    std::string name = "gradus";
    for (const std::string& word : command) name += " " + word;
    const std::string text = shown(words);
    BOOST_TEST(holds(text, "Usage: " + name + " "), name);
    BOOST_TEST(holds(text, "Examples:\n  " + name.substr(0, name.find(' ', 7))), name);
  }
}

BOOST_AUTO_TEST_CASE(every_flag_of_train_in_its_help) {
  const std::string text = shown({"train", "mlp", "--help"});
  for (const char* flag :
       {"--data",      "--data-dir",   "--hidden",      "--activation", "--loss",       "--reduction",
        "--optimizer", "--lr",         "--momentum",    "--beta1",      "--beta2",      "--epsilon",
        "--batch",     "--epochs",     "--init",        "--l1",         "--l2",         "--schedule",
        "--clip-norm", "--accumulate", "--standardize", "--seed",       "--validation", "--train-limit",
        "--augment",   "--log-every",  "--save-every",  "--threads",    "--out",        "--resume",
        "--quiet"})
    BOOST_TEST(
        (holds(text, std::string("\n  ") + flag + " ") || holds(text, std::string("\n  ") + flag + ",")),
        flag);
}

BOOST_AUTO_TEST_CASE(lists) {
  const std::string ops = shown({"list", "ops"});
  for (const char* op : {"\nmatmul ", "\ntanh ", "\nsoftmax "}) BOOST_TEST(holds(ops, op), op);
  const std::string optimizers = shown({"list", "optimizers"});
  for (const char* rule :
       {"\nsgd ", "\nmomentum ", "\nnesterov ", "\nrmsprop ", "\nadam ", "\nnadam ", "\nadamw ", "\neve "})
    BOOST_TEST(holds(optimizers, rule), rule);
  BOOST_TEST(holds(optimizers, " nag\n"), optimizers);
  BOOST_TEST(shown({"list", "initialisers"}) ==
             "initialiser     values                     parameters  also called\n"
             "zeros           0\n"
             "uniform:LIMIT   uniform on ±limit          limit       random\n"
             "gaussian:SIGMA  normal, standard           sigma       normal\n"
             "                deviation sigma\n"
             "glorot          uniform on ±√(6 / (fan-in              glorot-uniform, xavier,\n"
             "                + fan-out))                            xavier-uniform\n"
             "glorot-normal   normal, variance 2 /                   xavier-normal\n"
             "                (fan-in + fan-out)\n"
             "he              uniform on ±√(6 / fan-in)              he-uniform, kaiming\n"
             "he-normal       normal, variance 2 /                   kaiming-normal\n"
             "                fan-in\n");
  BOOST_TEST(holds(shown({"list", "schedules"}), "\nwarm-up:UPDATES "));
  BOOST_TEST(holds(shown({"list", "activations"}),
                   "\nleaky-relu  x where x > 0, else slope · x       slope 0.01\n"));
  BOOST_TEST(shown({"list", "losses"}) ==
             "loss           of one example  also called\n"
             "cross-entropy  −Σ t ln p\n"
             "squared-error  Σ (p − t)²      mse\n");
  BOOST_TEST(holds(shown({"list", "models"}), "\nmlp "));
  const std::string transforms = shown({"list", "transforms"});
  BOOST_TEST(holds(transforms, "\nelastic    "));
  BOOST_TEST(holds(transforms, " alpha 34, sigma 4\n"));
  const std::string sets = shown({"list", "datasets"});
  for (const char* name : {"\nmnist ", "\nfashion-mnist ", "\ngenerated ", "\nFOLDER "})
    BOOST_TEST(holds(sets, name), name);
}

BOOST_AUTO_TEST_CASE(lists_and_layers_fit_a_terminal) {
  std::vector<std::vector<std::string>> commands{
      {"describe", "mlp"}, {"describe", "cnn"}, {"describe", "cnn", "--model-size", "accurate"}};
  for (const char* what : {"ops", "rules", "optimizers", "schedules", "layers", "initialisers", "activations",
                           "losses", "transforms", "models", "datasets"})
    commands.push_back({"list", what});
  for (const auto& command : commands) {
    std::istringstream text(shown(command));
    for (std::string line; std::getline(text, line);) BOOST_TEST(display_width(line) <= 80u, line);
  }
}

BOOST_AUTO_TEST_CASE(the_check_of_an_op) {
  const std::string number = "[0-9]\\.[0-9]e[-+][0-9]+";
  const std::regex text(
      "Largest relative error between derivatives and central differences, in double:\n\n"
      "op +cases +first order +second order\n"
      "tanh +[0-9]+ +" +
      number + " ok +" + number +
      " ok *\n"
      "\n1 ops, 0 failed\n");
  BOOST_TEST(std::regex_match(shown({"check", "tanh"}), text));
}

BOOST_AUTO_TEST_CASE(the_stages_of_a_graph) {
  const auto dump = [&](const std::string& stage) {
    return shown({"dump", "mlp", "--hidden", "3", "--optimizer", "sgd", "--stage", stage});
  };
  const std::string declared = dump("declared");
  const std::string differentiated = dump("differentiated");
  const std::string training = dump("training");
  const std::string compiled = dump("compiled");
  BOOST_TEST(declared.starts_with("forward\n   0  image "));
  BOOST_TEST(!holds(declared, "\nbackward\n"));
  BOOST_TEST(differentiated.starts_with(declared + "backward\n"));
  BOOST_TEST(!holds(differentiated, "\nupdate\n"));
  BOOST_TEST(holds(training, "\nbackward\n"));
  BOOST_TEST(holds(training, "\nupdate\n"));
  BOOST_TEST(holds(compiled, "\n\nstages\n"));
  BOOST_TEST(holds(compiled, " bytes planned for a batch of up to 64, "));
  BOOST_TEST(shown({"dump", "mlp", "--hidden", "3", "--optimizer", "sgd"}) == training);
  BOOST_TEST(shown({"dump", "mlp", "--stage", "declared", "--hidden", "3", "--out", path("graph.txt")}) ==
             "");
  BOOST_TEST(contents("graph.txt") == declared);
}

BOOST_AUTO_TEST_SUITE_END()
