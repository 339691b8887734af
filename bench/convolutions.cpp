#include "convolutions.hpp"

#include <fmt/format.h>
#include <omp.h>
#include <dnnl.hpp>

#include <gradus/graph/declare/tensor.hpp>
#include <gradus/ops/detail/convolve.hpp>
#include <memory>
#include <random>
#include <stdexcept>

#include "floor_lenet_kernels.hpp"
#include "team.hpp"

namespace gradus::bench {
namespace {

using Dims = dnnl::memory::dims;
using Tag = dnnl::memory::format_tag;

/// The numbers of x, w, b and ȳ, the same for both, images in rows (example, channel, row, column).
struct Numbers {
  std::vector<float> x, w, b, y_bar;
  explicit Numbers(const LenetConvolution& c) {
    std::mt19937 random(3);
    std::uniform_real_distribution<float> uniform(-1, 1);
    const auto fill = [&](std::vector<float>& values, Index count) {
      values.resize(static_cast<std::size_t>(count));
      for (float& value : values) value = uniform(random);
    };
    fill(x, lenet_batch * c.channels * c.size * c.size);
    fill(w, c.out_channels * c.taps());
    fill(b, c.out_channels);
    fill(y_bar, lenet_batch * c.out_channels * c.out_size() * c.out_size());
  }
};

enum class Kernels { gradus, by_hand };

/// One pass on blocks of sixteen images, divided between threads.
class OnBlocks {
 public:
  OnBlocks(std::size_t layer, Pass pass, Kernels kernels, int threads)
      : layer_(layer), pass_(pass), kernels_(kernels), c_(lenet_convolutions[layer]), team_(threads) {
    const Numbers numbers(c_);
    w_ = Buffer<float>(sizes_.kernel()), b_ = Buffer<float>(sizes_.out_channels);
    std::ranges::copy(numbers.w, w_.data()), std::ranges::copy(numbers.b, b_.data());
    x_ = blocked(numbers.x, sizes_.image()), y_ = blocked(numbers.y_bar, sizes_.result());
    for (int thread = 0; thread < threads; ++thread) {
      scratch_.emplace_back(
          std::max({convolve_scratch(sizes_), convolve_back_scratch(sizes_), correlate_scratch(sizes_)}));
      sums_.emplace_back(2 * sizes_.kernel());
      lanes_.emplace_back(sizes_.kernel() * block_size);
    }
  }

  void run() {
    team_.run([&](int thread) {
      const auto t = static_cast<std::size_t>(thread);
      const Part blocks = part_of(lenet_batch / block_size, team_.threads(), thread, 1);
      if (kernels_ == Kernels::by_hand)
        run_by_hand(t, blocks);
      else
        run_by_gradus(t, blocks);
    });
  }

  std::vector<float> result() const {
    if (pass_ == Pass::kernel) {
      std::vector<float> sum(static_cast<std::size_t>(sizes_.kernel()));
      for (const auto& part : sums_)
        for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += part.data()[i];
      return sum;
    }
    return pass_ == Pass::forward ? rows(y_, sizes_.result()) : rows(x_, sizes_.image());
  }

 private:
  float* x(Index block) const { return x_.data() + block * sizes_.image() * block_size; }
  float* y(Index block) const { return y_.data() + block * sizes_.result() * block_size; }

  void run_by_gradus(std::size_t thread, Part blocks) {
    float* const scratch = scratch_[thread].data();
    Eigen::Map<Eigen::ArrayXf> sum(sums_[thread].data(), sizes_.kernel());
    Eigen::Map<Eigen::ArrayXf> piece(sums_[thread].data() + sizes_.kernel(), sizes_.kernel());
    sum.setZero();
    for (Index block = blocks.begin; block < blocks.end; ++block) {
      if (pass_ == Pass::forward) {
        convolve_block<float>(sizes_, x(block), w_.data(), b_.data(), y(block), scratch);
      } else if (pass_ == Pass::input) {
        convolve_back_block<float>(sizes_, w_.data(), y(block), x(block), scratch);
      } else {
        correlate_block<float>(sizes_, x(block), y(block), block_size, {0, sizes_.out_channels}, piece.data(),
                               scratch);
        sum += piece;
      }
    }
  }

