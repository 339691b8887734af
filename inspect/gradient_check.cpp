#include <gradus/base/error.hpp>
#include <gradus/graph/compile/rewrite.hpp>
#include <gradus/graph/declare/core_ops.hpp>
#include <gradus/graph/declare/gradients.hpp>
#include <gradus/inspect/moved.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <random>

namespace gradus {
namespace {

/// The noise of a difference, ε |y| / h, must stay well below the tolerance times this part of |y|.
constexpr double value_floor = 1e-4;

/// Σ over all y of ȳ · y: the scalar function whose gradient is checked.
struct Projection {
  Exprs y;
  std::vector<Tensor<double>> weights;
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
  /// `derived` holds for each y what flows back from it to each w; their sum is checked.
  Comparison(Graph& graph, const Projection& f, const Exprs& wrt, const std::vector<Exprs>& derived,
             std::span<const Point> at, const GradientCheckOptions& options)
      : graph_(graph),
        f_(f),
        wrt_(wrt),
        derived_(derived),
        options_(options),
        batch_(batch_of(at)),
        state_(graph_, 0) {
    for (const Point& point : at)
      if (as<VariableRead>(point.leaf) != nullptr)
        std::ranges::copy(point.value.span(), state_[point.leaf].data);
    for (const Expr& w : wrt)
      if (as<VariableRead>(w) == nullptr &&
          (as<Input>(w) == nullptr || std::ranges::find(at, w, &Point::leaf) == at.end()))
        throw GraphError(fmt::format(
            "a gradient check moves inputs and variables; '{}' is neither, or has no value", w.name()));
    find_inputs();
    for (const Point& point : at)
      if (std::ranges::find(inputs_, point.leaf) != inputs_.end())
        feeds_.emplace_back(point.leaf, point.value);
    result_.tolerance = options.tolerance;
  }

  GradientCheck run() {
    const Recording at = Recorder<double>(graph_, inputs_, batch_).run(state_, feeds_);
    const std::vector<Tensor<double>> gradients = sums(at);
    std::vector<detail::Weighted> outputs;
    for (std::size_t k = 0; k < f_.y.size(); ++k) {
      at.value(f_.y[k].node());  // which throws where it was not computed
      outputs.emplace_back(&f_.y[k].node(), &f_.weights[k]);
    }
    for (std::size_t i = 0; i < wrt_.size(); ++i) {
      detail::Moved function(wrt_[i].node(), outputs, at);
      compare(wrt_[i], function, gradients[i].span());
    }
    result_.passed = result_.error <= options_.tolerance;
    return result_;
  }

 private:
  /// Of what is computed; a derivative may not read what it is a derivative by, whose batch it has
  /// nevertheless.
  void find_inputs() {
    Exprs computed = wrt_;
    computed.insert(computed.end(), f_.y.begin(), f_.y.end());
    for (const Exprs& each : derived_) computed.insert(computed.end(), each.begin(), each.end());
    const std::vector<char> needed = needed_by(graph_, computed);
    for (std::size_t id = 0; id < graph_.size(); ++id)
      if (needed[id] != 0 && as<Input>(graph_.node(id).op()) != nullptr)
        inputs_.emplace_back(graph_.node(id));
  }

  std::vector<Tensor<double>> sums(const Recording& at) {
    std::vector<Tensor<double>> total;
    for (const Expr& w : wrt_) total.emplace_back(w.shape().at(batch_));
    const auto add = [&](std::size_t i, std::span<const double> values) {
      std::ranges::transform(total[i].span(), values, total[i].data(), std::plus());
    };
    if (!options_.passes) {
      for (const Exprs& each : derived_)
        for (std::size_t i = 0; i < each.size(); ++i) add(i, at.value(each[i].node()).span());
      return total;
    }
    Exprs outputs = inputs_;
    for (const Exprs& each : derived_) outputs.insert(outputs.end(), each.begin(), each.end());
    const auto program = compile<double>(graph_, outputs, {.capacity = batch_});
    const Results<double> results = program.run(state_, feeds_);
    for (const Exprs& each : derived_)
      for (std::size_t i = 0; i < each.size(); ++i) add(i, results[each[i]].span());
    return total;
  }

  void compare(Expr w, detail::Moved& function, std::span<const double> derived) {
    double scale = 0;
    for (const double value : derived) scale = std::max(scale, std::abs(value));
    std::vector<CheckedElement> elements;
    double norms[3] = {};
    for (std::size_t j = 0; j < derived.size(); ++j) {
      elements.push_back(function.check(static_cast<Index>(j), derived[j], detail::gradient_floor * scale));
      const double nearest = elements.back().nearest();
      norms[0] += derived[j] * derived[j];
      norms[1] += nearest * nearest;
      norms[2] += (derived[j] - nearest) * (derived[j] - nearest);
    }
    for (const CheckedElement& element : elements) scale = std::max(scale, std::abs(element.nearest()));
    const double floor = value_floor * function.largest_value();
    const auto difference = [](const CheckedElement& element) {
      return std::abs(element.derived - element.nearest());
    };
    const CheckedElement* farthest = &elements.front();
    for (const CheckedElement& element : elements) {
      if (!(difference(element) <= difference(*farthest))) farthest = &element;
      note(w, element, element.relative_error(std::max(detail::gradient_floor * scale, floor)));
    }
    const double norm = std::max({std::sqrt(norms[0]), std::sqrt(norms[1]), floor});
    note(w, *farthest, norms[2] == 0 ? 0 : std::sqrt(norms[2]) / norm);
  }

  void note(Expr w, const CheckedElement& element, double error) {
    // A number that is not finite is as wrong as can be.
    if (!std::isfinite(error)) error = std::numeric_limits<double>::infinity();
    if (error < result_.error || (error == result_.error && !result_.of.empty())) return;
    result_.error = error;
    result_.of = w.name();
    result_.position = element.position;
    result_.derived = element.derived;
    result_.numeric = element.nearest();
  }

  Graph& graph_;
  const Projection& f_;
  const Exprs& wrt_;
  const std::vector<Exprs>& derived_;
  const GradientCheckOptions& options_;
  Index batch_;
  State<double> state_;
  Exprs inputs_;
  std::vector<Feed<double>> feeds_;
  GradientCheck result_;
};

/// An input of the graph for a direction: its shape may have the batch.
Expr direction_input(Graph& graph, const Shape& shape) {
  const auto guard = graph.enter({"gradient_check", {Section::forward}, SourceLocation::unknown()});
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
  return Comparison(y.graph(), f, wrt, {derived}, at, options).run();
}

GradientCheck check_gradient(Expr y, const Exprs& wrt, std::span<const Point> at,
                             const GradientCheckOptions& options) {
  std::mt19937_64 random(options.seed);
  std::vector<Point> points(at.begin(), at.end());
  const Direction ybar = direction(y, batch_of(at), random);
  points.push_back({ybar.expr, ybar.value});
  const Exprs derived = vector_jacobian(y, ybar.expr, wrt, Unused::zeros);
  return Comparison(y.graph(), Projection{{y}, {ybar.value}}, wrt, {derived}, points, options).run();
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
  return Comparison(y.graph(), f, wrt, derived, points, options).run();
}

}  // namespace gradus
