#include "floor_lenet.hpp"

#include <utility>

#include "floor_lenet_kernels.hpp"
#include "team.hpp"

namespace gradus::bench {
namespace {

using Index = Eigen::Index;
using Matrix = Batch::Matrix;
using Choices = Eigen::Matrix<std::int32_t, 1, Eigen::Dynamic>;

constexpr LenetConvolution first = lenet_convolutions[0], second = lenet_convolutions[1];
constexpr Index dense_layers = 3;
/// A block's pixels, what its poolings give, and what is before the second one.
constexpr Index pixels = first.size * first.size;
constexpr Index pooled1 = first.out_channels * first.pooled() * first.pooled();
constexpr Index pooled2 = second.out_channels * second.pooled() * second.pooled();
constexpr Index unpooled2 = second.out_channels * second.out_size() * second.out_size();

/// A parameter and its moments, in padded rows.
struct Parameter {
  Index rows, columns;
  Matrix w, m, s;
  Parameter(Index r, Index c) : rows(r), columns(c), w(Matrix::Zero(r, padded(c))), m(w), s(w) {}
};

/// Of two rows of a matrix in blocks of `Half` columns what belongs into the upper or the lower one of its
/// transpose.
template <int Half, std::size_t... Lane>
inline Vec upper(Vec a, Vec b, std::index_sequence<Lane...>) {
  return __builtin_shufflevector(a, b, ((Lane & Half) == 0 ? Lane : lane_count + Lane - Half)...);
}
template <int Half, std::size_t... Lane>
inline Vec lower(Vec a, Vec b, std::index_sequence<Lane...>) {
  return __builtin_shufflevector(a, b, ((Lane & Half) == 0 ? Lane + Half : lane_count + Lane)...);
}

/// One of four stages of transposing 16 × 16 numbers: the blocks off the diagonal change places.
template <int Half>
inline void transpose_stage(Vec (&rows)[lane_count]) {
  constexpr std::make_index_sequence<lane_count> lanes;
#pragma GCC unroll 16
  for (int i = 0; i < lane_count; ++i) {
    if ((i & Half) != 0) continue;
    const Vec a = rows[i], b = rows[i + Half];
    rows[i] = upper<Half>(a, b, lanes);
    rows[i + Half] = lower<Half>(a, b, lanes);
  }
}

/// Sixteen rows of images become the same block, pixels outside and images innermost.
void to_block(const float* images, float* block) {
  for (Index pixel = 0; pixel < pixels; pixel += lane_count) {
    Vec rows[lane_count];
#pragma GCC unroll 16
    for (int i = 0; i < lane_count; ++i) rows[i] = at(images + i * pixels + pixel);
    transpose_stage<8>(rows), transpose_stage<4>(rows), transpose_stage<2>(rows), transpose_stage<1>(rows);
#pragma GCC unroll 16
    for (int i = 0; i < lane_count; ++i) at(block + (pixel + i) * lane_count) = rows[i];
  }
}

/// Output channels of the second convolution that are computed together: 24, 20 and 20 sums.
constexpr Index groups[][2] = {{0, 6}, {6, 5}, {11, 5}};

/// What one thread has for itself: its images, and gradients that are summed over them.
struct alignas(64) Own {
  Part blocks;
  Index examples;
  std::vector<Matrix> x, y1;  // by block
  std::vector<Choices> choices1, choices2;
  Matrix features, features_bar;      // feature, example
  std::vector<Matrix> outputs, bars;  // of the dense layers: example, feature
  Matrix block2, block2_bar, unpooled, y1_bar, two_rows;
  Matrix packed1, packed2, packed_back;
  Matrix totals1, totals2, bias1, bias2;  // a vector of sixteen for each number
  std::vector<Matrix> gradients;          // of kernels and all biases, in the order of the parameters
  Matrix piece;                           // of the gradient of a dense layer's weights
  float loss = 0;

