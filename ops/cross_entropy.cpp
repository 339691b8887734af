#include <gradus/ops/broadcast.hpp>
#include <gradus/ops/cross_entropy.hpp>
#include <gradus/ops/detail/rows.hpp>
#include <gradus/ops/log.hpp>
#include <gradus/ops/operators.hpp>
#include <gradus/ops/patterns.hpp>
#include <gradus/ops/reshape.hpp>
#include <gradus/ops/sum.hpp>

#include <cmath>

namespace gradus {

Shape CrossEntropy::infer(std::span<const Shape> inputs) {
  if (inputs[0] != inputs[1]) throw Mismatch{"probabilities and targets must have one shape"};
  const Shape rows = infer_rows(inputs);
  return Shape(rows.dims().first(rows.rank() - 1));
}

std::optional<std::size_t> CrossEntropy::independent_axis(std::span<const Shape> inputs, std::size_t,
                                                          std::size_t axis) {
  return apart_but_last(inputs, axis);
}

Expr CrossEntropy::vjp(const Expr& y, const Expr& ybar, std::size_t input) const {
  const Expr p = y.input(0);
  const Expr t = y.input(1);
  std::vector<Dim> column(y.shape().dims().begin(), y.shape().dims().end());
  column.emplace_back(1);
  const Expr back = -broadcast_to(reshape(ybar, Shape(std::span<const Dim>(column))), p.shape());
  return input == 0 ? back * t / p : back * log(p);
}

Rules CrossEntropy::rules() {
  const Unknown x("x");
  const Unknown t("t");
  // A class ruled out by a logit of −∞ has ln p = −∞, and 0 ln 0 = 0.
  const Pattern terms = select(t, t * log_softmax(x), 0.0);
  return {.stabilise = {{"cross-entropy of softmax",
                         call<CrossEntropy>({softmax(x), t}) == -exactly(Sum{{{-1}, false}}, {terms})}}};
}

template <class Scalar>
void CrossEntropy::evaluate(const Call<Scalar>& call) const {
  const Extents& p = call.in[0].extents;
  const Index length = p[p.rank - 1];
  const Index rows = call.output.extents.rank == 0 ? 1 : call.output.size() / call.output.extents[0];
  for (Index row = call.part.begin * rows; row < call.part.end * rows; ++row) {
    Scalar loss = 0;
    for (Index i = row * length; i < (row + 1) * length; ++i)
      // 0 ln p = 0 whatever p is, as the limit says.
      if (call.in[1][i] != Scalar(0)) loss -= call.in[1][i] * std::log(call.in[0][i]);
    call.output[row] = loss;
  }
}

template void CrossEntropy::evaluate(const Call<float>&) const;
template void CrossEntropy::evaluate(const Call<double>&) const;

Expr cross_entropy(Expr p, Expr t, SourceLocation location) {
  return apply(CrossEntropy{}, {p, t}, location);
}

}  // namespace gradus
