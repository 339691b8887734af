#include <gradus/ops/average_pool.hpp>
#include <gradus/ops/detail/pooling.hpp>

namespace gradus {

Shape AveragePool::infer(std::span<const Shape> inputs) const {
  return pooled(Images::of(inputs[0], "the images"), how).shape();
}

Expr AveragePool::vjp(const Expr& y, const Expr& ybar) const {
  const Shape& x = y.input(0).shape();
  return average_pool_gradient(ybar, x[2].at(1), x[3].at(1), how);
}

std::optional<std::size_t> AveragePool::independent_axis(std::span<const Shape>, std::size_t,
                                                         std::size_t axis) const {
  return independent_but_planes(axis);
}

Expr AveragePool::blocked(const Expr& y) { return blocked_images(y); }

template <class Scalar>
void AveragePool::evaluate(const Call<Scalar>& call) const {
  const ImageExtents x(call.in[0].extents);
  const ImageExtents y(call.output.extents);
  const Scalar share = Scalar(1) / static_cast<Scalar>(how.window * how.window);
  for_each_plane(x, how, call.part, [&](auto lanes, auto window, Index plane) {
    constexpr Index n = lanes();
    const Scalar* from = call.in[0].data + plane * x.plane() * n;
    Scalar* to = call.output.data + plane * y.plane() * n;
    for_each_window<Scalar, n>(x, y, how, [&](Index first, Index out, Index lane) {
      Pixels<Scalar, n> sum{};
      for_each_pixel(first, x, window, [&](Index at) { sum += pixels<Scalar, n>(from + lane, at); });
      pixels<Scalar, n>(to + lane, out) = sum * share;
    });
  });
}

Attributes AveragePoolGradient::attributes() const {
  Attributes all = how.attributes();
  all.push_back({"rows", rows});
  all.push_back({"columns", columns});
  return all;
}

Shape AveragePoolGradient::infer(std::span<const Shape> inputs) const {
  Images x = Images::of(inputs[0], "what flows back");
  x.rows = rows;
  x.columns = columns;
  if (pooled(x, how).shape() != inputs[0])
    throw Mismatch{"what flows back must have the shape of the pooled images"};
  return x.shape();
}

Expr AveragePoolGradient::vjp(const Expr&, const Expr& ybar) const {
  return average_pool(ybar, how.window, how.stride);
}

std::optional<std::size_t> AveragePoolGradient::independent_axis(std::span<const Shape>, std::size_t,
                                                                 std::size_t axis) const {
  return independent_but_planes(axis);
}

Expr AveragePoolGradient::blocked(const Expr& y) { return blocked_images(y); }

template <class Scalar>
void AveragePoolGradient::evaluate(const Call<Scalar>& call) const {
  const ImageExtents x(call.output.extents);
  const ImageExtents y(call.in[0].extents);
  const Scalar share = Scalar(1) / static_cast<Scalar>(how.window * how.window);
  for_each_plane(x, how, call.part, [&](auto lanes, auto window, Index plane) {
    constexpr Index n = lanes();
    const Scalar* back = call.in[0].data + plane * y.plane() * n;
    Scalar* to = call.output.data + plane * x.plane() * n;
    std::fill_n(to, x.plane() * n, Scalar(0));
    for_each_window<Scalar, n>(x, y, how, [&](Index first, Index out, Index lane) {
      for_each_pixel(first, x, window, [&](Index at) {
        pixels<Scalar, n>(to + lane, at) += pixels<Scalar, n>(back + lane, out) * share;
      });
    });
  });
}

template void AveragePool::evaluate(const Call<float>&) const;
template void AveragePool::evaluate(const Call<double>&) const;
template void AveragePoolGradient::evaluate(const Call<float>&) const;
template void AveragePoolGradient::evaluate(const Call<double>&) const;

Expr average_pool(Expr x, Index window, std::optional<Index> stride, SourceLocation location) {
  return apply(AveragePool{checked_pooling("average_pool", window, stride, location)}, {x}, location);
}

Expr average_pool_gradient(Expr ybar, Index rows, Index columns, const Pooling& how,
                           SourceLocation location) {
  return apply(AveragePoolGradient{how, rows, columns}, {ybar}, location);
}

}  // namespace gradus
