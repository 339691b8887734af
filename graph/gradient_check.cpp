#include <gradus/base/error.hpp>
#include <gradus/graph/core_ops.hpp>
#include <gradus/graph/difference.hpp>
#include <gradus/graph/gradient_check.hpp>
#include <gradus/graph/gradients.hpp>
#include <gradus/graph/program.hpp>
#include <gradus/graph/rewrite.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

namespace gradus {
namespace {

/// Below this part of the largest element of a gradient, elements are compared with that part itself.
constexpr double gradient_floor = 1e-4;

/// The noise of a difference, ε |y| / h, must stay well below the tolerance times this part of |y|.
constexpr double value_floor = 1e-4;

/// Σ over all y of ȳ · y: the scalar function whose gradient is checked.
struct Projection {
  Exprs y;
  std::vector<Tensor<double>> weights;
};

/// Moves leaves about and computes expressions there.
class Evaluator {
 public:
  Evaluator(Graph& graph, const Exprs& wanted, std::span<const Point> at, Index batch, bool passes)
      : at_(at.begin(), at.end()), program_(compiled(graph, wanted, batch, passes)), state_(graph, 0) {
    const std::vector<char> needed = needed_by(graph, wanted);
    for (Point& point : at_)
      if (as<Stored>(point.leaf) != nullptr)
        std::ranges::copy(point.value.span(), state_[point.leaf].data);
      else if (needed[point.leaf.node().id()] != 0)
        feeds_.emplace_back(point.leaf, point.value);
  }

  /// The numbers of an input or variable, for moving them.
  View<double> numbers(Expr leaf) {
    if (as<Stored>(leaf) != nullptr) return state_[leaf];
    for (Point& point : at_)
      if (point.leaf == leaf) return point.value.view();
    throw GraphError(fmt::format(
        "a gradient check moves inputs and variables; '{}' is neither, or has no value", leaf.name()));
  }

  Results<double> run() { return program_.run(state_, feeds_); }

 private:
  static Program<double> compiled(const Graph& graph, const Exprs& wanted, Index batch, bool passes) {
    CompileOptions options;
    options.capacity = batch;
    options.passes = passes;
    return compile<double>(graph, wanted, options);
  }

  std::vector<Point> at_;
  std::vector<Feed<double>> feeds_;
  Program<double> program_;
  State<double> state_;
};

Index batch_of(std::span<const Point> at) {
  for (const Point& point : at)
    if (const Shape& shape = point.leaf.shape(); shape.has_batch())
      return point.value.extents()[shape.batch_axis()];
  return 1;
}

Tensor<double> random_direction(const Extents& extents, std::mt19937_64& random) {
  Tensor<double> result(extents);
  // Away from zero, so that no element's error is hidden.
  for (double& value : result.span()) {
    const double u = static_cast<double>(random() >> 11U) * 0x1p-53;
    value = u < 0.5 ? -1.5 + u * 2 : u;
  }
  return result;
}

class Comparison {
 public:
  Comparison(const Projection& f, const Exprs& wrt, std::span<const Point> at,
             const GradientCheckOptions& options)
      : f_(f), wrt_(wrt), at_(at.begin(), at.end()), options_(options), batch_(batch_of(at)) {
    result_.tolerance = options.tolerance;
  }

  /// `derived` holds for each y what flows back from it to each w; their sum is checked.
  GradientCheck run(Graph& graph, const std::vector<Exprs>& derived) {
    const std::vector<Tensor<double>> gradient = sums(graph, derived);
    Evaluator function(graph, with_leaves(f_.y), at_, batch_, options_.passes);
    const double value_scale = largest_value(function);
    for (std::size_t i = 0; i < wrt_.size(); ++i) {
      const View<double> x = function.numbers(wrt_[i]);
      Tensor<double> numeric(x.extents);
      for (Index j = 0; j < x.size(); ++j) numeric[j] = difference(function, x[j]);
      compare(wrt_[i], gradient[i].span(), numeric.span(), value_floor * value_scale);
    }
    result_.passed = result_.error <= options_.tolerance;
    return result_;
  }

 private:
  std::vector<Tensor<double>> sums(Graph& graph, const std::vector<Exprs>& derived) const {
    Exprs wanted;
    for (const Exprs& each : derived) wanted.insert(wanted.end(), each.begin(), each.end());
    Evaluator evaluator(graph, with_leaves(wanted), at_, batch_, options_.passes);
    const Results<double> results = evaluator.run();
    std::vector<Tensor<double>> total;
    for (const Expr& w : wrt_) total.emplace_back(w.shape().at(batch_));
    for (const Exprs& each : derived)
      for (std::size_t i = 0; i < each.size(); ++i) {
        const View<const double> values = results[each[i]];
        for (Index j = 0; j < values.size(); ++j) total[i][j] += values[j];
      }
    return total;
  }

  /// A derivative may not read what it is a derivative by, whose batch it has nevertheless.
  Exprs with_leaves(Exprs wanted) const {
    wanted.insert(wanted.end(), wrt_.begin(), wrt_.end());
    return wanted;
  }

  double largest_value(Evaluator& function) const {
    const Results<double> results = function.run();
    double largest = 0;
    for (std::size_t k = 0; k < f_.y.size(); ++k) {
      const View<const double> y = results[f_.y[k]];
      for (Index i = 0; i < y.size(); ++i) largest = std::max(largest, std::abs(f_.weights[k][i] * y[i]));
    }
    return largest;
  }

  /// Differences are taken before the projection: what does not move then adds no noise.
  double difference(Evaluator& function, double& x) {
    const double before = x;
    const double step = options_.step * std::max(1.0, std::abs(before));
    const Difference found = extrapolated_difference(step, [&](double h) {
      x = before + h;
      const double right = x;
      remember(function.run());
      x = before - h;
      return change(function.run()) / (right - x);
    });
    x = before;
    return found.slope;
  }

