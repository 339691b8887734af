#include <algorithm>
#include <array>
#include <cmath>

#include "lenet.hpp"
#include "reference.hpp"

namespace gradus::bench {
namespace {

using Index = Eigen::Index;
using Image = std::vector<double>;  // channel, row, column

/// The places of one convolution's kernel: f(index of w, of x, of y).
template <class F>
void for_each_product(const LenetConvolution& c, const F& f) {
  for (Index o = 0; o < c.out_channels; ++o)
    for (Index i = 0; i < c.channels; ++i)
      for (Index p = 0; p < lenet_kernel; ++p)
        for (Index q = 0; q < lenet_kernel; ++q)
          for (Index row = 0; row < c.out_size(); ++row)
            for (Index column = 0; column < c.out_size(); ++column)
              f(static_cast<std::size_t>(((o * c.channels + i) * lenet_kernel + p) * lenet_kernel + q),
                static_cast<std::size_t>((i * c.size + row + p) * c.size + column + q),
                static_cast<std::size_t>((o * c.out_size() + row) * c.out_size() + column));
}

/// What one image leaves behind a convolution and its pooling.
struct Pooled {
  Image y;                          ///< max(0, the largest of each window)
  std::vector<std::size_t> chosen;  ///< where the first largest is
  bool doubtful = false;
};

Pooled convolve_and_pool(const LenetConvolution& c, const std::vector<float>& w, const std::vector<float>& b,
                         const Image& x) {
  const auto plane = static_cast<std::size_t>(c.out_size() * c.out_size());
  Image z(b.size() * plane);
  for (std::size_t i = 0; i < z.size(); ++i) z[i] = static_cast<double>(b[i / plane]);
  for_each_product(c, [&](std::size_t of_w, std::size_t of_x, std::size_t of_y) {
    z[of_y] += static_cast<double>(w[of_w]) * x[of_x];
  });
  Pooled result;
  const double near =
      doubt * std::abs(*std::ranges::max_element(z, {}, [](double v) { return std::abs(v); }));
  for (Index o = 0; o < c.out_channels; ++o)
    for (Index row = 0; row < c.pooled(); ++row)
      for (Index column = 0; column < c.pooled(); ++column) {
        const auto first = static_cast<std::size_t>((o * c.out_size() + 2 * row) * c.out_size() + 2 * column);
        const auto next = static_cast<std::size_t>(c.out_size());
        const std::array window{first, first + 1, first + next, first + next + 1};
        std::size_t best = first;
        for (const std::size_t at : window)
          if (z[at] > z[best]) best = at;
        const double largest = z[best];
        // Equal numbers come of equal pixels, and are equal in float too.
        result.doubtful =
            result.doubtful || std::abs(largest) < near || std::ranges::any_of(window, [&](std::size_t at) {
              return largest > 0 && z[at] != largest && largest - z[at] < near;
            });
        result.y.push_back(std::max(0.0, largest));
        result.chosen.push_back(best);
      }
  return result;
}

/// Adds to the gradients of kernel and bias; the gradient of the image where `x_bar` is given.
void back(const LenetConvolution& c, const std::vector<float>& w, const Image& x, const Pooled& pooled,
          const Image& pooled_bar, std::vector<double>& w_bar, std::vector<double>& b_bar, Image* x_bar) {
  const auto plane = static_cast<std::size_t>(c.out_size() * c.out_size());
  Image z_bar(plane * static_cast<std::size_t>(c.out_channels));
  for (std::size_t i = 0; i < pooled_bar.size(); ++i) {
    if (!(pooled.y[i] > 0)) continue;
    z_bar[pooled.chosen[i]] = pooled_bar[i];
    b_bar[pooled.chosen[i] / plane] += pooled_bar[i];
  }
  if (x_bar != nullptr) x_bar->assign(x.size(), 0);
  for_each_product(c, [&](std::size_t of_w, std::size_t of_x, std::size_t of_y) {
    w_bar[of_w] += z_bar[of_y] * x[of_x];
    if (x_bar != nullptr) (*x_bar)[of_x] += z_bar[of_y] * static_cast<double>(w[of_w]);
  });
}

}  // namespace

Derived reference_lenet_gradients(const Batch& batch, const Values& parameters) {
  Derived derived;
  for (const auto& values : parameters) derived.gradients.emplace_back(values.size(), 0.0);
  const auto& g = parameters;

  // The dense layers are a network of their own, on what the poolings give.
  Workload dense{
      "", {lenet_dense.begin(), lenet_dense.end()}, Activation::relu, Rule::adam, batch.images.rows()};
  std::vector<Image> images;
  std::vector<Pooled> first, second;
  Batch features;
  features.labels = batch.labels;
  features.images.resize(batch.images.rows(), lenet_dense[0]);
  for (Index example = 0; example < batch.images.rows(); ++example) {
    const auto pixels = batch.images.row(example);
    images.emplace_back(pixels.begin(), pixels.end());
    first.push_back(convolve_and_pool(lenet_convolutions[0], g[0], g[1], images.back()));
    second.push_back(convolve_and_pool(lenet_convolutions[1], g[2], g[3], first.back().y));
    derived.doubtful = derived.doubtful || first.back().doubtful || second.back().doubtful;
    for (Index i = 0; i < lenet_dense[0]; ++i)
      features.images(example, i) = static_cast<float>(second.back().y[static_cast<std::size_t>(i)]);
  }
  const Values dense_parameters(parameters.begin() + 4, parameters.end());
  std::vector<Image> features_bar;
  const Derived of_dense = reference_gradients(dense, features, dense_parameters, &features_bar);
  derived.loss = of_dense.loss;
  derived.doubtful = derived.doubtful || of_dense.doubtful;
  std::copy(of_dense.gradients.begin(), of_dense.gradients.end(), derived.gradients.begin() + 4);

  for (std::size_t example = 0; example < images.size(); ++example) {
    Image first_bar;
    back(lenet_convolutions[1], g[2], first[example].y, second[example], features_bar[example],
         derived.gradients[2], derived.gradients[3], &first_bar);
    back(lenet_convolutions[0], g[0], images[example], first[example], first_bar, derived.gradients[0],
         derived.gradients[1], nullptr);
  }
  return derived;
}

Truth truth_of_lenet() {
  const Batch batch = make_batch(lenet_batch, lenet_convolutions[0].size * lenet_convolutions[0].size);
  return {"W4", Rule::adam, lenet_learning_rate,
          [batch](const Values& values) { return reference_lenet_gradients(batch, values); }};
}

}  // namespace gradus::bench
