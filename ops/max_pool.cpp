#include <gradus/ops/detail/pooling.hpp>
#include <gradus/ops/max_pool.hpp>

namespace gradus {
namespace {

/// The largest pixel of a window, for each of the images side by side. NaN is neither larger nor smaller, and
/// must not be lost.
template <class Scalar, Index Lanes>
Eigen::Array<Scalar, Lanes, 1> largest(const Scalar* x, Index first, const ImageExtents& extents,
                                       const Pooling& how) {
  Eigen::Array<Scalar, Lanes, 1> most = ConstPixels<Scalar, Lanes>(x + first * Lanes);
  for_each_pixel(first, extents, how, [&](Index at) {
    for (Index l = 0; l < Lanes; ++l) {
      const Scalar next = x[at * Lanes + l];
      most[l] = next > most[l] || next != next ? next : most[l];
    }
  });
  return most;
}

/// Which pixel of a window is the first to be as large as the largest, for each of the images side by side:
/// calls f(offset, lane) once for each of them, in an order that does not depend on the others.
template <class Scalar, Index Lanes, class F>
void for_each_largest(const Scalar* x, Index first, const ImageExtents& extents, const Pooling& how,
                      const F& f) {
  const Eigen::Array<Scalar, Lanes, 1> most = largest<Scalar, Lanes>(x, first, extents, how);
  Scalar open[Lanes];
  std::fill_n(open, Lanes, Scalar(1));
  for_each_pixel(first, extents, how, [&](Index at) {
    Scalar hit[Lanes];
    for (Index l = 0; l < Lanes; ++l) {
      hit[l] = x[at * Lanes + l] == most[l] ? open[l] : Scalar(0);
      open[l] -= hit[l];
    }
    f(at, hit);
  });
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

std::optional<std::size_t> MaxPool::apart(std::span<const Shape>, std::size_t, std::size_t axis) const {
  return apart_but_planes(axis);
}

Expr MaxPool::in_blocks(const Expr& y) { return images_in_blocks(y); }

template <class Scalar>
void MaxPool::evaluate(const Call<Scalar>& call) const {
  const ImageExtents x(call.in[0].extents);
  const ImageExtents y(call.output.extents);
  for_each_plane(x, call.part, [&](auto lanes, Index plane) {
    const Scalar* from = call.in[0].data + plane * x.plane() * lanes();
    Scalar* to = call.output.data + plane * y.plane() * lanes();
    for_each_window(x, y, how, [&](Index first, Index out) {
      Pixels<Scalar, lanes()>(to + out * lanes()) = largest<Scalar, lanes()>(from, first, x, how);
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

std::optional<std::size_t> MaxPoolGradient::apart(std::span<const Shape>, std::size_t,
                                                  std::size_t axis) const {
  return apart_but_planes(axis);
}

Expr MaxPoolGradient::in_blocks(const Expr& y) { return images_in_blocks(y); }

template <class Scalar>
void MaxPoolGradient::evaluate(const Call<Scalar>& call) const {
  const ImageExtents x(call.in[0].extents);
  const ImageExtents y(call.in[1].extents);
  const bool covers = how.window == how.stride && x.rows % how.window == 0 && x.columns % how.window == 0;
  for_each_plane(x, call.part, [&](auto lanes, Index plane) {
    constexpr Index n = lanes();
    const Scalar* from = call.in[0].data + plane * x.plane() * n;
    const Scalar* back = call.in[1].data + plane * y.plane() * n;
    Scalar* to = call.output.data + plane * x.plane() * n;
    if (!covers) std::fill_n(to, x.plane() * n, Scalar(0));
    for_each_window(x, y, how, [&](Index first, Index out) {
      for_each_largest<Scalar, n>(from, first, x, how, [&](Index at, const Scalar(&hit)[n]) {
        Scalar* pixel = to + at * n;
        const Scalar* ybar = back + out * n;
        if (covers)
          for (Index l = 0; l < n; ++l) pixel[l] = hit[l] != 0 ? ybar[l] : Scalar(0);
        else
          for (Index l = 0; l < n; ++l) pixel[l] += hit[l] != 0 ? ybar[l] : Scalar(0);
      });
    });
  });
}

Shape MaxPoolSelect::infer(std::span<const Shape> inputs) const { return infer_select(inputs, how); }

Expr MaxPoolSelect::vjp(const Expr& y, const Expr& ybar, std::size_t input) const {
  return input == 0 ? Expr() : max_pool_gradient(y.input(0), ybar, how);
}

std::optional<std::size_t> MaxPoolSelect::apart(std::span<const Shape>, std::size_t, std::size_t axis) const {
  return apart_but_planes(axis);
}

Expr MaxPoolSelect::in_blocks(const Expr& y) { return images_in_blocks(y); }

template <class Scalar>
void MaxPoolSelect::evaluate(const Call<Scalar>& call) const {
  const ImageExtents x(call.in[0].extents);
  const ImageExtents y(call.output.extents);
  for_each_plane(x, call.part, [&](auto lanes, Index plane) {
    constexpr Index n = lanes();
    const Scalar* from = call.in[0].data + plane * x.plane() * n;
    const Scalar* values = call.in[1].data + plane * x.plane() * n;
    Scalar* to = call.output.data + plane * y.plane() * n;
    std::fill_n(to, y.plane() * n, Scalar(0));
    for_each_window(x, y, how, [&](Index first, Index out) {
      for_each_largest<Scalar, n>(from, first, x, how, [&](Index at, const Scalar(&hit)[n]) {
        for (Index l = 0; l < n; ++l) to[out * n + l] += hit[l] != 0 ? values[at * n + l] : Scalar(0);
      });
    });
  });
}

template void MaxPool::evaluate(const Call<float>&) const;
template void MaxPool::evaluate(const Call<double>&) const;
template void MaxPoolGradient::evaluate(const Call<float>&) const;
template void MaxPoolGradient::evaluate(const Call<double>&) const;
template void MaxPoolSelect::evaluate(const Call<float>&) const;
template void MaxPoolSelect::evaluate(const Call<double>&) const;

Expr max_pool(Expr x, Index window, std::optional<Index> stride, Here here) {
  return apply(MaxPool{checked_pooling("max_pool", window, stride, here)}, {x}, here);
}

Expr max_pool_gradient(Expr x, Expr ybar, const Pooling& how, Here here) {
  return apply(MaxPoolGradient{how}, {x, ybar}, here);
}

Expr max_pool_select(Expr x, Expr v, const Pooling& how, Here here) {
  return apply(MaxPoolSelect{how}, {x, v}, here);
}

}  // namespace gradus