  void remember(const Results<double>& results) {
    right_.clear();
    for (const Expr& y : f_.y) {
      const View<const double> values = results[y];
      right_.insert(right_.end(), values.data, values.data + values.size());
    }
  }

  double change(const Results<double>& results) const {
    double sum = 0;
    std::size_t at = 0;
    for (std::size_t k = 0; k < f_.y.size(); ++k) {
      const View<const double> left = results[f_.y[k]];
      for (Index i = 0; i < left.size(); ++i) sum += f_.weights[k][i] * (right_[at++] - left[i]);
    }
    return sum;
  }

  void compare(Expr w, std::span<const double> derived, std::span<const double> numeric, double floor) {
    double scale = 0;
    double norms[3] = {};
    for (std::size_t j = 0; j < derived.size(); ++j) {
      scale = std::max({scale, std::abs(derived[j]), std::abs(numeric[j])});
      norms[0] += derived[j] * derived[j];
      norms[1] += numeric[j] * numeric[j];
      norms[2] += (derived[j] - numeric[j]) * (derived[j] - numeric[j]);
    }
    std::size_t farthest = 0;
    for (std::size_t j = 0; j < derived.size(); ++j) {
      const double apart = std::abs(derived[j] - numeric[j]);
      if (!(apart <= std::abs(derived[farthest] - numeric[farthest]))) farthest = j;
      const double size =
          std::max({std::abs(derived[j]), std::abs(numeric[j]), gradient_floor * scale, floor});
      note(w, j, apart, size, derived[j], numeric[j]);
    }
    const double norm = std::max({std::sqrt(norms[0]), std::sqrt(norms[1]), floor});
    note(w, farthest, std::sqrt(norms[2]), norm, derived[farthest], numeric[farthest]);
  }

  void note(Expr w, std::size_t position, double apart, double size, double derived, double numeric) {
    // A number that is not finite is as wrong as can be.
    double error = apart == 0 ? 0 : apart / size;
    if (!std::isfinite(error)) error = std::numeric_limits<double>::infinity();
    if (error < result_.error || (error == result_.error && !result_.of.empty())) return;
    result_.error = error;
    result_.of = w.name();
    result_.position = static_cast<Index>(position);
    result_.derived = derived;
    result_.numeric = numeric;
  }

  const Projection& f_;
  const Exprs& wrt_;
  std::vector<Point> at_;
  const GradientCheckOptions& options_;
  Index batch_;
  std::vector<double> right_;
  GradientCheck result_;
};

/// An input of the graph for a direction: its shape may have the batch.
Expr direction_input(Graph& graph, const Shape& shape) {
  const auto guard = graph.enter({"gradient_check", Section::forward, {}, Here::unknown()});
  std::string name;
  for (std::size_t i = 0; name.empty() || graph.contains("gradient_check/" + name); ++i)
    name = fmt::format("direction_{}", i);
  return graph.input(name, shape);
}

struct Direction {
  Expr expr;
  Tensor<double> value;
};

Direction direction(Expr y, Index batch, std::mt19937_64& random) {
  Direction result{direction_input(y.graph(), y.shape()), Tensor<double>(y.shape().at(batch))};
  if (y.shape().is_scalar())
    result.value[0] = 1;
  else
    result.value = random_direction(result.value.extents(), random);
  return result;
}

}  // namespace

std::string to_string(const GradientCheck& check) {
  return fmt::format(
      "largest relative error {:.2g} (tolerance {:.0e}) at '{}'[{}]: derived {:.12g}, numeric {:.12g}",
      check.error, check.tolerance, check.of, check.position, check.derived, check.numeric);
}

GradientCheck check_gradient(Expr y, const Exprs& wrt, const Exprs& derived, std::span<const Point> at,
                             const GradientCheckOptions& options) {
  if (!y.shape().is_scalar())
    throw GraphError(fmt::format("derivatives of '{}' {} are checked as given, so it must be a scalar",
                                 y.name(), to_string(y.shape())));
  Projection f{{y}, {}};
  f.weights.emplace_back(Extents{})[0] = 1;
  return Comparison(f, wrt, at, options).run(y.graph(), {derived});
}

GradientCheck check_gradient(Expr y, const Exprs& wrt, std::span<const Point> at,
                             const GradientCheckOptions& options) {
  std::mt19937_64 random(options.seed);
  std::vector<Point> points(at.begin(), at.end());
  const Direction ybar = direction(y, batch_of(at), random);
  points.push_back({ybar.expr, ybar.value});
  const Exprs derived = vector_jacobian(y, ybar.expr, wrt, Unused::zeros);
  return Comparison(Projection{{y}, {ybar.value}}, wrt, points, options).run(y.graph(), {derived});
}

GradientCheck check_second_gradient(Expr y, const Exprs& wrt, std::span<const Point> at,
                                    const GradientCheckOptions& options) {
  std::mt19937_64 random(options.seed);
  const Index batch = batch_of(at);
  std::vector<Point> points(at.begin(), at.end());
  const Direction ybar = direction(y, batch, random);
  points.push_back({ybar.expr, ybar.value});
  Projection f{vector_jacobian(y, ybar.expr, wrt, Unused::zeros), {}};
  std::vector<Exprs> derived;
  for (const Expr& gradient : f.y) {
    const Expr v = direction_input(y.graph(), gradient.shape());
    f.weights.push_back(random_direction(gradient.shape().at(batch), random));
    points.push_back({v, f.weights.back()});
    derived.push_back(vector_jacobian(gradient, v, wrt, Unused::zeros));
  }
  return Comparison(f, wrt, points, options).run(y.graph(), derived);
}

}  // namespace gradus
