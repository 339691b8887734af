#include <gradus/ops/detail/pooling.hpp>
#include <gradus/ops/max_pool.hpp>

namespace gradus {
namespace {

/// most ← the largest pixel of a window, for each of the images side by side. NaN is neither larger nor
/// smaller, and must not be lost.
template <class Scalar, Index Lanes, class Window>
void find_largest(const Scalar* x, Index first, const ImageExtents& extents, Window window,
                  Pixels<Scalar, Lanes>& most) {
  most = pixels<Scalar, Lanes>(x, first);
  for_each_pixel(first, extents, window, [&](Index at) {
    const auto& next = pixels<Scalar, Lanes>(x, at);
    most = ((next > most) | (next != next)) ? next : most;
  });
}

/// Gives `value` to the first pixel of the window that is as large as the largest, or to its first NaN, for
/// each of the images side by side: calls f(offset, what this pixel gets, 0 for all others) for every pixel.
template <class Scalar, Index Lanes, class F>
void give_to_largest(const Scalar* x, Index first, const ImageExtents& extents, Index window,
                     const Pixels<Scalar, Lanes>& value, const F& f) {
  using Value = Pixels<Scalar, Lanes>;
  const Value none{};
  Value most;
  find_largest<Scalar, Lanes>(x, first, extents, window, most);
  Value open = value;
  for_each_pixel(first, extents, window, [&](Index at) {
    const auto& pixel = pixels<Scalar, Lanes>(x, at);
    const auto hit = (pixel == most) | (pixel != pixel);
    const Value given = hit ? open : none;
    open = hit ? none : open;
    f(at, given);
  });
}

/// The same for a window of 2 × 2, which is read once: from its last pixel on, each that is as large as all
/// behind it, or NaN, goes before them.
template <class Scalar, Index Lanes, class F>
[[gnu::always_inline]] inline void give_to_largest(const Scalar* x, Index first, const ImageExtents& extents,
                                                   std::integral_constant<Index, 2> /*window*/,
                                                   const Pixels<Scalar, Lanes>& value, const F& f) {
  using Value = Pixels<Scalar, Lanes>;
  const Value none{};
  const Index below = first + extents.columns;
  const Value a = pixels<Scalar, Lanes>(x, first);
  const Value b = pixels<Scalar, Lanes>(x, first + 1);
  const Value c = pixels<Scalar, Lanes>(x, below);
  Value most = pixels<Scalar, Lanes>(x, below + 1);
  const auto c_first = (c >= most) | (c != c);
  most = c_first ? c : most;
  const auto b_first = (b >= most) | (b != b);
  most = b_first ? b : most;
  const auto a_first = (a >= most) | (a != a);
  const Value after_a = a_first ? none : value;
  const Value after_b = b_first ? none : after_a;
  f(first, a_first ? value : none);
  f(first + 1, b_first ? after_a : none);
  f(below, c_first ? after_b : none);
  f(below + 1, c_first ? none : after_b);
}

Shape infer_select(std::span<const Shape> inputs, const Pooling& how) {
  if (inputs[0] != inputs[1]) throw Mismatch{"both must have one shape"};
  return pooled(Images::of(inputs[0], "the images"), how).shape();
}

}  // namespace

Shape MaxPool::infer(std::span<const Shape> inputs) const {
  return pooled(Images::of(inputs[0], "the images"), how).shape();
}

Expr MaxPool::vjp(const Expr& y, const Expr& ybar) const { return max_pool_gradient(y.input(0), ybar, how); }

std::optional<std::size_t> MaxPool::independent_axis(std::span<const Shape>, std::size_t,
                                                     std::size_t axis) const {
  return independent_but_planes(axis);
}

Expr MaxPool::blocked(const Expr& y) { return blocked_images(y); }

template <class Scalar>
void MaxPool::evaluate(const Call<Scalar>& call) const {
  const ImageExtents x(call.in[0].extents);
  const ImageExtents y(call.output.extents);
  for_each_plane(x, how, call.part, [&](auto lanes, auto window, Index plane) {
    const Scalar* from = call.in[0].data + plane * x.plane() * lanes();
    Scalar* to = call.output.data + plane * y.plane() * lanes();
    for_each_window<Scalar, lanes()>(x, y, how, [&](Index first, Index out, Index lane) {
      find_largest<Scalar, lanes()>(from + lane, first, x, window, pixels<Scalar, lanes()>(to + lane, out));
    });
  });
}

Shape MaxPoolGradient::infer(std::span<const Shape> inputs) const {
  if (pooled(Images::of(inputs[0], "the images"), how).shape() != inputs[1])
    throw Mismatch{"what flows back must have the shape of the pooled images"};
  return inputs[0];
}

Expr MaxPoolGradient::vjp(const Expr& y, const Expr& ybar, std::size_t input) const {
  return input == 0 ? Expr() : max_pool_select(y.input(0), ybar, how);
}

std::optional<std::size_t> MaxPoolGradient::independent_axis(std::span<const Shape>, std::size_t,
                                                             std::size_t axis) const {
  return independent_but_planes(axis);
}

Expr MaxPoolGradient::blocked(const Expr& y) { return blocked_images(y); }

template <class Scalar>
void MaxPoolGradient::evaluate(const Call<Scalar>& call) const {
  const ImageExtents x(call.in[0].extents);
  const ImageExtents y(call.in[1].extents);
  const bool covers = how.window == how.stride && x.rows % how.window == 0 && x.columns % how.window == 0;
  for_each_plane(x, how, call.part, [&](auto lanes, auto window, Index plane) {
    constexpr Index n = lanes();
    const Scalar* from = call.in[0].data + plane * x.plane() * n;
    const Scalar* back = call.in[1].data + plane * y.plane() * n;
    Scalar* to = call.output.data + plane * x.plane() * n;
    if (!covers) std::fill_n(to, x.plane() * n, Scalar(0));
    for_each_window<Scalar, n>(x, y, how, [&](Index first, Index out, Index lane) {
      const auto& ybar = pixels<Scalar, n>(back + lane, out);
      if (covers)
        give_to_largest<Scalar, n>(
            from + lane, first, x, window, ybar,
            [&](Index at, const Pixels<Scalar, n>& given) { pixels<Scalar, n>(to + lane, at) = given; });
      else
        give_to_largest<Scalar, n>(
            from + lane, first, x, window, ybar,
            [&](Index at, const Pixels<Scalar, n>& given) { pixels<Scalar, n>(to + lane, at) += given; });
    });
  });
}

Shape MaxPoolSelect::infer(std::span<const Shape> inputs) const { return infer_select(inputs, how); }

Expr MaxPoolSelect::vjp(const Expr& y, const Expr& ybar, std::size_t input) const {
  return input == 0 ? Expr() : max_pool_gradient(y.input(0), ybar, how);
}

std::optional<std::size_t> MaxPoolSelect::independent_axis(std::span<const Shape>, std::size_t,
                                                           std::size_t axis) const {
  return independent_but_planes(axis);
}

Expr MaxPoolSelect::blocked(const Expr& y) { return blocked_images(y); }

template <class Scalar>
void MaxPoolSelect::evaluate(const Call<Scalar>& call) const {
  const ImageExtents x(call.in[0].extents);
  const ImageExtents y(call.output.extents);
  for_each_plane(x, how, call.part, [&](auto lanes, auto window, Index plane) {
    constexpr Index n = lanes();
    const Scalar* from = call.in[0].data + plane * x.plane() * n;
    const Scalar* values = call.in[1].data + plane * x.plane() * n;
    Scalar* to = call.output.data + plane * y.plane() * n;
    using Value = Pixels<Scalar, n>;
    const Value one = Value{} + 1;
    for_each_window<Scalar, n>(x, y, how, [&](Index first, Index out, Index lane) {
      Value chosen{};
      give_to_largest<Scalar, n>(from + lane, first, x, window, one,
                                 [&](Index at, const Pixels<Scalar, n>& given) {
                                   chosen = given != 0 ? pixels<Scalar, n>(values + lane, at) : chosen;
                                 });
      pixels<Scalar, n>(to + lane, out) = chosen;
    });
  });
}

template void MaxPool::evaluate(const Call<float>&) const;
template void MaxPool::evaluate(const Call<double>&) const;
template void MaxPoolGradient::evaluate(const Call<float>&) const;
template void MaxPoolGradient::evaluate(const Call<double>&) const;
template void MaxPoolSelect::evaluate(const Call<float>&) const;
template void MaxPoolSelect::evaluate(const Call<double>&) const;

Expr max_pool(Expr x, Index window, std::optional<Index> stride, SourceLocation location) {
  return apply(MaxPool{checked_pooling("max_pool", window, stride, location)}, {x}, location);
}

Expr max_pool_gradient(Expr x, Expr ybar, const Pooling& how, SourceLocation location) {
  return apply(MaxPoolGradient{how}, {x, ybar}, location);
}

Expr max_pool_select(Expr x, Expr v, const Pooling& how, SourceLocation location) {
  return apply(MaxPoolSelect{how}, {x, v}, location);
}

}  // namespace gradus
