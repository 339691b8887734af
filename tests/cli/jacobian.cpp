#include <gradus/tests/cli/program.hpp>

using namespace gradus::test;

namespace {

void says(const ProcessResult& said, const std::vector<std::string>& lines) {
  BOOST_TEST(said.code == 0, said.err);
  for (const std::string& line : lines)
    BOOST_TEST(said.out.find(line) != std::string::npos, line << "\nin\n" << said.out);
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(jacobian, gradus::test::Program)

BOOST_AUTO_TEST_CASE(the_exercises_and_how_p_minus_t_arises) {
  says(gradus({"jacobian"}),
       {"∂a₂/∂b₂  (1, 10) × (10)       Σ_(axis 0) v ⊙ a₂ ⊙ (1 − a₂)",
        "∂a₂/∂W₂  (1, 10) × (64, 10)   a₁ᵀ (v ⊙ a₂ ⊙ (1 − a₂))",
        "∂a₂/∂a₁  (1, 10) × (1, 64)    (v ⊙ a₂ ⊙ (1 − a₂)) W₂ᵀ", "∂a₁/∂b₁  (1, 64) × (64)",
        "∂a₁/∂W₁  (1, 64) × (784, 64)  a₀ᵀ (v ⊙ a₁ ⊙ (1 − a₁))",
        "J = ∂p/∂z, (1, 10) × (1, 10), vᵀ J = p ⊙ v − p ⊙ (Σ p ⊙ v)", "p̄ = −t / p",
        "after the pass stabilise", "z̄ = p − t"});
}

BOOST_AUTO_TEST_CASE(values_that_can_be_worked_out) {
  // Without weights p is uniform: diag(p) − p pᵀ is ½ − ¼ and −¼.
  says(gradus({"jacobian", "--pixels", "2", "--hidden", "none", "--classes", "2", "--init", "zeros", "--of",
               "p", "--by", "logits", "--values"}),
       {"shape (1, 2, 1, 2)", "   0.250000  -0.250000\n", "  -0.250000   0.250000\n"});
  // a = σ(0) = ½, x = (½, 1): ∂a/∂W = x a (1 − a) on the diagonal.
  says(gradus({"jacobian", "--pixels", "2", "--hidden", "none", "--classes", "2", "--init", "zeros", "--of",
               "output/sigmoid", "--by", "output/weight", "--values"}),
       {"0.125000   0.000000   0.250000   0.000000\n", "0.000000   0.125000   0.000000   0.250000\n"});
}

BOOST_AUTO_TEST_CASE(the_chain_of_any_two_nodes) {
  says(gradus({"jacobian", "--hidden", "30,20", "--activation", "tanh", "--of", "hidden2/tanh", "--by",
               "hidden1/weight"}),
       {"z̄₂ = v ⊙ (1 − a₂²)", "ā₁ = z̄₂ W₂ᵀ", "W̄₁ = xᵀ z̄₁"});
}

BOOST_AUTO_TEST_CASE(what_it_refuses) {
  const auto refused = [this](const std::vector<std::string>& flags, const std::string& message) {
    std::vector<std::string> all{"jacobian"};
    all.insert(all.end(), flags.begin(), flags.end());
    const ProcessResult said = gradus(all);
    BOOST_TEST(said.code == 1);
    BOOST_TEST(said.err.starts_with("gradus: " + message), said.err);
  };
  refused({"--of", "pp", "--by", "logits"}, "the graph has no node 'pp'; did you mean 'p'?");
  refused({"--of", "p"}, "--of and --by go together");
  refused({"--hidden", "4,x"}, "--hidden takes sizes separated by commas");
  refused({"--hidden", "4,0"}, "each size of --hidden takes a number from 1");
  refused({"--pixels", "0"}, "--pixels takes a number from 1");
  refused({"--of", "image", "--by", "p"}, "'image' is not computed from 'p'");
  refused({"--activation", "tahn"}, "unknown activation 'tahn'; did you mean 'tanh'?");
}

BOOST_AUTO_TEST_SUITE_END()
