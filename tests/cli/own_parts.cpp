// The program with a part of each kind that the library does not have.
#include <gradus/base/json.hpp>
#include <gradus/tests/cli/program.hpp>
#include <gradus/tests/support/text.hpp>
#include <gradus/tests/support/variable.hpp>

#include <regex>

using namespace gradus;
using namespace gradus::test;

namespace {

struct OwnProgram : test::Program {
  const std::vector<std::string> own_flags{
      "--optimizer",      "withering",    "--fade",  "0.25",   "--schedule",     "root:5",    "--init",
      "alternating:0.01", "--activation", "swish:2", "--loss", "absolute-error", "--augment", "dim:0.25"};

  ProcessResult own(const std::vector<std::string>& arguments) const {
    return Process(GRADUS_OWN_PROGRAM, arguments, folder, {}).wait();
  }
  std::string shown(const std::vector<std::string>& arguments) const {
    const ProcessResult said = own(arguments);
    BOOST_TEST(said.code == 0, said.err);
    return said.out;
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(own_program, OwnProgram)

BOOST_AUTO_TEST_CASE(lists_and_help_have_them) {
  const std::pair<const char*, const char*> listed[] = {
      {"optimizers", "\nfading "}, {"schedules", "\nroot:EVERY "}, {"initialisers", "\nalternating:SIZE "},
      {"activations", "\nswish "}, {"layers", "\nscaling "},       {"losses", "\nabsolute-error "},
      {"transforms", "\ndim "}};
  for (const auto& [kind, line] : listed) BOOST_TEST(holds(shown({"list", kind}), line), kind);
  for (const char* command : {"train", "dump", "describe", "explain"}) {
    const std::string help = shown({command, "mlp", "--help"});
    BOOST_TEST(holds(help, "\n  --fade NUMBER"), command);
    for (const char* name : {"|fading ", "|swish ", "|absolute-error "}) BOOST_TEST(holds(help, name), name);
  }
}

BOOST_AUTO_TEST_CASE(ops_are_listed_and_checked) {
  BOOST_TEST(std::regex_search(shown({"list", "ops"}), std::regex("\ncube +x³ +3 y\xcc\x84 x²\n")));
  BOOST_TEST(
      std::regex_search(shown({"list", "rules"}),
                        std::regex(R"(\nsimplify +cube +cube of +cube\(-x\) = -cube\(x\)\n +negative\n)")));
  const std::string one = shown({"check", "cube", "tanh"});
  BOOST_TEST(std::regex_search(one, std::regex("\ncube +2  .* ok +.* ok *\n")));
  BOOST_TEST(holds(one, "\n2 ops, 0 failed\n"));
  const ProcessResult wrong = own({"check", "wrong"});
  BOOST_TEST(wrong.code == 1);
  BOOST_TEST(std::regex_search(wrong.out, std::regex("\nwrong .* FAILED .*<-\n")));
  BOOST_TEST(holds(own({"check", "cub"}).err, "unknown op 'cub'; did you mean 'cube'?"));
}

BOOST_AUTO_TEST_CASE(a_parameter_with_the_name_of_a_flag_is_refused) {
  for (const std::string name : {"batch", "out", "lr"}) {
    const Variable clash("OWN_CLASH", name);
    const ProcessResult said = own({"list", "ops"});
    BOOST_TEST(said.code == 1);
    BOOST_TEST(said.out == "");
    BOOST_TEST(said.err ==
               fmt::format(
                   "gradus: the parameter '{0}' of the optimizer 'clashing' would have the flag --{0}, which "
                   "'gradus train mlp' has for something else: give the parameter another name\n",
                   name));
  }
}

BOOST_AUTO_TEST_CASE(a_run_with_them_is_what_any_run_is) {
  BOOST_TEST(shown(small_run("whole", own_flags)) != "");
  const std::string config = contents("whole/config.json");
  const std::string report = contents("whole/report.json");
  const nlohmann::json settings = parse_json(config, "config.json").at("settings");
  const nlohmann::json reported = parse_json(report, "report.json").at("settings");
  const std::pair<const char*, const char*> expected[] = {
      {"optimizer", "fading"},   {"schedule", "root:5"},     {"init", "alternating:0.01"},
      {"activation", "swish:2"}, {"loss", "absolute-error"}, {"augment", "dim:amount=0.25"}};
  for (const auto& [name, text] : expected) {
    BOOST_TEST(settings.at(name) == text, name);
    BOOST_TEST(reported.at(name) == text, name);
  }
  BOOST_TEST(settings.at("hyper").at("fade") == 0.25);
  BOOST_TEST(reported.at("fade") == 0.25);
  BOOST_TEST(reported.at("lr") == 0.01);
  const std::string page = contents("whole/report.html");
  for (const char* part : {"<dt>fade</dt><dd>0.25</dd>", " --fade 0.25 ", " --loss absolute-error "})
    BOOST_TEST(holds(page, part), part);

  // Repeated by its own command, and resumed: the same bits.
  std::smatch command;
  BOOST_TEST_REQUIRE(std::regex_search(page, command, std::regex("<pre>gradus (train [^<]*)</pre>")));
  std::vector<std::string> words;
  std::istringstream text(command[1].str());
  for (std::string word; text >> word;) words.push_back(word);
  words.insert(words.end(), {"--out", path("again"), "--threads", "1"});
  BOOST_TEST(shown(words) != "");
  std::vector<std::string> shorter = own_flags;
  shorter.insert(shorter.end(), {"--epochs", "1"});
  BOOST_TEST(shown(small_run("resumed", shorter)) != "");
  BOOST_TEST(shown({"train", "mlp", "--resume", path("resumed"), "--epochs", "2"}) != "");
  for (const char* run : {"again", "resumed"})
    BOOST_TEST(
        (contents(std::string(run) + "/checkpoint.safetensors") == contents("whole/checkpoint.safetensors")),
        run);

  for (const std::vector<std::string>& command : std::vector<std::vector<std::string>>{
           {"evaluate", path("whole")},
           {"report", path("whole")},
           {"report", path("whole"), path("again"), "-o", path("both.html")},
           {"predict", path("whole"), (set / "t10k-images-idx3-ubyte.gz").string()},
           {"describe", "mlp", "--run", path("whole")},
           {"dump", "mlp", "--run", path("whole"), "--stage", "training"},
           {"explain", "mlp", "--run", path("whole"), "-o", path("page.html")},
           {"show-data", "--data", set.string(), "--augment", "dim", "-o", path("x.png")}})
    BOOST_TEST((shown(command) != "" || command[0] == "explain"), command[0]);
  BOOST_TEST(holds(shown({"describe", "mlp", "--run", path("whole")}), ", swish beta=2"));
}

BOOST_AUTO_TEST_CASE(a_list_of_layers_has_them) {
  const std::string layers = "dense 6, swish beta=2, scaling initial=2, dense 10";
  BOOST_TEST(shown(small_run("listed", {"--layers", "dense 6,swish:2,scaling:2,dense 10"})) != "");
  const nlohmann::json config = parse_json(contents("listed/config.json"), "config.json");
  BOOST_TEST(config.at("settings").at("layers") == layers);
  for (const std::vector<std::string>& command :
       {std::vector<std::string>{"describe", "mlp", "--run", path("listed")},
        {"dump", "mlp", "--run", path("listed"), "--stage", "declared"},
        {"evaluate", path("listed")}})
    BOOST_TEST(shown(command) != "", command[0]);
  BOOST_TEST(holds(shown({"describe", "mlp", "--run", path("listed")}), layers));
  BOOST_TEST(holds(contents("listed/report.html"), " --layers &#39;" + layers + "&#39;"));
}

BOOST_AUTO_TEST_CASE(a_model_of_one_s_own_is_what_any_model_is) {
  const auto trained = [&](const std::string& name, const std::string& epochs) {
    return shown({"train", "siamese", "--data", set.string(), "--validation", "30", "--batch", "16",
                  "--threads", "1", "--l2", "0.01", "--epochs", epochs, "--out", path(name)});
  };
  BOOST_TEST(trained("whole", "2") != "");
  BOOST_TEST(trained("resumed", "1") != "");
  BOOST_TEST(shown({"train", "siamese", "--resume", path("resumed"), "--epochs", "2"}) != "");
  BOOST_TEST((contents("resumed/checkpoint.safetensors") == contents("whole/checkpoint.safetensors")));
  BOOST_TEST(holds(shown({"list", "models"}), "\nsiamese  both halves of an image, compared\n"));
  BOOST_TEST(!holds(shown({"train", "siamese", "--help"}), "\n  --hidden"));
  const std::string layers = shown({"describe", "siamese", "--run", path("whole")});
  BOOST_TEST(std::regex_search(layers, std::regex("\ntower [^\n]* 3136 +0 +1568\n")), layers);
  BOOST_TEST(std::regex_search(layers, std::regex("\noutput +[^\n]* 90 +80 ")), layers);
  const std::string page = contents("whole/report.html");
  BOOST_TEST(holds(page, "gradus train siamese "));
  BOOST_TEST(!holds(page, "<dt>hidden</dt>"));
  for (const std::vector<std::string>& command : std::vector<std::vector<std::string>>{
           {"evaluate", path("whole")},
           {"report", path("whole")},
           {"predict", path("whole"), (set / "t10k-images-idx3-ubyte.gz").string()},
           {"dump", "siamese", "--run", path("whole"), "--check"},
           {"explain", "siamese", "--run", path("whole"), "-o", path("page.html")}})
    BOOST_TEST((shown(command) != "" || command[0] == "explain"), command[0]);
}

BOOST_AUTO_TEST_CASE(the_library_alone_says_that_it_has_none) {
  BOOST_TEST(shown(small_run("whole", own_flags)) != "");
  refuses({"evaluate", path("whole")}, "'" + path("whole/config.json") +
                                           "': unknown activation 'swish'. Known: sigmoid, tanh, relu, "
                                           "leaky-relu, elu, gelu, softplus, linear.; "
                                           "the file is damaged or was changed by hand");
}

BOOST_AUTO_TEST_SUITE_END()
