// fit() for graphs of one's own: the same loop as that of `gradus train`.
#include <gradus/models/layers.hpp>
#include <gradus/ops/ops.hpp>
#include <gradus/optim/rules/eve.hpp>
#include <gradus/optim/rules/sgd.hpp>
#include <gradus/tests/support/refusal.hpp>
#include <gradus/tests/train/runs.hpp>
#include <gradus/train/fit.hpp>

#include <cmath>

using namespace gradus;
using namespace gradus::test;

namespace {

/// y ≈ a − 2 b and s ≈ sin a from two inputs: two losses, one of them weighed, and nothing classified.
struct Regression {
  Graph graph;
  Expr a = graph.input("a", {batch, 1});
  Expr b = graph.input("b", {batch, 1});
  Expr y = graph.input("y", {batch, 1});
  Expr s = graph.input("s", {batch, 1});
  Expr h = tanh(dense(concatenate({a, b}, 1), 8, "hidden"));
  Expr line = dense(h, 1, "line");
  Expr wave = dense(h, 1, "wave");
  Expr of_line = mean(square(line - y));
  Expr of_wave = mean(square(wave - s));
  Expr loss = of_line + 0.5 * of_wave;

  std::vector<float> as, bs, ys, ss;

  Regression() {
    for (int i = 0; i < 70; ++i) {
      as.push_back(std::sin(1.7F * static_cast<float>(i)));
      bs.push_back(std::cos(0.9F * static_cast<float>(i)));
      ys.push_back(as.back() - 2 * bs.back());
      ss.push_back(std::sin(as.back()));
    }
  }

