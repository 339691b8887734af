#include <gradus/tests/cli/program.hpp>

#include <nlohmann/json.hpp>

#include <cmath>

using namespace gradus;
using namespace gradus::test;
using nlohmann::json;

namespace {

struct Explain : test::Program {
  /// What the page that a command writes holds.
  json page(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), "explain");
    arguments.insert(arguments.end(), {"-o", path("page.html")});
    const ProcessResult said = gradus(arguments);
    BOOST_TEST(said.code == 0);
    BOOST_TEST(said.out == "");
    const std::string html = contents("page.html");
    const std::string begin = R"(<script type="application/json" id="data">)";
    const auto from = html.find(begin) + begin.size();
    return json::parse(html.substr(from, html.find("</script>", from) - from));
  }

  static std::string number_of(const json& data, const std::string& name) {
    for (std::size_t i = 0; i < data["nodes"].size(); ++i)
      if (data["nodes"][i]["name"] == name) return std::to_string(i);
    BOOST_FAIL("no node " + name);
    return "";
  }

  /// The numbers of a node's gradient at the first step.
  static json gradient(const json& data, const std::string& name) {
    const std::string number = number_of(data, name);
    for (const json& adjoint : data["adjoints"])
      if (std::to_string(adjoint["of"].get<std::size_t>()) == number)
        return data["runs"][0]["nodes"][std::to_string(adjoint["total"].get<std::size_t>())]["numbers"];
    BOOST_FAIL("no gradient of " + name);
    return {};
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(explain, Explain)

// a = σ(0.8 · 1.5 − 0.2) = σ(1), L = a², so ∂L/∂z = 2a · a(1 − a) and ∂L/∂w = 1.5 ∂L/∂z.
BOOST_AUTO_TEST_CASE(one_neuron_by_hand) {
  const json data = page({"neuron", "--steps", "3", "--lr", "0.5"});
  const double a = 1 / (1 + std::exp(-1.0));
  const double back = 2 * a * a * (1 - a);
  const auto close = boost::test_tools::tolerance(1e-8);
  BOOST_TEST(gradient(data, "z")[0].get<double>() == back, close);
  BOOST_TEST(gradient(data, "w")[0].get<double>() == 1.5 * back, close);
  BOOST_TEST(gradient(data, "b")[0].get<double>() == back, close);
  BOOST_TEST(data["runs"].size() == 3U);
  const std::string w = number_of(data, "w");
  BOOST_TEST(data["runs"][1]["nodes"][w]["numbers"][0].get<double>() == 0.8 - 0.5 * 1.5 * back, close);
}

// x = (1, 2): hidden sums 0.5 + 2 + 0, −0.5 + 1 + 0.5, 1 − 2 − 0.5; p − t flows back to the outputs.
BOOST_AUTO_TEST_CASE(a_small_network_by_hand) {
  const json data = page({"2-3-2", "--steps", "1"});
  const json& nodes = data["runs"][0]["nodes"];
  BOOST_TEST(nodes[number_of(data, "hidden/add")]["numbers"] == json::parse("[2.5, 1.0, -1.5]"));
  const double p = nodes[number_of(data, "p")]["numbers"][0];
  const auto close = boost::test_tools::tolerance(1e-7);
  BOOST_TEST(gradient(data, "output/bias")[0].get<double>() == p - 1, close);
  BOOST_TEST(gradient(data, "output/bias")[1].get<double>() == 1 - p, close);
  for (const json& check : data["checks"]) BOOST_TEST(check["error"].get<double>() < 1e-6);
}

BOOST_AUTO_TEST_CASE(a_model_and_its_run) {
  const json data = page({"mlp", "--data", set.string(), "--validation", "30", "--hidden", "8", "--batch",
                          "16", "--optimizer", "momentum", "--steps", "2"});
  BOOST_TEST(data["runs"].size() == 2U);
  BOOST_TEST(data["runs"][0]["batch"] == 16);
  BOOST_TEST(data["runs"][0]["nodes"][number_of(data, "hidden1/weight")].contains("images"));
  BOOST_TEST(gradus(small_run("run")).code == 0);
  const json trained = page({"mlp", "--run", path("run")});
  BOOST_TEST(trained["runs"][0]["nodes"][number_of(trained, "output/bias")]["numbers"] !=
             data["runs"][0]["nodes"][number_of(data, "output/bias")]["numbers"]);
}

BOOST_AUTO_TEST_CASE(points_of_the_plane) {
  const json data = page({"points", "--shape", "circles", "--points", "10", "--hidden", "4x2", "--steps", "2",
                          "--activation", "relu", "--optimizer", "sgd", "--lr", "0.1"});
  BOOST_TEST(data["title"] == "A network that learns circles");
  BOOST_TEST(data["runs"][1]["batch"] == 10);
  BOOST_TEST(data["runs"][0]["nodes"][number_of(data, "hidden2/weight")]["numbers"].size() == 16U);
  BOOST_TEST(data["runs"][0]["nodes"][number_of(data, "learning_rate")]["numbers"][0] == 0.1);
  refuses({"explain", "points", "--shape", "circle", "-o", path("page.html")},
          "unknown shape of points 'circle'; did you mean 'circles'? Known: moons, circles, spirals, xor.");
  refuses({"explain", "points", "--points", "1001", "-o", path("page.html")},
          "--points must be from 2 to 1000, not 1001");
}

BOOST_AUTO_TEST_CASE(mistakes) {
  refuses({"explain", "neuron", "--steps", "0", "-o", path("page.html")},
          "--steps must be from 1 to 1000, the training steps recorded; not 0");
  refuses({"explain", "neuron", "-o", path("none/page.html")}, "cannot write '" + path("none/page.html") +
                                                                   "': there is no folder '" + path("none") +
                                                                   "'; make it first");
  BOOST_TEST(gradus({"explain", "neuron"}).code == 2);
  BOOST_TEST(gradus({"explain", "neurom", "-o", path("page.html")}).code == 2);
  BOOST_TEST(!fs::exists(path("page.html")));
}

BOOST_AUTO_TEST_SUITE_END()
