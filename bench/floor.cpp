#include "floor.hpp"

#include <dnnl.h>

#include <bit>
#include <cmath>

namespace gradus::bench {
namespace {

constexpr Eigen::Index line = 64 / sizeof(float);

Eigen::Index stride(Eigen::Index width, bool padded) {
  if (!padded) return width;
  const Eigen::Index whole = (width + line - 1) / line * line;
  const bool aliases = whole > line && std::has_single_bit(static_cast<std::size_t>(whole));
  return aliases ? whole + line : whole;
}

/// out (rows × columns) ← alpha · a · b + beta · out, each operand a pointer and its row's stride.
struct Operand {
  const float* data;
  Eigen::Index stride;
  char transposed = 'N';
};

void product(Eigen::Index rows, Eigen::Index columns, Eigen::Index inner, float alpha, Operand a, Operand b,
             float beta, Batch::Matrix& out) {
  dnnl_sgemm(a.transposed, b.transposed, rows, columns, inner, alpha, a.data, a.stride, b.data, b.stride,
             beta, out.data(), out.cols());
}

}  // namespace

Floor::Floor(const Workload& workload, const FloorOptions& options)
    : options_(options), learning_rate_(workload.learning_rate) {
  for (const Layer& layer : make_layers(workload)) {
    const Eigen::Index in = layer.weights.rows();
    const Eigen::Index out = layer.weights.cols();
    const Eigen::Index width = stride(out, options.padded);
    Dense& dense = layers_.emplace_back(Dense{in,
                                              out,
                                              Matrix::Zero(in, width),
                                              {},
                                              layer.bias,
                                              Matrix::Zero(workload.batch, width),
                                              Matrix::Zero(workload.batch, width)});
    dense.weights.leftCols(out) = layer.weights;
    if (!options.folded) dense.gradient = Matrix::Zero(in, width);
  }
}

float Floor::step(const Batch& batch) {
  forward(batch);
  const float mean_loss = loss(batch);
  backward(batch);
  return mean_loss;
}

void Floor::forward(const Batch& batch) {
  Operand input{batch.images.data(), batch.images.cols()};
  for (Dense& layer : layers_) {
    product(batch.images.rows(), layer.out, layer.in, 1, input, {layer.weights.data(), layer.weights.cols()},
            0, layer.output);
    const bool last = &layer == &layers_.back();
    for (Eigen::Index example = 0; example < layer.output.rows(); ++example) {
      auto row = layer.output.row(example).head(layer.out);
      if (last)
        row += layer.bias;
      else
        row = (row + layer.bias).array().logistic();
    }
    input = {layer.output.data(), layer.output.cols()};
  }
}

float Floor::loss(const Batch& batch) {
  Dense& last = layers_.back();
  const float share = 1 / static_cast<float>(batch.images.rows());
  float sum = 0;
  for (Eigen::Index example = 0; example < batch.images.rows(); ++example) {
    const auto logits = last.output.row(example).head(last.out).array();
    const auto label = batch.labels.row(example).array();
    auto p = last.output_bar.row(example).head(last.out).array();
    const float largest = logits.maxCoeff();
    p = (logits - largest).exp();
    const float total = p.sum();
    sum += (label * (largest + std::log(total) - logits)).sum();
    p = (p / total - label) * share;
  }
  return sum * share;
}

void Floor::backward(const Batch& batch) {
  for (std::size_t l = layers_.size(); l-- > 0;) {
    Dense& layer = layers_[l];
    if (l == 0) {
      update(layer, batch.images.data(), batch.images.cols());
      break;
    }
    Dense& below = layers_[l - 1];
    product(batch.images.rows(), layer.in, layer.out, 1, {layer.output_bar.data(), layer.output_bar.cols()},
            {layer.weights.data(), layer.weights.cols(), 'T'}, 0, below.output_bar);
    for (Eigen::Index example = 0; example < batch.images.rows(); ++example) {
      const auto y = below.output.row(example).head(below.out).array();
      below.output_bar.row(example).head(below.out).array() *= y * (1.0F - y);
    }
    update(layer, below.output.data(), below.output.cols());
  }
}

void Floor::update(Dense& layer, const float* input, Eigen::Index input_stride) {
  const Eigen::Index examples = layer.output.rows();
  const Operand x{input, input_stride, 'T'};
  const Operand y_bar{layer.output_bar.data(), layer.output_bar.cols()};
  if (options_.folded) {
    product(layer.in, layer.out, examples, -learning_rate_, x, y_bar, 1, layer.weights);
  } else {
    product(layer.in, layer.out, examples, 1, x, y_bar, 0, layer.gradient);
    layer.weights -= learning_rate_ * layer.gradient;
  }
  layer.bias -= learning_rate_ * layer.output_bar.leftCols(layer.out).colwise().sum();
}

std::vector<Layer> Floor::layers() const {
  std::vector<Layer> result;
  for (const Dense& layer : layers_) result.push_back({layer.weights.leftCols(layer.out), layer.bias});
  return result;
}

}  // namespace gradus::bench
