#include <gradus/ops/ops.hpp>
#include <gradus/tests/oracle/graphs/grower.hpp>

#include <cmath>
#include <limits>
#include <numeric>

namespace gradus::oracle {
namespace {

constexpr std::uint32_t stream = 0x0CAC1E;

/// Seed 1, step 0.
constexpr std::array<double, RandomKey::size> key_of_runs{1};

/// Every leaf is a float, so that a program in float sees the same numbers as one in double.
double as_float(double value) { return static_cast<double>(static_cast<float>(value)); }

}  // namespace

Grower::Grower(const Recipe& recipe) : counter_(recipe.seed, stream, 0) {
  result_.recipe = recipe;
  using enum Size;
  size_ = recipe.sizes.empty()
              ? one_of({small, small, small, small, small, small, small, small, small, small,
                        small, small, small, small, small, small, wide,  wide,  wide,  large})
              : one_of(recipe.sizes);
  room_ = size_ == small || size_ == extreme ? 1500 : size_ == wide ? 6000 : 40000;
  result_.batch_size = size_ == small || size_ == extreme
                           ? one_of({Index{1}, Index{2}, whole(1, 5), whole(1, 20)})
                       : size_ == wide ? whole(1, 40)
                                       : whole(100, 5000);
  result_.mode = chance(0.5) ? Mode::training : Mode::inference;
  values_.emplace(graph(), batch_size(), mode());
}

Index Grower::whole(Index low, Index high) {
  return low + static_cast<Index>(counter_.below(static_cast<std::uint32_t>(high - low + 1)));
}

Index Grower::extent() {
  if (size_ == Size::wide && chance(0.3)) return whole(6, 70);
  return one_of({Index{1}, whole(1, 3), whole(2, 5)});
}

Shape Grower::shape() {
  std::vector<Dim> dims(static_cast<std::size_t>(one_of({whole(0, 2), whole(1, 3), whole(0, 5)})));
  for (Dim& dim : dims) dim = extent();
  if (!dims.empty() && chance(0.6)) dims[chance(0.1) ? dims.size() - 1 : 0] = batch;
  while (!fits(shape_of(dims))) {
    Dim& dim = dims[static_cast<std::size_t>(whole(0, static_cast<Index>(dims.size()) - 1))];
    if (!dim.is_batch()) dim = std::max<Index>(1, dim.at(1) / 2);
  }
  return shape_of(dims);
}

Shape Grower::matrix_shape() {
  const Index columns = std::min(extent() + 1, room_ / batch_size());
  if (chance(0.1)) return {columns, batch};
  return chance(0.6) ? Shape{batch, columns} : Shape{extent(), extent()};
}

Shape Grower::image_shape() {
  const Index pixels = std::max<Index>(1, room_ / batch_size());
  Index rows = size_ == Size::wide ? whole(3, 12) : whole(2, 7);
  Index columns = size_ == Size::wide ? whole(3, 12) : whole(2, 7);
  Index channels = whole(1, 4);
  while (channels * rows * columns > pixels) {
    if (channels > 1)
      --channels;
    else
      rows = columns = std::max<Index>(1, std::min(rows, columns) - 1);
  }
  return {batch, channels, rows, columns};
}

Expr Grower::declare(const std::string& name, const Shape& shape) {
  if (shape.has_batch()) return graph().input(name, shape);
  switch (whole(0, shape.is_scalar() ? 3 : 2)) {
    case 0:
      return graph().input(name, shape);
    case 1:
      return graph().optimizer_state(name, shape);
    case 2:
      return graph().parameter(name, shape);
    default:
      return graph().hyper_parameter(name, 0);
  }
}

Expr Grower::source(const Shape& shape, std::vector<double> numbers, Role role) {
  const Expr made = declare("leaf" + std::to_string(result_.sources.size()), shape);
  result_.sources.push_back(made);
  if (role != Role::smooth) result_.exact.push_back(made);
  if (role == Role::smooth || role == Role::tied) result_.wrt.push_back(made);
  if (role == Role::direction) result_.directions.push_back(made);
  fed_.push_back(std::move(numbers));
  return made;
}

Expr Grower::leaf_where(const Shape& shape, double low, double high,
                        const std::function<bool(double, Index)>& good) {
  std::vector<double> numbers(static_cast<std::size_t>(count(shape)));
  for (std::size_t i = 0; i < numbers.size(); ++i) do
      numbers[i] = as_float(real(low, high));
    while (!good(numbers[i], static_cast<Index>(i)));
  return source(shape, std::move(numbers), Role::smooth);
}

double Grower::drawn(double low, double high) {
  if (!extreme() || chance(0.6)) return as_float(real(low, high));
  constexpr double infinity = std::numeric_limits<double>::infinity();
  return as_float(
      one_of({0.0,  -0.0,  infinity, -infinity, std::nan(""), 1e-45,  -1e-40, 1e-38, 1e-20, 1e20, -3e38,
              88.0, -89.0, -104.0,   710.0,     -710.0,       -746.0, 1.0,    -1.0,  0.5,   3.0}));
}

Expr Grower::leaf(const Shape& shape, double low, double high) {
  if (!shape.has_batch() && chance(0.1)) {
    if (chance(0.5)) return graph().constant(drawn(low, high), shape);
    std::vector<double> numbers(static_cast<std::size_t>(count(shape)));
    for (double& number : numbers) number = drawn(low, high);
    return graph().constant(std::move(numbers), shape);
  }
  std::vector<double> numbers(static_cast<std::size_t>(count(shape)));
  for (double& number : numbers) number = drawn(low, high);
  return source(shape, std::move(numbers), Role::smooth);
}

Expr Grower::whole_leaf(const Shape& shape, Index low, Index high) {
  return source(shape, whole_numbers(shape, low, high), Role::label);
}

Expr Grower::tied_leaf(const Shape& shape) { return source(shape, whole_numbers(shape, -2, 2), Role::tied); }

std::vector<double> Grower::whole_numbers(const Shape& shape, Index low, Index high) {
  std::vector<double> numbers(static_cast<std::size_t>(count(shape)));
  for (double& number : numbers) number = static_cast<double>(whole(low, high));
  return numbers;
}

Expr Grower::distinct_leaf(const Shape& shape, const std::vector<std::size_t>& axes) {
  const Extents extents = shape.at(batch_size());
  std::vector<double> numbers(static_cast<std::size_t>(extents.count()));
  // Elements are told apart by their position in `axes`, and grouped by that in all others.
  std::vector<std::vector<std::size_t>> groups(numbers.size());
  for (Index i = 0; i < extents.count(); ++i) {
    Index group = 0;
    Index rest = i;
    Index stride = 1;
    for (std::size_t axis = extents.rank; axis-- > 0;) {
      if (std::ranges::find(axes, axis) == axes.end()) group += rest % extents[axis] * stride;
      rest /= extents[axis];
      stride *= extents[axis];
    }
    groups[static_cast<std::size_t>(group)].push_back(static_cast<std::size_t>(i));
  }
  for (std::vector<std::size_t>& group : groups) {
    const double centre = 0.5 * static_cast<double>(group.size());
    for (std::size_t left = group.size(); left > 0; --left) {
      std::swap(group[left - 1], group[static_cast<std::size_t>(whole(0, static_cast<Index>(left) - 1))]);
      numbers[group[left - 1]] =
          as_float(0.125 * (static_cast<double>(left) - centre) + real(-0.0125, 0.0125));
    }
  }
  return source(shape, std::move(numbers), Role::smooth);
}

Expr Grower::any() {
  // The last values more often, so that graphs grow deep as well as wide.
  if (kept_.empty() || chance(0.12)) return leaf(shape());
  return chance(0.4) ? kept_.back() : one_of(kept_);
}

Expr Grower::any(const std::function<bool(const Shape&)>& good, const std::function<Expr()>& otherwise) {
  Exprs found;
  for (const Expr& x : kept_)
    if (good(x.shape())) found.push_back(x);
  return found.empty() || chance(0.1) ? otherwise() : one_of(found);
}

Expr Grower::with_axes(std::size_t at_least) {
  return any([&](const Shape& s) { return s.rank() >= at_least; },
             [&] {
               Shape drawn = shape();
               while (drawn.rank() < at_least) drawn = shape();
               return leaf(drawn);
             });
}

Expr Grower::rows() {
  return any([](const Shape& s) { return s.rank() > 0 && !s.back().is_batch(); },
             [&] {
               Shape drawn = shape();
               while (drawn.rank() == 0 || drawn.back().is_batch()) drawn = shape();
               return leaf(drawn);
             });
}

Expr Grower::matrix() {
  return any([](const Shape& s) { return s.rank() == 2; }, [&] { return leaf(matrix_shape()); });
}

Expr Grower::images() {
  return any(
      [](const Shape& s) {
        return s.rank() == 4 && s[0] == batch && !s[1].is_batch() && !s[2].is_batch() && !s[3].is_batch();
      },
      [&] { return leaf(image_shape()); });
}

Expr Grower::like(const Expr& x) {
  return any([&](const Shape& s) { return s == x.shape(); }, [&] { return leaf(x.shape()); });
}

Expr Grower::beside(const Expr& x) {
  if (chance(0.1)) return x;
  if (chance(0.1)) return graph().constant(one_of({0.0, 1.0, -1.0, 2.0, 0.5, as_float(real(-2, 2))}));
  const auto joins = [&](const Shape& s) {
    try {
      const Shape both = broadcast_shape(x.shape(), s);
      return fits(both) && std::ranges::count_if(both.dims(), [](Dim d) { return d.is_batch(); }) <= 1;
    } catch (const Mismatch&) {
      return false;
    }
  };
  return any(joins, [&] {
    std::vector<Dim> dims = dims_of(x.shape());
    const Index fewer = whole(0, static_cast<Index>(dims.size()));
    if (chance(0.6)) dims.erase(dims.begin(), dims.begin() + fewer);
    for (Dim& dim : dims)
      if (chance(0.25)) dim = 1;
    return leaf(shape_of(dims));
  });
}

Expr Grower::positive(const Expr& x) {
  if (extreme() && chance(0.5)) return x;
  switch (whole(0, 7)) {
    case 0:
      return square(x) + as_float(real(0.3, 2));
    case 1:
      return exp(0.5 * x);
    case 2:
      return sigmoid(x);
    case 3:
      return softplus(x);
    case 4:
      return x.shape().rank() > 0 && !x.shape().back().is_batch() ? softmax(x) : abs(x) + 0.3;
    case 5:
      return 1.0 + exp(x);
    case 6:
      return 1.0 - sigmoid(x);
    default:
      return leaf_where(x.shape(), 0.3, 3, [](double, Index) { return true; });
  }
}

Expr Grower::clear_or_on(const Expr& x, const std::vector<double>& kinks) {
  return !extreme() && chance(0.1) ? tied_leaf(x.shape()) : clear_of(x, kinks);
}

Expr Grower::clear_of(const Expr& x, const std::vector<double>& kinks) {
  if (extreme()) return x;
  const auto clear = [&](double v) {
    return std::ranges::all_of(kinks, [&](double kink) { return std::abs(v - kink) >= gap; });
  };
  const auto all_clear = [&](double shift) {
    return std::ranges::all_of(value(x).span(), [&](double v) { return clear(v + shift); });
  };
  if (all_clear(0)) return x;
  for (int attempt = 0; attempt < 4; ++attempt)
    if (const double shift = as_float(real(-1, 1)); all_clear(shift)) return x + shift;
  return leaf_where(x.shape(), -3, 3, [&](double v, Index) { return clear(v); });
}

Index Grower::axis(const Expr& x) {
  const auto rank = static_cast<Index>(x.shape().rank());
  return whole(-rank, rank - 1);
}

std::vector<Index> Grower::axes(const Expr& x) {
  const auto rank = static_cast<Index>(x.shape().rank());
  std::vector<Index> all(static_cast<std::size_t>(rank));
  std::iota(all.begin(), all.end(), Index{0});
  if (rank > 0 && chance(0.7)) {
    // Some of them, in any order.
    for (std::size_t left = all.size(); left > 1; --left)
      std::swap(all[left - 1], all[static_cast<std::size_t>(whole(0, static_cast<Index>(left) - 1))]);
    all.resize(static_cast<std::size_t>(whole(1, rank)));
  }
  for (Index& each : all)
    if (chance(0.3)) each -= rank;
  return all;
}

std::optional<Index> Grower::fixed_axis(const Expr& x) {
  std::vector<Index> found;
  for (std::size_t axis = 0; axis < x.shape().rank(); ++axis)
    if (!x.shape()[axis].is_batch()) found.push_back(static_cast<Index>(axis));
  if (found.empty()) return {};
  const Index axis = one_of(found);
  return chance(0.3) ? axis - static_cast<Index>(x.shape().rank()) : axis;
}

void Grower::compute() {
  const Graph& g = graph();
  for (std::size_t id = result_.values.size(); id < g.size(); ++id) {
    const Node& node = g.node(id);
    if (const auto at = std::ranges::find(result_.sources, Expr(node)); at != result_.sources.end())
      values_->give(node, fed_[static_cast<std::size_t>(at - result_.sources.begin())]);
    else if (as<RandomKey>(node.op()) != nullptr)
      values_->give(node, key_of_runs);
    else
      values_->compute(node);
    const View<const double> made = *values_->find(node);
    std::ranges::copy(made.span(), result_.values.emplace_back(made.extents).data());
  }
}

const Tensor<double>& Grower::value(const Expr& x) {
  compute();
  return result_.value(x);
}

double Grower::largest(const Expr& x) {
  double result = 0;
  for (const double v : value(x).span()) result = std::max(result, std::abs(v));
  return result;
}

void Grower::keep(const Expr& x) {
  const double most = largest(x);
  int exponent = 0;
  std::frexp(most, &exponent);
  // What is smaller yet may be what rounding left of a zero.
  const bool small = most > 1e-6 && most < 0.05;
  if (extreme()) {
    kept_.push_back(x);
    return;
  }
  kept_.push_back(most > 4 || small ? x * std::ldexp(1.0, 1 - exponent) : x);
  compute();
}

RandomGraph Grower::finish() {
  Graph& g = graph();
  std::vector<char> read(g.size());
  for (std::size_t id = 0; id < g.size(); ++id)
    for (const Node* input : g.node(id).inputs()) read[input->id()] = 1;
  for (const Expr& x : kept_)
    if (read[x.node().id()] == 0) result_.outputs.push_back(x);
  Exprs terms;
  for (const Expr& y : result_.outputs) {
    const double part = 1 / static_cast<double>(count(y.shape()));
    switch (whole(0, 4)) {
      case 0:
        terms.push_back(mean(y));
        break;
      case 1:
        terms.push_back(sum(y) * as_float(part));
        break;
      case 2:
        terms.push_back(mean(square(y)));
        break;
      case 3:
        terms.push_back(sum(y * leaf(y.shape(), -1, 1)) * as_float(part));
        break;
      default:
        terms.push_back(mean(sin(y)));
    }
  }
  // A program takes its batch from what it is fed, so that it must be fed something of the batch.
  terms.push_back(mean(leaf_where({batch}, -1, 1, [](double, Index) { return true; })));
  if (chance(0.3)) {
    result_.loss = accumulate(terms);
  } else {
    result_.loss = terms[0];
    for (std::size_t i = 1; i < terms.size(); ++i) result_.loss = result_.loss + terms[i];
  }
  if (extreme()) result_.wrt.clear();
  for (const Expr& w : Exprs(result_.wrt)) {
    std::vector<double> numbers(static_cast<std::size_t>(count(w.shape())));
    for (double& number : numbers) number = as_float(real(-1, 1));
    source(w.shape(), std::move(numbers), Role::direction);
  }
  compute();
  return std::move(result_);
}

}  // namespace gradus::oracle