  explicit Own(Part part) : blocks(part), examples(part.size() * lane_count) {
    const auto zeros = [](Index n) { return Matrix(Matrix::Zero(1, n * lane_count)); };
    for (Index block = 0; block < blocks.size(); ++block) {
      x.push_back(zeros(pixels)), y1.push_back(zeros(pooled1));
      choices1.emplace_back(Choices::Zero(pooled1 * lane_count));
      choices2.emplace_back(Choices::Zero(pooled2 * lane_count));
    }
    features = features_bar = Matrix::Zero(pooled2, padded(examples));
    for (Index l = 1; l <= dense_layers; ++l)
      outputs.push_back(Matrix::Zero(examples, padded(lenet_dense[static_cast<std::size_t>(l)])));
    bars = outputs;
    block2 = block2_bar = zeros(pooled2);
    unpooled = zeros(unpooled2), y1_bar = zeros(pooled1), two_rows = zeros(3 * 2 * first.out_size());
    packed1 = zeros(first.out_channels * first.taps()),
    packed2 = packed_back = zeros(second.out_channels * second.taps());
    totals1 = zeros(first.out_channels * first.taps()), totals2 = zeros(second.out_channels * second.taps());
    bias1 = zeros(first.out_channels), bias2 = zeros(second.out_channels);
    piece = Matrix::Zero(pooled2, padded(lenet_dense[1]));
  }
};

class FloorLenet : public Network {
 public:
  explicit FloorLenet(int threads) : batch_(make_batch(lenet_batch, pixels)), team_(threads) {
    for (const LenetConvolution& c : lenet_convolutions)
      parameters_.emplace_back(1, c.out_channels * c.taps()), parameters_.emplace_back(1, c.out_channels);
    for (std::size_t l = 1; l < lenet_dense.size(); ++l)
      parameters_.emplace_back(lenet_dense[l - 1], lenet_dense[l]),
          parameters_.emplace_back(1, lenet_dense[l]);
    const Values values = make_lenet_parameters();
    for (std::size_t i = 0; i < values.size(); ++i) {
      Parameter& p = parameters_[i];
      p.w.leftCols(p.columns) = Eigen::Map<const Matrix>(values[i].data(), p.rows, p.columns);
    }
    for (int thread = 0; thread < threads; ++thread) {
      Own& own = own_.emplace_back(part_of(lenet_batch / lane_count, threads, thread, 1));
      for (const Parameter& p : parameters_)
        own.gradients.push_back(Matrix::Zero(1, p.rows == 1 ? p.w.cols() : 0));
    }
  }

  double step() override {
    ++steps_;
    team_.run([&](int thread) {
      Own& own = own_[static_cast<std::size_t>(thread)];
      pack(own);
      for (Index block = 0; block < own.blocks.size(); ++block) forward(own, block);
      dense(own);
      own.totals1.setZero(), own.totals2.setZero(), own.bias1.setZero(), own.bias2.setZero();
      for (Index block = 0; block < own.blocks.size(); ++block) back(own, block);
      sum_lanes(own);
      team_.barrier();
      update(own, thread);
    });
    float sum = 0;
    for (const Own& own : own_) sum += own.loss;
    return static_cast<double>(sum) / static_cast<double>(lenet_batch);
  }

  Snapshot snapshot() const override {
    Snapshot result;
    for (const Parameter& p : parameters_) {
      const auto add = [&](Values& to, const Matrix& matrix) {
        const Matrix dense = matrix.leftCols(p.columns);
        to.emplace_back(dense.data(), dense.data() + dense.size());
      };
      add(result.parameters, p.w), add(result.first_moments, p.m), add(result.second_moments, p.s);
    }
    return result;
  }

 private:
  /// Kernels as convolve_and_pool and convolve_back_row want them.
  void pack(Own& own) const {
    const float* w1 = parameters_[0].w.data();
    const float* w2 = parameters_[2].w.data();
    float* next = own.packed1.data();
    for (Index tap = 0; tap < first.taps(); ++tap)
      for (Index o = 0; o < first.out_channels; ++o) *next++ = w1[o * first.taps() + tap];
    next = own.packed2.data();
    for (const auto& [begin, size] : groups)
      for (Index tap = 0; tap < second.taps(); ++tap)
        for (Index o = begin; o < begin + size; ++o) *next++ = w2[o * second.taps() + tap];
    pack_back(w2, own.packed_back.data());
  }

