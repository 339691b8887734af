#pragma once

#include <memory>

#include "floor_parts.hpp"
#include "network.hpp"
#include "team.hpp"

namespace gradus::bench {

/// How a step is divided between threads. On one they are the same.
enum class Split {
  /// Each has its columns of every weight matrix and of every layer's output, with a barrier after each
  /// layer.
  columns,
  /// Each takes its part of the batch forward and back; one barrier; then its rows of every weight matrix.
  examples,
};

/// A step of a network of fully connected layers written by hand, for any activation, SGD or Adam, or
/// inference: what a compiler of such steps is measured against. Products have their sums in registers, those
/// by a transposed matrix are oneDNN's; for inference weights are laid out for the product beforehand. Rows
/// are padded to whole cache lines; SGD's update is folded into the product, W ← W − η·XᵀȲ by alpha = −η and
/// beta = 1, and Adam's made of pieces of the gradient that are still in the cache. Nothing depends on the
/// data: pixels that are 0 are multiplied as others are.
class FloorDense : public Network, public Classification {
 public:
  FloorDense(const Workload& workload, int threads, Split split);

  double step() override;
  Snapshot snapshot() const override;
  void infer() override;
  std::vector<float> probabilities() const override;

 private:
  using Matrix = Batch::Matrix;
  struct Layer {
    Eigen::Index in, out;
    Matrix weights, first, second;         // in × out padded; the moments
    Matrix packed;                         // for inference, panel below panel
    Matrix bias, bias_first, bias_second;  // one row, padded
    Matrix output, output_bar;  // batch × out padded; output_bar is ∂loss/∂(before the activation)
  };
  /// Memory of one thread: a piece of a gradient, on cache lines of its own.
  struct alignas(64) Own {
    Matrix gradient;
    float loss = 0;
  };

  /// Weights that stay are laid out as the product wants them: panels of some columns, each without gaps.
  void pack(Layer& layer) const;
  void forward_by_panels(const Layer& layer, Part columns, Eigen::Index rows, Operand x, float* out) const;
  void step_by_columns(int thread);
  void step_by_examples(int thread);
  /// The layer's output at these rows and columns, activation included unless it is the last.
  void forward(std::size_t l, Part rows, Part columns);
  void loss(int thread, Part rows);
  /// What flows back through layer l's weights to what is below, at these rows and columns of that.
  void back(std::size_t l, Part rows, Part columns);
  /// The update of a piece of layer l's weights.
  void update(std::size_t l, int thread, Part rows, Part columns);
  void update_bias(Layer& layer, int thread, Part columns);
  const Matrix& input(std::size_t l) const { return l == 0 ? batch_.images : layers_[l - 1].output; }
  /// Whether threads share a layer by its columns: the last has too few.
  bool wide(const Layer& layer) const { return layer.out >= lane_count * team_.threads(); }

  Workload workload_;
  Split split_;
  Eigen::Index panels_;  ///< their columns; 0: there are none
  Batch batch_;
  std::vector<Layer> layers_;
  std::vector<Own> own_;
  int steps_ = 0;
  Team team_;  // the last to be made and the first to go
};

}  // namespace gradus::bench
