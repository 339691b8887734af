#include "elementwise.hpp"

#include <fmt/format.h>

#include <cmath>
#include <gradus/graph/run/program.hpp>
#include <gradus/ops/ops.hpp>
#include <gradus/optim/rules/adam.hpp>
#include <memory>
#include <stdexcept>

#include "floor_parts.hpp"
#include "team.hpp"

namespace gradus::bench {
namespace {

constexpr double learning_rate = 0.001;

float x_at(Index i) { return std::sin(static_cast<float>(i)); }
float w_at(Index i) { return 1 + std::cos(static_cast<float>(i)); }

void verify(const std::string& who, const float* got, Index n, const std::function<double(Index)>& expected) {
  for (Index i = 0; i < n; ++i)
    if (!(std::abs(static_cast<double>(got[i]) - expected(i)) <= 2e-6))
      throw std::runtime_error(fmt::format("{}: number {} is {}, not {}", who, i, got[i], expected(i)));
}

double chain(Index i) {
  const auto x = static_cast<double>(x_at(i));
  const double z = x * static_cast<double>(w_at(i)) + 0.5;
  return z / (1 + std::exp(-z)) + 0.1 * x;
}

/// w after the first update, whose m̂ / √ŝ is the gradient's sign.
double updated(Index i) {
  const auto g = static_cast<double>(x_at(i));
  return static_cast<double>(w_at(i)) - learning_rate * g / (std::abs(g) + adam_epsilon);
}

void fill(float* to, Index n, float (*at)(Index)) {
  for (Index i = 0; i < n; ++i) to[i] = at(i);
}

/// A graph of variables that are read and assigned, and what it was compiled to.
struct Assigned {
  Graph graph;
  std::unique_ptr<Program<float>> program;
  std::unique_ptr<State<float>> state;

  void compile_step(const Exprs& assignments, int threads) {
    const Expr loss = graph.parameter("loss", {});
    CompileOptions options;
    options.threads = threads;
    program = std::make_unique<Program<float>>(compile(graph, {train_step(loss, assignments)}, options));
    state = std::make_unique<State<float>>(initialise(graph, 1));
  }
  void run() const { program->run(*state, {}); }
};

/// What is declared from now on belongs to an update, as in minimize(): nothing of it is kept to be looked at
/// before it is assigned.
auto in_update(Graph& graph) {
  return graph.enter({graph.context().scope, {Section::update}, SourceLocation::current()});
}

struct Arrays {
  Eigen::ArrayXf x, w, y, z;
  Team team;
  int steps = 0;
  Arrays(Index n, int threads) : x(n), w(n), y(Eigen::ArrayXf::Zero(n)), z(y), team(threads) {
    fill(x.data(), n, x_at), fill(w.data(), n, w_at);
  }
};

}  // namespace

std::function<void()> chain_by_gradus(int threads) {
  const auto job = std::make_shared<Assigned>();
  const Expr x = job->graph.parameter("x", {chain_size}), w = job->graph.parameter("w", {chain_size}),
             y = job->graph.parameter("y", {chain_size});
  const auto update = in_update(job->graph);
  const Expr z = x * w + 0.5;
  job->compile_step({assign(y, z * sigmoid(z) + 0.1 * x)}, threads);
  fill((*job->state)["x"].data, chain_size, x_at), fill((*job->state)["w"].data, chain_size, w_at);
  job->run();
  verify("the chain by gradus", (*job->state)["y"].data, chain_size, chain);
  return [job] { job->run(); };
}

std::function<void()> chain_by_hand(int threads) {
  const auto job = std::make_shared<Arrays>(chain_size, threads);
  const auto run = [job] {
    job->team.run([&](int thread) {
      const Part part = part_of(chain_size, job->team.threads(), thread);
      using Lanes = Eigen::Array<float, lane_count, 1>;
      for (Index i = part.begin; i < part.end; i += lane_count) {
        const Lanes x = job->x.segment<lane_count>(i);
        const Lanes z = x * job->w.segment<lane_count>(i) + 0.5F;
        job->y.segment<lane_count>(i) = z * z.logistic() + 0.1F * x;
      }
    });
  };
  run();
  verify("the chain by hand", job->y.data(), chain_size, chain);
  return run;
}

std::function<void()> adam_by_gradus(int threads) {
  const auto job = std::make_shared<Assigned>();
  const Expr w = job->graph.parameter("w", {adam_size}), g = job->graph.parameter("g", {adam_size});
  const auto update = in_update(job->graph);
  Slots slots(job->graph, {}, {}, {});
  Adam{.learning_rate = learning_rate}.update(slots, w, g);
  job->compile_step(slots.assignments(), threads);
  fill((*job->state)["g"].data, adam_size, x_at), fill((*job->state)["w"].data, adam_size, w_at);
  job->run();
  verify("Adam's update by gradus", (*job->state)["w"].data, adam_size, updated);
  return [job] { job->run(); };
}

std::function<void()> adam_by_hand(int threads) {
  constexpr Index whole = (adam_size + lane_count - 1) / lane_count * lane_count;
  const auto job = std::make_shared<Arrays>(whole, threads);
  const auto run = [job] {
    const AdamRule rule(learning_rate, ++job->steps);
    job->team.run([&](int thread) {
      const Part part = part_of(whole, job->team.threads(), thread);
      const Index i = part.begin;
      rule.update(job->w.data() + i, job->y.data() + i, job->z.data() + i, job->x.data() + i, part.size());
    });
  };
  run();
  verify("Adam's update by hand", job->w.data(), adam_size, updated);
  return run;
}

}  // namespace gradus::bench
