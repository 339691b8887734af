#include <gradus/graph/compile/schedule.hpp>
#include <gradus/inspect/profile.hpp>
#include <gradus/models/classifier.hpp>
#include <gradus/ops/ops.hpp>
#include <gradus/optim/minimize.hpp>
#include <gradus/optim/rules/sgd.hpp>

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <map>
#include <numeric>

using namespace gradus;

namespace {

constexpr Index examples = 256;

/// 784-64-10, by SGD.
struct Net {
  Graph graph;
  Classifier model = classifier(graph, "dense 64, sigmoid, dense 10");
  Expr step = minimize(model.loss, Sgd{});
  std::vector<float> images;
  std::vector<float> labels;
  State<float> state;

  Net() : state(initialise(graph, 1)) {
    for (Index i = 0; i < examples * 784; ++i) images.push_back(std::sin(static_cast<float>(i)));
    for (Index i = 0; i < examples; ++i) labels.push_back(static_cast<float>(i % 10));
  }

  Program<float> compiled(int threads) const {
    CompileOptions options;
    options.capacity = examples;
    options.threads = threads;
    options.least_work = 0;
    return compile<float>(graph, {model.loss, step}, options);
  }

  ProfiledRun run(const Program<float>& program, Timeline& timeline, Index size) {
    const std::array<Feed<float>, 2> feeds{
        Feed<float>{model.image, std::span(images).first(static_cast<std::size_t>(size * 784))},
        Feed<float>{model.label, std::span(labels).first(static_cast<std::size_t>(size))}};
    const std::int64_t begin = Timeline::now();
    program.run(state, feeds, &timeline);
    return {size, begin, Timeline::now()};
  }
};

/// Works of the stages of one op, by their operations.
std::map<double, Work> works_of(const Program<float>& program, std::string_view op, Index batch) {
  std::map<double, Work> works;
  for (const Stage& stage : program.schedule().stages)
    if (!stage.tiled && stage.nodes.front()->op().name() == op) {
      const Work work = work_of(stage, program.memory(), batch, sizeof(float));
      works.emplace(work.operations, work);
    }
  return works;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(profiles, Net)

BOOST_AUTO_TEST_CASE(operations_and_bytes_of_a_known_network) {
  const Program<float> program = compiled(1);
  // Forward, and what flows back into the hidden layer, which takes as many as the second product.
  const auto products = works_of(program, "matmul", 256);
  BOOST_TEST_REQUIRE(products.contains(2.0 * 256 * 784 * 64));
  BOOST_TEST_REQUIRE(products.contains(2.0 * 256 * 64 * 10));
  BOOST_TEST(products.size() == 2U);
  BOOST_TEST(products.at(2.0 * 256 * 784 * 64).bytes == 4.0 * (256 * 784 + 784 * 64 + 256 * 64));
  // W − η xᵀ δ, where W lies.
  const auto updates = works_of(program, "product_update", 256);
  const double first = 2.0 * 256 * 784 * 64 + 2.0 * 784 * 64;
  BOOST_TEST_REQUIRE(updates.contains(first));
  BOOST_TEST_REQUIRE(updates.contains(2.0 * 256 * 64 * 10 + 2.0 * 64 * 10));
  BOOST_TEST(updates.at(first).bytes == 4.0 * (2 * 784 * 64 + 1 + 256 * 784 + 256 * 64));
  BOOST_TEST(works_of(program, "matmul", 100).contains(2.0 * 100 * 784 * 64));
}

BOOST_AUTO_TEST_CASE(what_stays_in_a_tile_is_no_traffic) {
  Graph g;
  const Expr x = g.input("x", {batch, 100});
  const Expr b = g.parameter("b", {100}, zeros());
  const Expr y = tanh(relu(x + b) * x).named("y");
  const Program<float> program = compile<float>(g, {y}, {.capacity = 8});
  const auto& stages = program.schedule().stages;
  const auto tiled = std::ranges::find_if(stages, &Stage::tiled);
  BOOST_TEST_REQUIRE((tiled != stages.end()));
  const Work work = work_of(*tiled, program.memory(), 8, sizeof(float));
  BOOST_TEST(work.bytes == 4.0 * (800 + 100 + 800));
  BOOST_TEST(work.operations == 4 * 800);
  const StageName name = name_of(*tiled, program.memory());
  BOOST_TEST(name.node->name() == "y");
  BOOST_TEST(name.ops == "add, relu, multiply, tanh");
}

BOOST_AUTO_TEST_CASE(all_that_is_told_adds_up_to_the_time_of_the_threads) {
  for (const int threads : {1, 2}) {
    const Program<float> program = compiled(threads);
    Timeline timeline(threads);
    std::vector<ProfiledRun> runs;
    for (const Index size : {Index{256}, Index{256}, Index{100}})
      runs.push_back(run(program, timeline, size));
    const Profile profile = gradus::profile(program, timeline, runs);
    BOOST_TEST(profile.runs == 3U);
    BOOST_TEST(profile.stages.size() == program.schedule().stages.size());
    double stages = 0;
    for (const Profile::OfStage& of : profile.stages) {
      stages += of.time;
      BOOST_TEST(of.time > 0);
      BOOST_TEST(of.longest <= of.time * (1 + 1e-9));
      BOOST_TEST(of.longest >= of.time / threads * (1 - 1e-9));
      BOOST_TEST(of.longest < profile.mean);
    }
    BOOST_TEST(stages < threads * profile.mean);
    BOOST_TEST(profile.waiting > 0);
    BOOST_TEST(profile.part(stages + profile.feeding + profile.checking + profile.waiting) == 1,
               boost::test_tools::tolerance(1e-9));
  }
}

BOOST_AUTO_TEST_CASE(means_of_a_timeline_by_hand) {
  const Program<float> program = compiled(2);
  Timeline timeline(2);
  timeline.note(0, {Interval::feeding, 1'000, 2'000});
  timeline.note(0, {0, 2'000, 5'000});
  timeline.note(1, {0, 3'000, 4'000});
  timeline.note(0, {1, 5'000, 6'000});
  timeline.note(0, {Interval::checking, 10'000, 12'000});
  timeline.note(0, {0, 12'000, 13'000});
  timeline.note(1, {0, 12'000, 17'000});
  const std::vector<ProfiledRun> runs{{256, 1'000, 7'000}, {128, 10'000, 18'000}};
  const Profile profile = gradus::profile(program, timeline, runs);
  BOOST_TEST(profile.mean == 7);
  BOOST_TEST(profile.stages[0].time == (3 + 1 + 1 + 5) / 2.0);
  BOOST_TEST(profile.stages[0].longest == (3 + 5) / 2.0);
  BOOST_TEST(profile.stages[1].time == 0.5);
  BOOST_TEST(profile.stages[1].longest == 0.5);
  BOOST_TEST(profile.feeding == 0.5);
  BOOST_TEST(profile.checking == 1);
  BOOST_TEST(profile.waiting == 2 * 7 - 5 - 0.5 - 0.5 - 1);
  const Stage& stage = program.schedule().stages[0];
  BOOST_TEST(profile.stages[0].work.operations == (work_of(stage, program.memory(), 256, 4).operations +
                                                   work_of(stage, program.memory(), 128, 4).operations) /
                                                      2);
}

BOOST_AUTO_TEST_SUITE_END()