  void forward(Own& own, Index block) const {
    const auto b = static_cast<std::size_t>(block);
    to_block(batch_.images.data() + (own.blocks.begin + block) * lane_count * pixels, own.x[b].data());
    convolve_and_pool<0, first.out_channels>(own.x[b].data(), own.packed1.data(), parameters_[1].w.data(),
                                             own.y1[b].data(), own.choices1[b].data());
    constexpr Index plane = second.pooled() * second.pooled() * lane_count;
    const float* x = own.y1[b].data();
    const auto group = [&]<int Outputs>(std::integral_constant<int, Outputs>, Index o) {
      convolve_and_pool<1, Outputs>(x, own.packed2.data() + o * second.taps(), parameters_[3].w.data() + o,
                                    own.block2.data() + o * plane, own.choices2[b].data() + o * plane);
    };
    group(std::integral_constant<int, groups[0][1]>(), groups[0][0]);
    group(std::integral_constant<int, groups[1][1]>(), groups[1][0]);
    group(std::integral_constant<int, groups[2][1]>(), groups[2][0]);
    for (Index feature = 0; feature < pooled2; ++feature)
      at(own.features.data() + feature * own.features.cols() + block * lane_count) =
          at(own.block2.data() + feature * lane_count);
  }

  /// The dense layers forward and back, over all examples of the thread.
  void dense(Own& own) const {
    const Index n = own.examples;
    Operand x{own.features.data(), own.features.cols(), 'T'};
    for (std::size_t l = 0; l < dense_layers; ++l) {
      const Parameter& weights = parameters_[4 + 2 * l];
      const auto bias = parameters_[5 + 2 * l].w.row(0).array();
      Matrix& y = own.outputs[l];
      product_in_registers(n, weights.columns, weights.rows, 1, x, {weights.w.data(), weights.w.cols()}, 0,
                           y.data(), y.cols());
      for (Index e = 0; e < n; ++e) {
        auto row = y.row(e).array();
        if (l + 1 < dense_layers)
          row = (row + bias).max(0.0F);
        else
          row += bias;
      }
      x = {y.data(), y.cols()};
    }
    Matrix& last = own.bars.back();
    last = own.outputs.back();
    own.loss = 0;
    for (Index e = 0; e < n; ++e)
      own.loss +=
          cross_entropy_row(last.row(e).data(), lenet_dense.back(),
                            batch_.labels[static_cast<std::size_t>(own.blocks.begin * lane_count + e)],
                            1 / static_cast<float>(lenet_batch));
    for (std::size_t l = dense_layers; l-- > 0;) {
      const Parameter& weights = parameters_[4 + 2 * l];
      const Matrix& bar = own.bars[l];
      own.gradients[5 + 2 * l].setZero();
      auto sum = own.gradients[5 + 2 * l].row(0).leftCols(weights.columns);
      for (Index e = 0; e < n; ++e) sum += bar.row(e).leftCols(weights.columns);
      const Operand w{weights.w.data(), weights.w.cols()};
      if (l == 0) {
        product(weights.rows, n, weights.columns, 1, w, {bar.data(), bar.cols(), 'T'}, 0,
                own.features_bar.data(), own.features_bar.cols());
        break;
      }
      Matrix& below = own.bars[l - 1];
      product(n, weights.rows, weights.columns, 1, {bar.data(), bar.cols()}, {w.data, w.stride, 'T'}, 0,
              below.data(), below.cols());
      for (Index e = 0; e < n; ++e)
        below.row(e).array() = (own.outputs[l - 1].row(e).array() > 0.0F).select(below.row(e).array(), 0.0F);
    }
  }

  /// The gradients of both kernels, and between them that of what the first pooling gives.
  void back(Own& own, Index block) const {
    const auto b = static_cast<std::size_t>(block);
    for (Index feature = 0; feature < pooled2; ++feature)
      at(own.block2_bar.data() + feature * lane_count) =
          at(own.features_bar.data() + feature * own.features_bar.cols() + block * lane_count);
    constexpr Index row2 = second.out_size() * lane_count;
    for (Index i = 0; i < second.out_channels * second.pooled(); ++i)
      unpool_row<1>(own.block2_bar.data() + i * second.pooled() * lane_count,
                    own.choices2[b].data() + i * second.pooled() * lane_count,
                    own.unpooled.data() + 2 * i * row2, row2);
    add_bias(second, own.block2_bar.data(), own.choices2[b].data(), own.bias2.data());

    correlate<1, 4>(own.y1[b].data(), own.unpooled.data(), second.out_size(), own.totals2.data());
    convolve_back(own.unpooled.data(), own.packed_back.data(), own.y1_bar.data());
    add_bias(first, own.y1_bar.data(), own.choices1[b].data(), own.bias1.data());

    constexpr Index row1 = first.out_size() * lane_count, kernel = lenet_kernel * lenet_kernel;
    for (Index o = 0; o < first.out_channels; o += 3)
      for (Index row = 0; row < first.pooled(); ++row) {
        for (Index i = 0; i < 3; ++i) {
          const Index at_row = ((o + i) * first.pooled() + row) * first.pooled() * lane_count;
          unpool_row<0>(own.y1_bar.data() + at_row, own.choices1[b].data() + at_row,
                        own.two_rows.data() + 2 * i * row1, row1);
        }
        for (Index r = 0; r < lenet_kernel; ++r)
          correlate_rows<0, 3>(own.x[b].data() + (2 * row + r) * first.size * lane_count, own.two_rows.data(),
                               2 * row1, 2, own.totals1.data() + (o * kernel + r * lenet_kernel) * lane_count,
                               kernel * lane_count);
      }
  }