  Examples examples() const { return {{a, as}, {b, bs}, {y, ys}, {s, ss}}; }
  Fitted fit(FitOptions options) const {
    options.batch = 16;
    options.quiet = true;
    return gradus::fit({.loss = loss}, examples(), options);
  }
};

std::string losses_of(const Fitted& fitted) {
  std::string text;
  for (const MetricsRow& row : fitted.history)
    text += fmt::format("{} {} {} {}\n", row.iteration, row.epoch, row.split, row.loss);
  return text;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(fitting, Runs)

BOOST_AUTO_TEST_CASE(a_regression_of_two_inputs_and_two_losses) {
  Regression r;
  Fitted fitted = r.fit({.epochs = 60, .rule = Eve{.learning_rate = 0.02}, .validation = 20});
  BOOST_TEST(fitted.epochs == 60);
  BOOST_TEST(!fitted.stopped);
  BOOST_TEST(fitted.history.size() == 120U);
  BOOST_TEST(std::isnan(fitted.history.back().accuracy));
  BOOST_TEST(fitted.history.back().loss < 0.05);
  BOOST_TEST(fitted.history.back().loss < 0.1 * fitted.history[1].loss);

  const Measured all = evaluate({.loss = r.loss}, fitted.state, r.examples());
  const std::vector<float> line = predict(r.line, fitted.state, r.examples());
  const std::vector<float> wave = predict(r.wave, fitted.state, {{r.b, r.bs}, {r.a, r.as}});
  BOOST_TEST_REQUIRE(line.size() == 70U);
  double by_hand = 0;
  for (std::size_t i = 0; i < 70; ++i)
    by_hand += (std::pow(line[i] - r.ys[i], 2) + 0.5 * std::pow(wave[i] - r.ss[i], 2)) / 70;
  BOOST_TEST(all.loss == by_hand, boost::test_tools::tolerance(1e-5));

  save(folder / "it", fitted.state);
  State<float> other(r.graph, 7);
  load(folder / "it", other);
  BOOST_TEST((predict(r.line, other, r.examples()) == line));
}

BOOST_AUTO_TEST_CASE(stopped_and_gone_on_with_to_the_same_bits) {
  const auto options = [&](const char* name) {
    FitOptions options{.epochs = 4, .validation = 10, .out = folder / name};
    options.log_every = 2;
    return options;
  };
  const Fitted whole = Regression().fit(options("whole"));
  FitOptions stopping = options("stopped");
  int told = 0;
  stopping.on_epoch = [&](const EpochReport& report) {
    BOOST_TEST(report.epoch == ++told);
    BOOST_TEST(report.validation.has_value());
    return report.epoch < 2;
  };
  const Fitted stopped = Regression().fit(stopping);
  BOOST_TEST(stopped.stopped);
  BOOST_TEST(stopped.epochs == 2);
  FitOptions resuming = options("stopped");
  resuming.resume = true;
  const Fitted resumed = Regression().fit(resuming);
  BOOST_TEST(!resumed.stopped);
  BOOST_TEST(files("stopped") == files("whole"));
  BOOST_TEST(losses_of(resumed) == losses_of(whole));
  BOOST_TEST(files("whole").metrics.find(",train,") != std::string::npos);

  resuming.seed = 1;
  BOOST_CHECK_EXCEPTION(Regression().fit(resuming), ValueError, [](const ValueError& error) {
    return std::string(error.what()).find("which cannot go on as one of") != std::string::npos;
  });
}

BOOST_AUTO_TEST_CASE(patience_ends_it_and_steps_are_told) {
  int steps = 0;
  FitOptions options{.epochs = 100, .rule = Sgd{.learning_rate = 1e-9}, .patience = 3};
  options.on_step = [&](std::int64_t iteration, double loss) {
    BOOST_TEST(iteration == ++steps);
    BOOST_TEST(std::isfinite(loss));
  };
  const Fitted fitted = Regression().fit(options);
  BOOST_TEST(fitted.stopped);
  BOOST_TEST(fitted.epochs < 20);
  BOOST_TEST(steps == fitted.epochs * 5);
}

BOOST_AUTO_TEST_CASE(it_is_the_loop_of_the_program_to_the_bit) {
  TrainSettings settings = small_run();
  const RunFiles by_program = whole(settings, "program");
  const Network network = declare(settings, digits().train);
  std::vector<float> pixels, labels;
  const data::Subset all = data::split(digits().train, {0, {}}).train;
  data::Batches<float> batches(all, {}, all.size());
  const auto batch = batches.next();
  pixels.assign(batch->images.begin(), batch->images.end());
  labels.assign(batch->labels.begin(), batch->labels.end());
  FitOptions options{.epochs = settings.epochs, .batch = settings.batch, .validation = settings.validation};
  options.seed = settings.seed;
  options.log_every = settings.log_every;
  options.out = folder / "fit";
  options.quiet = true;
  fit(network.model, {{network.model.image, pixels}, {network.model.label, labels}}, options);
  BOOST_TEST(files("fit") == by_program);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_is_refused) {
  Regression r;
  check_refused<ValueError>([&] { r.fit({.epochs = 0}); }, "FitOptions::epochs must be at least 1, not 0");
  check_refused<ValueError>([&] { r.fit({.validation = 70}); },
                            "FitOptions::validation keeps 70 examples, but there are 70: none is left");
  check_refused<ValueError>([&] { r.fit({.resume = true}); },
                            "FitOptions::resume needs the folder to go on in: give FitOptions::out");
  const std::vector<float> few(3);
  check_refused<ShapeError>(
      [&] {
        Examples{{r.a, r.as}, {r.b, few}};
      },
      "'b' (batch, 1) is fed 3 examples, but 'a' 70");
  Graph g;
  const Expr pairs = g.input("pairs", {batch, 2});
  const Expr fixed = g.input("fixed", {2});
  check_refused<ShapeError>(
      [&] {
        Examples{{pairs, few}};
      },
      "3 numbers are no whole examples of 'pairs' (batch, 2), which has 2 each");
  check_refused<ShapeError>(
      [&] {
        Examples{{fixed, few}};
      },
      "'fixed' (2) cannot be fed examples: its first axis must be batch");
}

BOOST_AUTO_TEST_SUITE_END()
