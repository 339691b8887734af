#pragma once

#include <gradus/graph/declare/graph.hpp>

namespace gradus {

/// y = 1 / (1 − rate) with probability 1 − rate, else 0: which units stay, and what for the mean of the sum
/// stays what it was. Element k of an example is decided by the k-th number of Philox4x32-10 (Salmon et al.
/// 2011) under the state's seed at the counter (stream, step, example), so that any number of threads and any
/// resumed run draw the same. Its input is the graph's random_key().
struct DropoutMask {
  static constexpr Description description{"dropout_mask", "k", "1 / (1 − r) with probability 1 − r, else 0"};
  static constexpr std::string_view javascript = R"(
    const row = y.length / (y.sizes[0] ?? 1);
    for (let example = 0; example * row < y.length; ++example) {
      const draws = philox(k, 2 ** 31 + stream, example);
      for (let i = 0; i < row; ++i) y[example * row + i] = draws() < Math.floor(rate * 2 ** 32) ? 0 : 1 / (1 - rate);
    }
  )";
  static constexpr Kind kind = Kind::rowwise;
  static constexpr std::size_t arity = 1;
  static constexpr bool flat = true;
  Shape shape;
  double rate;
  Index stream;

  Attributes attributes() const { return {{"shape", shape}, {"rate", rate}, {"stream", stream}}; }
  Shape infer(std::span<const Shape> inputs) const;

  template <class Scalar>
  void evaluate(const Call<Scalar>& call) const;
};

/// In training each element of x is 0 with probability `rate`, and divided by 1 − rate otherwise ("inverted":
/// nothing is left to do in inference, where this is x itself). Srivastava, Hinton et al. 2014. x itself for
/// a rate of 0. Throws ValueError for a rate outside of [0, 1).
Expr dropout(Expr x, double rate, SourceLocation location = SourceLocation::current());

}  // namespace gradus