  static void add_bias(const LenetConvolution& c, const float* bar, const std::int32_t* choices,
                       float* totals) {
    const Index plane = c.pooled() * c.pooled();
    for (Index o = 0; o < c.out_channels; ++o) {
      Vec sum = at(totals + o * lane_count);
      for (Index i = o * plane; i < (o + 1) * plane; ++i)
        sum += *reinterpret_cast<const IntVec*>(choices + i * lane_count) == IntVec{} + no_choice
                   ? Vec{}
                   : at(bar + i * lane_count);
      at(totals + o * lane_count) = sum;
    }
  }

  void sum_lanes(Own& own) const {
    const Matrix* totals[] = {&own.totals1, &own.bias1, &own.totals2, &own.bias2};
    for (std::size_t i = 0; i < 4; ++i)
      for (Index k = 0; k < parameters_[i].columns; ++k)
        own.gradients[i](0, k) = Eigen::Map<const Eigen::Array<float, lane_count, 1>, Eigen::Aligned64>(
                                     totals[i]->data() + k * lane_count)
                                     .sum();
  }

  void update(Own& own, int thread) {
    const AdamRule rule(lenet_learning_rate, steps_);
    for (std::size_t i = 0; i < parameters_.size(); ++i) {
      Parameter& p = parameters_[i];
      if (p.rows > 1) {
        update_dense(own, thread, i, rule);
        continue;
      }
      const Part part = part_of(p.columns, team_.threads(), thread);
      if (part.size() == 0) continue;
      float* sum = own.piece.data();
      for (const Own& other : own_) {
        const float* g = other.gradients[i].data() + part.begin;
        for (Index k = 0; k < part.size(); k += lane_count)
          at(sum + k) = (&other == &own_.front() ? Vec{} : at(sum + k)) + at(g + k);
      }
      rule.update(p.w.data() + part.begin, p.m.data() + part.begin, p.s.data() + part.begin, sum,
                  part.size());
    }
  }

  void update_dense(Own& own, int thread, std::size_t i, const AdamRule& rule) {
    Parameter& p = parameters_[i];
    const std::size_t l = (i - 4) / 2;
    const Part rows = part_of(p.rows, team_.threads(), thread);
    const Index width = p.w.cols();
    for (const Own& other : own_) {
      const Matrix& x = l == 0 ? other.features : other.outputs[l - 1];
      const Operand input = l == 0 ? Operand{x.data() + rows.begin * x.cols(), x.cols()}
                                   : Operand{x.data() + rows.begin, x.cols(), 'T'};
      product_in_registers(rows.size(), p.columns, other.examples, 1, input,
                           {other.bars[l].data(), other.bars[l].cols()},
                           &other == &own_.front() ? 0.0F : 1.0F, own.piece.data(), width);
    }
    for (Index r = rows.begin; r < rows.end; ++r)
      rule.update(p.w.data() + r * width, p.m.data() + r * width, p.s.data() + r * width,
                  own.piece.data() + (r - rows.begin) * width, p.columns);
  }

  Batch batch_;
  std::vector<Parameter> parameters_;
  std::vector<Own> own_;
  int steps_ = 0;
  Team team_;
};

}  // namespace

std::unique_ptr<Network> floor_lenet(int threads) { return std::make_unique<FloorLenet>(threads); }

}  // namespace gradus::bench
