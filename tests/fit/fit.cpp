// fit() for graphs of one's own: the same loop, files and page as those of `gradus train`.
#include <gradus/fit/fit.hpp>
#include <gradus/models/layer_list.hpp>
#include <gradus/models/layers.hpp>
#include <gradus/ops/ops.hpp>
#include <gradus/optim/rules/adam.hpp>
#include <gradus/optim/rules/eve.hpp>
#include <gradus/optim/rules/sgd.hpp>
#include <gradus/tests/support/refusal.hpp>
#include <gradus/tests/support/text.hpp>
#include <gradus/tests/train/runs.hpp>

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
  BOOST_TEST(steps == fitted.epochs * 4);
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
  options.drop_last = settings.drop_last;
  options.log_every = settings.log_every;
  options.out = folder / "fit";
  options.quiet = true;
  fit(network.model, {{network.model.image, pixels}, {network.model.label, labels}}, options);
  BOOST_TEST(files("fit") == by_program);
}

BOOST_AUTO_TEST_CASE(the_page_of_a_regression) {
  Regression r;
  FitOptions options{.epochs = 3, .rule = Eve{.learning_rate = 0.0125}, .validation = 10};
  options.out = folder / "it";
  const Fitted fitted = r.fit(options);
  BOOST_TEST(fitted.notes.empty());
  const std::string html = read_file(folder / "it" / "report.html");
  for (const char* part :
       {"<h1>add minimised by eve</h1>", "Run it<", "<dt>learning_rate</dt><dd>0.0125</dd>",
        "<dt>beta3</dt><dd>0.999</dd>", "<dt>batch</dt><dd>16</dd>", "<dt>validation</dt><dd>10</dd>",
        "<dt>epochs</dt><dd>3</dd>", "<figcaption>Loss over the iterations</figcaption>",
        "<figcaption>Loss over the epochs</figcaption>", "<b>42</b><span>parameters",
        "<b>9</b><span>iterations", "hidden/weight</td><td class=\"text\">(2, 8)</td><td>16</td>"})
    BOOST_TEST(holds(html, part), part);
  for (const std::string none : {"ccuracy", "onfusion", "The first layer", "mistakes", "Repeat it", "nan"})
    BOOST_TEST(!holds(html, none), none);
  BOOST_TEST(holds(html, fmt::format("<b>{:.4g}</b><span>validation loss", fitted.history.back().loss)));
  BOOST_TEST(fs::exists(folder / "it" / "plots" / "loss-epochs.svg"));
  BOOST_TEST(!fs::exists(folder / "it" / "plots" / "accuracy-epochs.svg"));
  check_refused<FileError>(
      [&] { RunFolder::open(folder / "it").read_settings(); },
      fmt::format("'{0}' is a run of fit(), whose network its own program alone knows: read "
                  "what it wrote, '{0}/report.html'",
                  (folder / "it").string()));
}

/// Points in a ring around the origin, and inside of it.
struct Rings {
  Graph graph;
  Expr point = graph.input("point", {batch, 2});
  Classifier model = classify(point, declare("dense 8, tanh, dense 2", point).output, {}, {});
  std::vector<float> points, labels;

  Rings() {
    for (int i = 0; i < 120; ++i) {
      const float radius = i % 3 == 0 ? 0.3F : 1.0F, angle = 2.4F * static_cast<float>(i);
      points.insert(points.end(), {radius * std::cos(angle), radius * std::sin(angle)});
      labels.push_back(i % 3 == 0 ? 0.0F : 1.0F);
    }
  }
  Trainable network() const { return {model.loss, model.losses, model.predicted, model.label}; }
  Examples examples() const { return {{point, points}, {model.label, labels}}; }
};

BOOST_AUTO_TEST_CASE(the_page_of_a_classification) {
  Rings r;
  FitOptions options{.epochs = 40, .rule = Adam{.learning_rate = 0.05}, .batch = 16, .validation = 30};
  options.out = folder / "it";
  options.quiet = true;
  Fitted fitted = fit(r.network(), r.examples(), options);
  BOOST_TEST(fitted.history.back().accuracy > 0.9);
  const std::string html = read_file(folder / "it" / "report.html");
  for (const char* part :
       {"minimised by adam</h1>", "<figcaption>Accuracy over the iterations</figcaption>",
        "<figcaption>Accuracy over the epochs</figcaption>",
        "<h3>Classification report, the validation examples</h3>",
        "<figcaption>Confusion matrix on the validation examples, with counts</figcaption>", "macro average"})
    BOOST_TEST(holds(html, part), part);
  BOOST_TEST(holds(
      html, fmt::format("<b>{:.2f} %</b><span>validation accuracy", 100 * fitted.history.back().accuracy)));
  BOOST_TEST(!holds(html, "The first layer"));
}

