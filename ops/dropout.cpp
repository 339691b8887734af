#include <gradus/base/error.hpp>
#include <gradus/base/philox.hpp>
#include <gradus/graph/declare/core_ops.hpp>
#include <gradus/ops/dropout.hpp>
#include <gradus/ops/operators.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

namespace gradus {
namespace {

/// Streams from here on belong to random ops; data and initial values use those below.
constexpr std::uint32_t first_stream = 1U << 31U;

/// Four numbers of 16 bits, lowest first.
template <class Scalar>
std::uint64_t joined(const Scalar* parts) {
  std::uint64_t word = 0;
  for (int i = 3; i >= 0; --i) word = word << 16U | static_cast<std::uint64_t>(std::llround(parts[i]));
  return word;
}

}  // namespace

Shape DropoutMask::infer(std::span<const Shape> inputs) const {
  if (inputs[0] != Shape{RandomKey::size}) throw Mismatch{"it takes the graph's random_key()"};
  return shape;
}

template <class Scalar>
void DropoutMask::evaluate(const Call<Scalar>& call) const {
  const Scalar* key = call.in[0].data;
  const std::uint64_t seed = joined(key);
  const std::uint64_t step = joined(key + 4);
  const auto dropped = static_cast<std::uint32_t>(std::min(std::ldexp(rate, 32), 0x1p32 - 1));
  const auto kept = static_cast<Scalar>(1 / (1 - rate));
  const Extents& extents = call.output.extents;
  const Index row = extents.count(1, std::max<std::size_t>(extents.rank, 1));
  for (Index example = call.part.begin; example < call.part.end; ++example) {
    Philox counter(seed, first_stream | static_cast<std::uint32_t>(stream),
                   step << 32U | static_cast<std::uint64_t>(example));
    Scalar* out = call.output.data + example * row;
    std::array<std::uint32_t, 256> numbers{};
    for (Index first = 0; first < row; first += static_cast<Index>(numbers.size())) {
      const auto count = std::min(numbers.size(), static_cast<std::size_t>(row - first));
      counter.next(std::span(numbers.data(), count));
      for (std::size_t k = 0; k < count; ++k)
        out[first + static_cast<Index>(k)] = numbers[k] < dropped ? Scalar(0) : kept;
    }
  }
}

template void DropoutMask::evaluate(const Call<float>&) const;
template void DropoutMask::evaluate(const Call<double>&) const;

Expr dropout(Expr x, double rate, SourceLocation location) {
  if (!(rate >= 0 && rate < 1))
    throw ValueError(fmt::format("dropout{}: the rate must be a number from 0 to below 1, not {}",
                                 to_string(location), rate));
  if (rate == 0) return x;
  Graph& graph = x.graph();
  // Each dropout of a graph has a stream of its own, the same whenever the graph is declared alike.
  const auto stream = static_cast<Index>(graph.size());
  const Expr mask = apply(DropoutMask{x.shape(), rate, stream}, {graph.random_key(location)}, location);
  return when_training(multiply(x, mask, location), x, location);
}

}  // namespace gradus
