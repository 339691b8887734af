#pragma once

#include <gradus/graph/run/interpreter.hpp>
#include <gradus/graph/run/program.hpp>
#include <gradus/ops/cases.hpp>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

namespace gradus::test {

/// A compiled program with the values of an example fed to it.
template <class Scalar>
class Runner {
 public:
  Runner(const Graph& graph, const Exprs& wanted, const std::vector<Point>& at, CompileOptions options = {})
      : wanted_(wanted),
        batch_(fed_batch(at)),
        program_(compile<Scalar>(graph, wanted, with_capacity(options, at))),
        state_(graph, 1) {
    for (const Point& point : at) {
      Tensor<Scalar> value(point.value.extents());
      std::ranges::transform(point.value.span(), value.data(),
                             [](double v) { return static_cast<Scalar>(v); });
      leaves_.push_back(point.leaf);
      values_.push_back(std::move(value));
    }
  }

  /// The numbers to be fed; variables among them are set.
  std::vector<Tensor<Scalar>>& values() { return values_; }
  const Program<Scalar>& program() const { return program_; }
  State<Scalar>& state() { return state_; }

  std::vector<Tensor<Scalar>> run() {
    std::vector<Feed<Scalar>> feeds;
    for (std::size_t i = 0; i < leaves_.size(); ++i)
      if (leaves_[i].op().name() == "input")
        feeds.emplace_back(leaves_[i], values_[i]);
      else
        std::ranges::copy(values_[i].span(), state_[leaves_[i]].data);
    const Results<Scalar> results = program_.run(state_, feeds);
    return copies([&](const Expr& expr) { return results[expr]; });
  }

  /// The same values by the interpreter, for the state that a run has set.
  std::vector<Tensor<Scalar>> interpret() {
    Interpreter<Scalar> interpreter(wanted_.front().graph(), batch_);
    interpreter.refer(state_);
    for (std::size_t i = 0; i < leaves_.size(); ++i)
      interpreter.refer(leaves_[i].node(), std::as_const(values_[i]).view());
    interpreter.compute_all();
    return copies([&](const Expr& expr) { return *interpreter.find(expr.node()); });
  }

 private:
  template <class ValueOf>
  std::vector<Tensor<Scalar>> copies(const ValueOf& value_of) const {
    std::vector<Tensor<Scalar>> result;
    for (const Expr& expr : wanted_) {
      const View<const Scalar> view = value_of(expr);
      std::ranges::copy(view.span(), result.emplace_back(view.extents).data());
    }
    return result;
  }

  static CompileOptions with_capacity(CompileOptions options, const std::vector<Point>& at) {
    options.capacity = std::max(options.capacity, fed_batch(at));
    return options;
  }

  static Index fed_batch(const std::vector<Point>& at) {
    Index result = 1;
    for (const Point& point : at)
      if (const Shape& shape = point.leaf.shape(); shape.has_batch())
        result = point.value.extents()[shape.batch_axis()];
    return result;
  }

  Exprs wanted_;
  Index batch_;
  Program<Scalar> program_;
  State<Scalar> state_;
  Exprs leaves_;
  std::vector<Tensor<Scalar>> values_;
};

/// The defaults, for batches of up to `capacity`.
inline CompileOptions up_to(Index capacity) {
  CompileOptions options;
  options.capacity = capacity;
  return options;
}

template <class Scalar>
bool same_bits(const Tensor<Scalar>& a, const Tensor<Scalar>& b) {
  return a.extents() == b.extents() &&
         std::memcmp(a.data(), b.data(), static_cast<std::size_t>(a.size()) * sizeof(Scalar)) == 0;
}

/// max |a − b| / max(1, |a|), so that a tolerance speaks of numbers of the order of 1.
template <class A, class B>
double distance(const Tensor<A>& a, const Tensor<B>& b) {
  double largest = a.extents() == b.extents() ? 0 : HUGE_VAL;
  for (Index i = 0; i < std::min(a.size(), b.size()); ++i) {
    const auto x = static_cast<double>(a[i]);
    const auto y = static_cast<double>(b[i]);
    const double difference = std::abs(x - y) / std::max(1.0, std::abs(x));
    if (!(difference <= largest)) largest = difference;
  }
  return largest;
}

template <class Scalar>
std::vector<Scalar> numbers(const View<const Scalar>& view) {
  return {view.data, view.data + view.size()};
}

/// What an error says, or "nothing was thrown".
template <class Error, class F>
std::string message_of(const F& f) {
  try {
    f();
  } catch (const Error& error) {
    return error.what();
  }
  return "nothing was thrown";
}

}  // namespace gradus::test
