#include "problem.hpp"

#include <gradus/base/error.hpp>
#include <gradus/optim/minimize.hpp>
#include <gradus/optim/registry.hpp>
#include <gradus/optim/rules/adam.hpp>
#include <gradus/optim/rules/nadam.hpp>

#include <functional>
#include <map>
#include <set>

using namespace gradus;

namespace {

using Settings = std::map<std::string, double>;

/// What a published formula keeps of one element.
struct Memory {
  double v = 0;  ///< a velocity or first moment
  double s = 0;  ///< a mean square
  double f = 0;  ///< the loss before the update, of all elements
  double f_hat = 0;
  double d = 1;
};

/// The formula of a rule for one element: w after update t = 1, 2 … with the gradient g.
using Formula = std::function<double(double w, double g, int t, Memory&, const Settings&)>;

double adam_step(double g, int t, Memory& memory, const Settings& h) {
  memory.v = h.at("beta1") * memory.v + (1 - h.at("beta1")) * g;
  memory.s = h.at("beta2") * memory.s + (1 - h.at("beta2")) * g * g;
  const double v = memory.v / (1 - std::pow(h.at("beta1"), t));
  const double s = memory.s / (1 - std::pow(h.at("beta2"), t));
  return h.at("learning_rate") * v / (std::sqrt(s) + h.at("epsilon"));
}

/// As the paper states it: c, the new f̂ as a multiple of the old, stays between two thresholds.
double eve_step(double g, int t, Memory& memory, const Settings& h) {
  const double k = h.at("feedback_min");
  const double K = h.at("feedback_max");
  const double before = memory.f_hat;
  if (t == 1) {
    memory.f_hat = memory.f;
  } else {
    const bool rises = memory.f >= before;
    const double c =
        std::min(std::max(rises ? k + 1 : 1 / (K + 1), memory.f / before), rises ? K + 1 : 1 / (k + 1));
    memory.f_hat = c * before;
    const double r = std::abs(memory.f_hat - before) / std::min(memory.f_hat, before);
    memory.d = h.at("beta3") * memory.d + (1 - h.at("beta3")) * r;
  }
  Settings slower = h;
  slower["learning_rate"] /= memory.d;
  slower["epsilon"] /= memory.d;
  return adam_step(g, t, memory, slower);
}

double nadam_momentum(int t, const Settings& h) {
  return h.at("beta1") * (1 - 0.5 * std::pow(0.96, 0.004 * t));
}

const std::map<std::string, Formula>& formulas() {
  static const std::map<std::string, Formula> all{
      {"sgd",
       [](double w, double g, int, Memory&, const Settings& h) { return w - h.at("learning_rate") * g; }},
      {"momentum",
       [](double w, double g, int, Memory& memory, const Settings& h) {
         memory.v = h.at("momentum") * memory.v + g;
         return w - h.at("learning_rate") * memory.v;
       }},
      {"nesterov",
       [](double w, double g, int, Memory& memory, const Settings& h) {
         memory.v = h.at("momentum") * memory.v + g;
         return w - h.at("learning_rate") * (g + h.at("momentum") * memory.v);
       }},
      {"rmsprop",
       [](double w, double g, int, Memory& memory, const Settings& h) {
         memory.s = h.at("beta2") * memory.s + (1 - h.at("beta2")) * g * g;
         return w - h.at("learning_rate") * g / (std::sqrt(memory.s) + h.at("epsilon"));
       }},
      {"adam", [](double w, double g, int t, Memory& memory,
                  const Settings& h) { return w - adam_step(g, t, memory, h); }},
      {"adamw",
       [](double w, double g, int t, Memory& memory, const Settings& h) {
         return w - h.at("learning_rate") * h.at("weight_decay") * w - adam_step(g, t, memory, h);
       }},
      {"eve", [](double w, double g, int t, Memory& memory,
                 const Settings& h) { return w - eve_step(g, t, memory, h); }},
      {"nadam", [](double w, double g, int t, Memory& memory, const Settings& h) {
         memory.v = h.at("beta1") * memory.v + (1 - h.at("beta1")) * g;
         memory.s = h.at("beta2") * memory.s + (1 - h.at("beta2")) * g * g;
         double product = 1;
         for (int i = 1; i <= t; ++i) product *= nadam_momentum(i, h);
         const double next = nadam_momentum(t + 1, h);
         const double mean =
             next * memory.v / (1 - product * next) + (1 - nadam_momentum(t, h)) * g / (1 - product);
         const double s = memory.s / (1 - std::pow(h.at("beta2"), t));
         return w - h.at("learning_rate") * mean / (std::sqrt(s) + h.at("epsilon"));
       }}};
  return all;
}

/// The first updates of ½ w² from w = 1, where g = w, with the library's defaults.
const std::map<std::string, Numbers>& first_updates() {
  static const std::map<std::string, Numbers> all{
      // 1 − 0.01·1, then 0.99 − 0.01·0.99
      {"sgd", {0.99, 0.9801}},
      // v = 1: 1 − 0.01·1; v = 0.9·1 + 0.99 = 1.89: 0.99 − 0.01·1.89
      {"momentum", {0.99, 0.9711}},
      // v = 1: 1 − 0.01·(1 + 0.9·1); v = 0.9 + 0.981 = 1.881: 0.981 − 0.01·(0.981 + 0.9·1.881)
      {"nesterov", {0.981, 0.954261}},
      // s = 0.01·1²: 1 − 0.01·1/(0.1 + 10⁻⁸) = 0.9 + 10⁻⁸ − 10⁻¹⁵ + …
      {"rmsprop", {0.900000009999999}},
      // m̂ = ŝ = 1: 1 − 0.001/(1 + 10⁻⁸) = 0.999 + 10⁻¹¹ − …
      {"adam", {0.99900000001}},
      // 1 − 0.001·0.01·1 before the step of adam
      {"adamw", {0.99899000001}},
      // As adam; then ½ 0.999² = 0.4990005 is below f̂ = ½ by less than k = 0.1: r = 0.1, d = 0.9991,
      // m̂ = 0.1899/0.19, ŝ = 0.001997001/0.001999: 0.99900000001 − 0.001·0.99947368/(0.9991·0.99949987)
      {"eve", {0.99900000001, 0.997999125437}},
      // μ₁ = 0.9 (1 − ½·0.96^0.004) = 0.45007347…, μ₂ = 0.9 (1 − ½·0.96^0.008) = 0.45014693…, ŝ = 1, m = 0.1:
      // 1 − 0.002·(μ₂·0.1/(1 − μ₁μ₂) + 1)/(1 + 10⁻⁸), 0.1·0.45014693/0.79740073 = 0.05645178…
      {"nadam", {0.9978870965}}};
  return all;
}

std::string name_of(const RegisteredRule& rule) { return rule.name; }

std::map<std::string, Hyper> given_settings(const Settings& settings) {
  std::map<std::string, Hyper> given;
  for (const auto& [name, value] : settings) given.emplace(name, value);
  return given;
}

/// The rules that PyTorch lacks, each with settings other than its own that are tried too.
const std::map<std::string, Settings>& not_in_pytorch() {
  static const std::map<std::string, Settings> all{{"eve",
                                                    {{"learning_rate", 0.01},
                                                     {"beta1", 0.7},
                                                     {"beta2", 0.95},
                                                     {"beta3", 0.4},
                                                     {"feedback_min", 0.03},
                                                     {"feedback_max", 0.2},
                                                     {"epsilon", 0.01}}}};
  return all;
}

struct Trace {
  std::vector<double> losses;       ///< before each update
  std::vector<Numbers> parameters;  ///< after each update
};

template <class Scalar>
Trace updates_of(const UpdateRule& rule, int count, const CompileOptions& options = {}) {
  Problem problem;
  const Expr step = minimize(problem.loss, rule);
  const auto program = compile<Scalar>(problem.graph, {problem.loss, step}, options);
  auto state = initialise<Scalar>(problem.graph, 1);
  Trace trace;
  for (int i = 0; i < count; ++i) {
    trace.losses.push_back(program.run(state, {}).scalar(problem.loss));
    trace.parameters.push_back(parameters(state));
  }
  return trace;
}

Trace updates_by_hand(const Formula& formula, const Settings& settings, int count) {
  Trace trace;
  Numbers p = joined(reference().at("start").at("w"), reference().at("start").at("b"));
  std::vector<Memory> memory(p.size());
  for (int t = 1; t <= count; ++t) {
    const Numbers g = gradient_by_hand(p);
    for (Memory& each : memory) each.f = loss_by_hand(p);
    for (std::size_t i = 0; i < p.size(); ++i) p[i] = formula(p[i], g[i], t, memory[i], settings);
    trace.parameters.push_back(p);
  }
  return trace;
}

std::vector<nlohmann::json> runs_of(const RegisteredRule& rule) {
  std::vector<nlohmann::json> result;
  for (const auto& run : reference().at("runs"))
    if (run.at("rule") == name_of(rule)) result.push_back(run);
  return result;
}

/// The largest relative difference of two traces.
double difference(const Trace& a, const Trace& b) {
  double most = 0;
  for (std::size_t t = 0; t < a.parameters.size(); ++t)
    for (std::size_t i = 0; i < a.parameters[t].size(); ++i)
      most = std::max(most, std::abs(a.parameters[t][i] - b.parameters[t][i]) /
                                std::max(1.0, std::abs(b.parameters[t][i])));
  return most;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(rules)

BOOST_AUTO_TEST_CASE(every_rule_has_references_and_every_reference_a_rule) {
  std::set<std::string> names;
  for (const RegisteredRule& rule : registered_rules()) {
    const std::string name = name_of(rule);
    names.insert(name);
    BOOST_TEST(!rule.summary.empty());
    BOOST_TEST(formulas().contains(name), name << " has no formula worked out here");
    BOOST_TEST(first_updates().contains(name), name << " has no first update worked out here");
    if (not_in_pytorch().contains(name)) continue;
    BOOST_TEST(reference().at("defaults").contains(name), name << " is not in optimizers.py");
    BOOST_TEST(runs_of(rule).size() >= 3, name << " is not in optimizers.py");
    for (const auto& run : runs_of(rule)) BOOST_TEST(run.at("steps").size() == 10);
  }
  for (const auto& [name, formula] : formulas()) BOOST_TEST(names.contains(name), name << " is gone");
  for (const auto& run : reference().at("runs")) BOOST_TEST(names.contains(run.at("rule")));
}

BOOST_AUTO_TEST_CASE(first_updates_worked_out_on_paper) {
  for (const RegisteredRule& rule : registered_rules()) {
    BOOST_TEST_CONTEXT(name_of(rule)) {
      Graph graph;
      const Expr w = graph.parameter("w", {}, filled_with(1));
      const auto program = compile<double>(graph, {minimize(0.5 * square(w), rule.make({}))});
      auto state = initialise<double>(graph, 1);
      for (const double expected : first_updates().at(name_of(rule))) {
        program.run(state, {});
        // As many digits as are written above.
        BOOST_TEST(std::abs(state["w"][0] - expected) < 6e-10);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(gradient_by_hand_is_that_of_the_reference) {
  // The gradient before any clipping.
  for (const auto& unclipped : reference().at("clip_value"))
    if (unclipped.at("limit") == 100.0)
      check_close(gradient_by_hand(joined(reference().at("start").at("w"), reference().at("start").at("b"))),
                  joined(unclipped.at("w"), unclipped.at("b")), update_tolerance);
}

BOOST_AUTO_TEST_CASE(ten_updates_agree_with_the_published_formula) {
  for (const RegisteredRule& rule : registered_rules()) {
    std::vector<Settings> all{rule.defaults()};
    for (const auto& run : runs_of(rule)) all.push_back(run.at("settings"));
    if (const auto other = not_in_pytorch().find(name_of(rule)); other != not_in_pytorch().end())
      all.push_back(other->second);
    for (const Settings& settings : all) {
      BOOST_TEST_CONTEXT(name_of(rule) << " " << nlohmann::json(settings)) {
        const Trace got = updates_of<double>(rule.make(given_settings(settings)), 10);
        const Trace expected = updates_by_hand(formulas().at(name_of(rule)), settings, 10);
        for (std::size_t t = 0; t < 10; ++t) BOOST_TEST_CONTEXT("update " << t + 1)
        check_close(got.parameters[t], expected.parameters[t], update_tolerance);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(ten_updates_agree_with_pytorch) {
  for (const RegisteredRule& rule : registered_rules()) {
    for (const auto& run : runs_of(rule)) {
      const Settings settings = run.at("settings");
      BOOST_TEST_CONTEXT(name_of(rule) << " " << run.at("settings")) {
        BOOST_TEST(settings.size() == rule.parameters.size());
        const Trace got = updates_of<double>(rule.make(given_settings(settings)), 10);
        for (std::size_t t = 0; t < 10; ++t) {
          BOOST_TEST_CONTEXT("update " << t + 1) {
            const auto& expected = run.at("steps").at(t);
            check_close({got.losses[t]}, {expected.at("loss")}, update_tolerance);
            check_close(got.parameters[t], joined(expected.at("w"), expected.at("b")), update_tolerance);
          }
        }
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(defaults_are_those_of_pytorch_but_for_three) {
  // PyTorch descends at 0.001 since version 2, and its SGD has no momentum until told.
  const std::map<std::string, Settings> ours{{"sgd", {{"learning_rate", 0.01}}},
                                             {"momentum", {{"learning_rate", 0.01}, {"momentum", 0.9}}},
                                             {"nesterov", {{"learning_rate", 0.01}, {"momentum", 0.9}}}};
  for (const RegisteredRule& rule : registered_rules()) {
    if (not_in_pytorch().contains(name_of(rule))) continue;
    BOOST_TEST_CONTEXT(name_of(rule)) {
      const auto own = ours.find(name_of(rule));
      const Settings theirs = reference().at("defaults").at(name_of(rule));
      BOOST_TEST((rule.defaults() == (own == ours.end() ? theirs : own->second)));
      BOOST_TEST((rule.defaults() == theirs) == (own == ours.end()));
    }
  }
}

BOOST_AUTO_TEST_CASE(float_agrees_with_double) {
  for (const RegisteredRule& rule : registered_rules()) BOOST_TEST_CONTEXT(name_of(rule))
  BOOST_TEST(difference(updates_of<float>(rule.make({}), 10), updates_of<double>(rule.make({}), 10)) < 2e-6);
}

BOOST_AUTO_TEST_CASE(every_way_to_compile_gives_the_same_updates) {
  for (const RegisteredRule& rule : registered_rules()) {
    BOOST_TEST_CONTEXT(name_of(rule)) {
      const Trace expected = updates_of<double>(rule.make({}), 10);
      CompileOptions plain;
      plain.passes = plain.fuse = plain.share_memory = false;
      BOOST_TEST(difference(updates_of<double>(rule.make({}), 10, plain), expected) < update_tolerance);
      plain.fuse = true;
      BOOST_TEST(difference(updates_of<double>(rule.make({}), 10, plain), expected) < update_tolerance);
    }
  }
}

BOOST_AUTO_TEST_CASE(bias_corrections_hold_after_very_many_updates_in_float) {
  // Constant gradients of ½: m̂ = ½ and ŝ = ¼ always, so each update of Adam takes η / (1 + 2 ε).
  for (const UpdateRule& rule :
       {UpdateRule(Adam{.learning_rate = 0.5}), UpdateRule(Nadam{.learning_rate = 0.5})}) {
    BOOST_TEST_CONTEXT(rule.name()) {
      Graph graph;
      const Expr w = graph.parameter("w", {});
      const auto program = compile<float>(graph, {minimize(0.5 * w, rule)});
      auto state = initialise<float>(graph, 1);
      for (int t = 1; t <= 3000; ++t) {
        const float before = state["w"][0];
        program.run(state, {});
        state["w"][0] -= before;
        if (rule.name() == "adam")
          BOOST_REQUIRE_CLOSE(state["w"][0], -0.5F, 0.01);
        else
          BOOST_REQUIRE(state["w"][0] < -0.2F && state["w"][0] > -0.8F);
        state["w"][0] = 0;
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(memory_is_named_after_its_parameter) {
  Problem problem;
  minimize(problem.loss, Nadam{});
  std::vector<std::string> names;
  for (const Variable& variable : problem.graph.variables()) names.push_back(variable.name);
  std::ranges::sort(names);
  const std::vector<std::string> expected{"b",     "b/first_moment", "b/second_moment", "beta1",
                                          "beta2", "epsilon",        "learning_rate",   "momentum_product",
                                          "w",     "w/first_moment", "w/second_moment"};
  BOOST_TEST(names == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(rules_by_name) {
  BOOST_TEST(registered_rules().find("nadam").make({}).name() == "nadam");
  BOOST_TEST(registered_rules().find("nag").name == "nesterov");
  BOOST_CHECK_EXCEPTION(
      registered_rules().find("adm"), NameError,
      says("unknown optimizer 'adm'; did you mean 'adam'? Known: adam, adamw, eve, momentum, "
           "nadam, nesterov, rmsprop, sgd."));
  BOOST_CHECK_EXCEPTION(registered_rules().find("sgd").make({{"momentum", 0.9}}), NameError,
                        says("unknown parameter of the optimizer sgd 'momentum'. Known: learning_rate."));
  BOOST_CHECK_EXCEPTION(registered_rules().find("adamw").make({{"beta", 0.9}}), NameError,
                        says("unknown parameter of the optimizer adamw 'beta'; did you mean 'beta1'? Known: "
                             "learning_rate, beta1, beta2, epsilon, weight_decay."));
}

BOOST_AUTO_TEST_SUITE_END()