  /// The kernels of LeNet's floor, but for the forward pass, which has its pooling in it there.
  void run_by_hand(std::size_t thread, Part blocks) {
    if (pass_ == Pass::input) {
      pack_back(w_.data(), scratch_[thread].data());
      for (Index block = blocks.begin; block < blocks.end; ++block)
        convolve_back(y(block), scratch_[thread].data(), x(block));
      return;
    }
    float* const lanes = lanes_[thread].data();
    std::fill_n(lanes, sizes_.kernel() * block_size, 0.0F);
    for (Index block = blocks.begin; block < blocks.end; ++block) {
      if (layer_ == 0)
        correlate<0, 3>(x(block), y(block), 2, lanes);
      else
        correlate<1, 4>(x(block), y(block), c_.out_size(), lanes);
    }
    using Lanes = Eigen::Map<const Eigen::Array<float, block_size, 1>, Eigen::Aligned64>;
    for (Index k = 0; k < sizes_.kernel(); ++k) sums_[thread].data()[k] = Lanes(lanes + k * block_size).sum();
  }

  static Buffer<float> blocked(const std::vector<float>& rows, Index size) {
    Buffer<float> result(lenet_batch * size);
    for (Index example = 0; example < lenet_batch; ++example)
      for (Index i = 0; i < size; ++i)
        result.data()[(example / block_size * size + i) * block_size + example % block_size] =
            rows[static_cast<std::size_t>(example * size + i)];
    return result;
  }
  static std::vector<float> rows(const Buffer<float>& blocks, Index size) {
    std::vector<float> result;
    for (Index example = 0; example < lenet_batch; ++example)
      for (Index i = 0; i < size; ++i)
        result.push_back(
            blocks.data()[(example / block_size * size + i) * block_size + example % block_size]);
    return result;
  }

  std::size_t layer_;
  Pass pass_;
  Kernels kernels_;
  LenetConvolution c_;
  ConvolutionSizes sizes_{c_.channels,  c_.size,      c_.size, c_.out_channels, c_.out_size(), c_.out_size(),
                          lenet_kernel, lenet_kernel, {}};
  Buffer<float> x_, y_, w_, b_;
  std::vector<Buffer<float>> scratch_, sums_, lanes_;
  Team team_;
};

class ByOneDnn {
 public:
  ByOneDnn(std::size_t layer, Pass pass, int threads)
      : c_(lenet_convolutions[layer]), numbers_(c_), threads_(threads) {
    omp_set_num_threads(threads);  // when the primitive is made as when it runs
    const dnnl::memory::desc any_x(x_dims(), Type, Tag::any), any_w(w_dims(), Type, Tag::any),
        any_y(y_dims(), Type, Tag::any), b({c_.out_channels}, Type, Tag::x);
    const Dims stride{1, 1}, padding{0, 0};
    using Forward = dnnl::convolution_forward;
    const Forward::primitive_desc forward(
        {dnnl::prop_kind::forward_training, dnnl::algorithm::convolution_direct, any_x, any_w, b, any_y,
         stride, padding, padding},
        engine_);
    if (pass == Pass::forward) {
      primitive_ = Forward(forward);
      arguments_ = {{DNNL_ARG_SRC, held(forward.src_desc(), numbers_.x, x_dims())},
                    {DNNL_ARG_WEIGHTS, held(forward.weights_desc(), numbers_.w, w_dims())},
                    {DNNL_ARG_BIAS, dnnl::memory(b, engine_, numbers_.b.data())},
                    {DNNL_ARG_DST, out_ = dnnl::memory(forward.dst_desc(), engine_)}};
      out_dims_ = y_dims();
    } else if (pass == Pass::kernel) {
      using Backward = dnnl::convolution_backward_weights;
      const Backward::primitive_desc back(
          {dnnl::algorithm::convolution_direct, any_x, any_w, any_y, stride, padding, padding}, engine_,
          forward);
      primitive_ = Backward(back);
      arguments_ = {{DNNL_ARG_SRC, held(back.src_desc(), numbers_.x, x_dims())},
                    {DNNL_ARG_DIFF_DST, held(back.diff_dst_desc(), numbers_.y_bar, y_dims())},
                    {DNNL_ARG_DIFF_WEIGHTS, out_ = dnnl::memory(back.diff_weights_desc(), engine_)}};
      out_dims_ = w_dims();
    } else {
      using Backward = dnnl::convolution_backward_data;
      const Backward::primitive_desc back(
          {dnnl::algorithm::convolution_direct, any_x, any_w, any_y, stride, padding, padding}, engine_,
          forward);
      primitive_ = Backward(back);
      arguments_ = {{DNNL_ARG_WEIGHTS, held(back.weights_desc(), numbers_.w, w_dims())},
                    {DNNL_ARG_DIFF_DST, held(back.diff_dst_desc(), numbers_.y_bar, y_dims())},
                    {DNNL_ARG_DIFF_SRC, out_ = dnnl::memory(back.diff_src_desc(), engine_)}};
      out_dims_ = x_dims();
    }
  }

