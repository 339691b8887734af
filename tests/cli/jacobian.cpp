#include <gradus/base/utf8.hpp>
#include <gradus/tests/cli/program.hpp>

#include <cmath>
#include <map>
#include <sstream>

using namespace gradus::test;

namespace {

void says(const ProcessResult& said, const std::vector<std::string>& lines) {
  BOOST_TEST(said.code == 0, said.err);
  for (const std::string& line : lines)
    BOOST_TEST(said.out.find(line) != std::string::npos, line << "\nin\n" << said.out);
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

/// The numbers below each line "name =".
using Blocks = std::map<std::string, std::vector<double>>;

Blocks blocks_of(const std::string& text) {
  Blocks blocks;
  std::string name;
  for (const std::string& line : lines_of(text)) {
    if (line.ends_with(" =")) {
      name = line.substr(0, line.size() - 2);
    } else if (line.starts_with("  ") && !name.empty()) {
      std::istringstream in(line);
      for (double number = 0; in >> number;) blocks[name].push_back(number);
    } else {
      name.clear();
    }
  }
  return blocks;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(jacobian, gradus::test::Program)

BOOST_AUTO_TEST_CASE(the_exercises_and_how_yhat_minus_y_arises) {
  const ProcessResult said = gradus({"jacobian"});
  says(said,
       {"∂L/∂a₂   1 × 10           ŷ − y", "∂a₂/∂b₂  10 × 10          I ", "∂a₂/∂W₂  10 × (64 × 10)   f₁ ⊗ I",
        "∂a₂/∂f₁  10 × 64          W₂ᵀ", "∂f₁/∂a₁  64 × 64          diag(f₁ ⊙ (1 − f₁))",
        "∂a₁/∂b₁  64 × 64          I ", "∂a₁/∂W₁  64 × (784 × 64)  x ⊗ I", "∂L/∂ŷ   = −y / ŷ",
        "after the pass stabilise", "∂L/∂a₂  = ŷ − y", "∂ŷ/∂a₂ = diag(ŷ) − ŷᵀ ŷ"});
  for (const std::string& line : lines_of(said.out)) BOOST_TEST(gradus::display_width(line) <= 80U, line);
}

BOOST_AUTO_TEST_CASE(in_latex) {
  says(gradus({"jacobian", "--format", "latex"}),
       {"\\frac{\\partial L}{\\partial a_{2}} &= \\hat{y} - y &&",
        "\\frac{\\partial a_{2}}{\\partial W_{2}} &= f_{1} \\otimes I &&",
        "&= \\operatorname{diag} ( f_{1} \\odot ( 1 - f_{1} ) ) &&"});
}

BOOST_AUTO_TEST_CASE(values_that_can_be_worked_out) {
  // Without weights ŷ is uniform: diag(ŷ) − ŷᵀ ŷ is ½ − ¼ and −¼.
  says(gradus({"jacobian", "--pixels", "2", "--hidden", "none", "--classes", "2", "--init", "zeros", "--of",
               "yhat", "--wrt", "a1", "--values"}),
       {"J = ∂ŷ/∂a₁, 2 × 2", "   0.250000  -0.250000\n", "  -0.250000   0.250000\n"});
}

BOOST_AUTO_TEST_CASE(every_printed_jacobian_against_central_differences) {
  for (const std::string activation : {"sigmoid", "tanh", "relu"}) {
    const ProcessResult said = gradus({"jacobian", "--pixels", "2", "--hidden", "3", "--classes", "2",
                                       "--activation", activation, "--values"});
    BOOST_TEST_REQUIRE(said.code == 0, said.err);
    const Blocks printed = blocks_of(said.out);
    const auto f_of = [&](double a) {
      return activation == "tanh"   ? std::tanh(a)
             : activation == "relu" ? std::max(a, 0.0)
                                    : 1 / (1 + std::exp(-a));
    };
    const auto run = [&](const std::string& of, Blocks at) {
      if (of == "f₁") {
        for (double& a : at["a₁"]) a = f_of(a);
        return at["a₁"];
      }
      if (of == "L") {
        double sum = 0;
        for (const double a : at["a₂"]) sum += std::exp(a);
        return std::vector<double>{std::log(sum) - at["a₂"][0]};
      }
      const bool first = of == "a₁";
      const std::vector<double> in = at[first ? "x" : "f₁"];
      const std::vector<double> weight = at[first ? "W₁" : "W₂"];
      std::vector<double> a = at[first ? "b₁" : "b₂"];
      for (std::size_t k = 0; k < in.size(); ++k)
        for (std::size_t j = 0; j < a.size(); ++j) a[j] += in[k] * weight[k * a.size() + j];
      return a;
    };
    std::size_t checked = 0;
    for (const auto& [of, by] : std::vector<std::pair<std::string, std::string>>{{"L", "a₂"},
                                                                                 {"a₂", "b₂"},
                                                                                 {"a₂", "W₂"},
                                                                                 {"a₂", "f₁"},
                                                                                 {"f₁", "a₁"},
                                                                                 {"a₁", "b₁"},
                                                                                 {"a₁", "W₁"}}) {
      const auto found = printed.find("∂" + of + "/∂" + by);
      BOOST_TEST_REQUIRE((found != printed.end()), of << " by " << by << "\n" << said.out);
      const std::size_t columns = printed.at(by).size();
      for (std::size_t c = 0; c < columns; ++c) {
        constexpr double h = 1e-5;
        Blocks above = printed;
        Blocks below = printed;
        above[by][c] += h;
        below[by][c] -= h;
        const std::vector<double> up = run(of, above);
        const std::vector<double> down = run(of, below);
        BOOST_TEST_REQUIRE(found->second.size() == up.size() * columns);
        for (std::size_t r = 0; r < up.size(); ++r, ++checked)
          BOOST_TEST(std::abs(found->second[r * columns + c] - (up[r] - down[r]) / (2 * h)) < 5e-6,
                     activation << ": ∂" << of << "/∂" << by << " " << r << ", " << c);
      }
    }
    BOOST_TEST(checked == 2U + 4 + 12 + 6 + 9 + 9 + 18);
    // The formulas that are printed: f₁ ⊗ I, W₂ᵀ and ŷ − y.
    for (std::size_t i = 0; i < 2; ++i) {
      BOOST_TEST(printed.at("∂L/∂a₂")[i] == printed.at("ŷ")[i] - printed.at("y")[i],
                 boost::test_tools::tolerance(1e-5));
      for (std::size_t k = 0; k < 3; ++k) {
        BOOST_TEST(printed.at("∂a₂/∂f₁")[i * 3 + k] == printed.at("W₂")[k * 2 + i]);
        for (std::size_t j = 0; j < 2; ++j)
          BOOST_TEST(printed.at("∂a₂/∂W₂")[i * 6 + k * 2 + j] == (i == j ? printed.at("f₁")[k] : 0.0));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(the_chain_of_any_two_nodes) {
  says(gradus({"jacobian", "--hidden", "30,20", "--activation", "tanh", "--of", "f2", "--wrt", "W1"}),
       {"J = ∂f₂/∂W₁, 20 × (784 × 30)", "x ⊗ (", "xᵀ "});
}

BOOST_AUTO_TEST_CASE(what_it_refuses) {
  const auto refused = [this](const std::vector<std::string>& flags, const std::string& message) {
    std::vector<std::string> all{"jacobian"};
    all.insert(all.end(), flags.begin(), flags.end());
    const ProcessResult said = gradus(all);
    BOOST_TEST(said.code == 1);
    BOOST_TEST(said.err.starts_with("gradus: " + message), said.err);
  };
  refused({"--of", "yhatt", "--wrt", "a1"},
          "unknown node 'yhatt'; did you mean 'yhat'? Known: x, y, W1, b1, a1, f1, W2, b2, a2, yhat, L.");
  refused({"--of", "yhat"}, "--of and --wrt go together");
  refused({"--of", "L", "--wrt", "a1", "--format", "latex"}, "--format latex writes");
  refused({"--format", "latx"}, "unknown format 'latx'; did you mean 'latex'?");
  refused({"--hidden", "4,x"}, "--hidden takes sizes separated by commas");
  refused({"--hidden", "4,0"}, "each size of --hidden takes a number from 1");
  refused({"--pixels", "0"}, "--pixels takes a number from 1");
  refused({"--of", "x", "--wrt", "yhat"}, "'x' does not depend on 'yhat'");
  refused({"--activation", "tahn"}, "unknown activation 'tahn'; did you mean 'tanh'?");
}

BOOST_AUTO_TEST_SUITE_END()