BOOST_AUTO_TEST_CASE(a_graph_is_trained_again_from_where_it_stood) {
  const FitOptions options{.epochs = 2, .rule = Eve{.learning_rate = 0.02}};
  // One that trains on, to compare with.
  Regression at_once;
  FitOptions longer = options;
  longer.epochs = 4;
  // Each epoch has an order of its own, so that the second call must begin with the third.
  const Fitted whole = at_once.fit(longer);

  Regression r;
  Fitted first = r.fit(options);
  const std::size_t nodes = r.graph.size(), variables = r.graph.variables().size();
  FitOptions again = options;
  again.from = &first.state;
  Fitted second = r.fit(again);
  BOOST_TEST(r.graph.size() == nodes);
  BOOST_TEST(r.graph.variables().size() == variables);
  BOOST_TEST(first.state.step == 8);
  BOOST_TEST(second.state.step == 16);
  BOOST_TEST(second.history.back().loss < first.history.back().loss);
  BOOST_TEST(second.history.front().iteration == 4);
  BOOST_TEST(whole.history.size() == 4U);

  // Without `from` it is the same as in a graph of its own.
  BOOST_TEST(losses_of(r.fit(options)) == losses_of(first));

  // Another number is set in the same step.
  again.rule = Eve{.learning_rate = 1e-9};
  const Fitted slow = r.fit(again);
  BOOST_TEST(r.graph.size() == nodes);
  BOOST_TEST(slow.state["learning_rate"][0] == 1e-9F);
  BOOST_TEST((predict(r.line, second.state, r.examples()) != predict(r.line, first.state, r.examples())));
  const float before = first.state["hidden/weight"][0], after = slow.state["hidden/weight"][0];
  BOOST_TEST(before == after, boost::test_tools::tolerance(1e-5F));
}

BOOST_AUTO_TEST_CASE(another_rule_begins_anew_from_the_parameters_that_are_there) {
  Regression r, alone;
  Fitted first = r.fit({.epochs = 2, .rule = Eve{.learning_rate = 0.02}});
  const FitOptions options{.epochs = 3};
  const std::string expected = losses_of(alone.fit(options));
  BOOST_TEST(losses_of(r.fit(options)) == expected);
  // What was trained before answers as it did.
  BOOST_TEST(evaluate({.loss = r.loss}, first.state, r.examples()).loss < 10);
  FitOptions on = options;
  on.from = &first.state;
  Fitted second = r.fit(on);
  BOOST_TEST(second.history.front().loss < first.history.front().loss);
  BOOST_TEST(second.state.step == 12);

  // Batches that make one update together are flushed by a setting of each step's own.
  FitOptions joined{.epochs = 3};
  joined.minimize.accumulate = 2;
  const std::string of_joined = losses_of(Regression().fit(joined));
  BOOST_TEST(of_joined != expected);
  BOOST_TEST(losses_of(r.fit(joined)) == of_joined);
  BOOST_TEST(losses_of(r.fit(joined)) == of_joined);

  Regression other;
  FitOptions foreign = options;
  foreign.from = &second.state;
  check_refused<GraphError>([&] { other.fit(foreign); },
                            "a state can only be extended by the graph it was initialised from");
}

BOOST_AUTO_TEST_CASE(training_begins_with_parameters_from_a_file) {
  Regression r;
  Fitted first = r.fit({.epochs = 10, .rule = Eve{.learning_rate = 0.02}});
  save(folder / "it", first.state);
  Regression later;
  State<float> state(later.graph, 0);
  load(folder / "it", state);
  FitOptions options{.epochs = 1, .rule = Sgd{.learning_rate = 1e-9}};
  options.drop_last = false;
  options.from = &state;
  const Fitted second = later.fit(options);
  BOOST_TEST(second.history.front().loss == evaluate({.loss = r.loss}, first.state, r.examples()).loss,
             boost::test_tools::tolerance(1e-3));
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