  void run() {
    omp_set_num_threads(threads_);
    primitive_.execute(stream_, arguments_);
    stream_.wait();
    omp_set_num_threads(1);
  }

  std::vector<float> result() {
    std::vector<float> rows(static_cast<std::size_t>(
        out_dims_[0] * (out_dims_.size() == 4 ? out_dims_[1] * out_dims_[2] * out_dims_[3] : 1)));
    dnnl::memory plain({out_dims_, Type, Tag::abcd}, engine_, rows.data());
    dnnl::reorder(out_, plain).execute(stream_, out_, plain);
    stream_.wait();
    return rows;
  }

 private:
  static constexpr auto Type = dnnl::memory::data_type::f32;
  Dims x_dims() const { return {lenet_batch, c_.channels, c_.size, c_.size}; }
  Dims w_dims() const { return {c_.out_channels, c_.channels, lenet_kernel, lenet_kernel}; }
  Dims y_dims() const { return {lenet_batch, c_.out_channels, c_.out_size(), c_.out_size()}; }

  /// The numbers in the layout that the primitive asks for: rearranging them is not timed.
  dnnl::memory held(const dnnl::memory::desc& wanted, std::vector<float>& rows, const Dims& dims) {
    dnnl::memory plain({dims, Type, Tag::abcd}, engine_, rows.data()), result(wanted, engine_);
    dnnl::reorder(plain, result).execute(stream_, plain, result);
    stream_.wait();
    return result;
  }

  LenetConvolution c_;
  Numbers numbers_;
  int threads_;
  dnnl::engine engine_{dnnl::engine::kind::cpu, 0};
  dnnl::stream stream_{engine_};
  dnnl::primitive primitive_;
  std::unordered_map<int, dnnl::memory> arguments_;
  dnnl::memory out_;
  Dims out_dims_;
};

}  // namespace

std::function<void()> convolution_by_gradus(std::size_t layer, Pass pass, int threads) {
  return [job = std::make_shared<OnBlocks>(layer, pass, Kernels::gradus, threads)] { job->run(); };
}

std::function<void()> convolution_by_hand(std::size_t layer, Pass pass, int threads) {
  return [job = std::make_shared<OnBlocks>(layer, pass, Kernels::by_hand, threads)] { job->run(); };
}

std::function<void()> convolution_by_onednn(std::size_t layer, Pass pass, int threads) {
  return [job = std::make_shared<ByOneDnn>(layer, pass, threads)] { job->run(); };
}

void verify_convolutions(std::size_t layer, Pass pass) {
  ByOneDnn theirs(layer, pass, 1);
  theirs.run();
  const std::vector<float> expected = theirs.result();
  for (const auto& [kernels, name] :
       {std::pair(Kernels::gradus, "gradus"), std::pair(Kernels::by_hand, "the floor")}) {
    if (kernels == Kernels::by_hand && pass == Pass::forward) continue;
    OnBlocks ours(layer, pass, kernels, 1);
    ours.run();
    const std::vector<float> got = ours.result();
    float largest = 0, error = 0;
    for (std::size_t i = 0; i < got.size(); ++i) {
      largest = std::max(largest, std::abs(got[i]));
      error = std::max(error, std::abs(got[i] - expected.at(i)));
    }
    if (!(error <= 1e-4F * largest))
      throw std::runtime_error(
          fmt::format("convolution {}: {} and oneDNN differ by {} of {}", layer + 1, name, error, largest));
  }
}

double convolution_flops(std::size_t layer) {
  return 2 * static_cast<double>(lenet_batch) * lenet_convolutions[layer].multiply_adds();
}

}  // namespace gradus::bench
