#include "floor_dense.hpp"

namespace gradus::bench {
namespace {

/// Rows of a weight matrix whose gradient is made and used at once under Adam: with three more arrays of the
/// same size it stays in the second-level cache.
constexpr Eigen::Index rows_at_once = 64;

/// Columns of a panel: with eight rows 24 sums in registers, with a single one eight, enough to hide the
/// latency of a multiply-add.
Eigen::Index panel_width(Eigen::Index batch) { return (batch < 4 ? 8 : 3) * lane_count; }

void activate(Activation activation, float* row, const float* bias, Eigen::Index n) {
  Eigen::Map<Eigen::ArrayXf> y(row, n);
  const Eigen::Map<const Eigen::ArrayXf> b(bias, n);
  switch (activation) {
    case Activation::sigmoid:
      y = (y + b).logistic();
      break;
    case Activation::tanh:
      y = (y + b).tanh();
      break;
    case Activation::relu:
      y = (y + b).max(0.0F);
      break;
  }
}

/// bar ← bar · (the activation's derivative, in terms of its value y).
void activate_back(Activation activation, float* bar, const float* row, Eigen::Index n) {
  Eigen::Map<Eigen::ArrayXf> b(bar, n);
  const Eigen::Map<const Eigen::ArrayXf> y(row, n);
  switch (activation) {
    case Activation::sigmoid:
      b *= y * (1.0F - y);
      break;
    case Activation::tanh:
      b *= 1.0F - y.square();
      break;
    case Activation::relu:
      b = (y > 0.0F).select(b, 0.0F);
      break;
  }
}

}  // namespace

FloorDense::FloorDense(const Workload& workload, int threads, Split split)
    : workload_(workload),
      split_(split),
      panels_(workload.training ? 0 : panel_width(workload.batch)),
      batch_(make_batch(workload.batch, workload.sizes.front())),
      own_(static_cast<std::size_t>(threads)),
      team_(threads) {
  const Values values = make_parameters(workload);
  Eigen::Index widest = 0;
  for (std::size_t l = 0; l + 1 < workload.sizes.size(); ++l) {
    const Eigen::Index in = workload.sizes[l], out = workload.sizes[l + 1], width = padded(out);
    const Matrix weights = Matrix::Zero(in, width), row = Matrix::Zero(1, width),
                 output = Matrix::Zero(workload.batch, width);
    const bool adam = workload.training && workload.rule == Rule::adam;
    const Matrix moments = adam ? weights : Matrix();
    Layer& layer =
        layers_.emplace_back(Layer{in, out, weights, moments, moments, {}, row, row, row, output, output});
    layer.weights.leftCols(out) = Eigen::Map<const Matrix>(values[2 * l].data(), in, out);
    if (!workload.training) pack(layer);
    widest = std::max(widest, width);
  }
  for (Own& own : own_) own.gradient = Matrix::Zero(rows_at_once, widest);
}

void FloorDense::pack(Layer& layer) const {
  const Eigen::Index panels = (layer.out + panels_ - 1) / panels_;
  layer.packed = Matrix::Zero(panels * layer.in, panels_);
  for (Eigen::Index panel = 0; panel < panels; ++panel) {
    const Eigen::Index begin = panel * panels_, width = std::min(panels_, layer.out - begin);
    layer.packed.block(panel * layer.in, 0, layer.in, width) = layer.weights.middleCols(begin, width);
  }
}

void FloorDense::forward_by_panels(const Layer& layer, Part columns, Eigen::Index rows, Operand x,
                                   float* out) const {
  for (Eigen::Index c = columns.begin; c < columns.end; c += panels_)
    product_in_registers(rows, std::min(panels_, columns.end - c), layer.in, 1, x,
                         {layer.packed.data() + c / panels_ * layer.in * panels_, panels_}, 0,
                         out + c - columns.begin, layer.output.cols());
}

double FloorDense::step() {
  ++steps_;
  team_.run([&](int thread) {
    if (split_ == Split::columns)
      step_by_columns(thread);
    else
      step_by_examples(thread);
  });
  float sum = 0;
  for (const Own& own : own_) sum += own.loss;
  return static_cast<double>(sum) / static_cast<double>(workload_.batch);
}

void FloorDense::step_by_columns(int thread) {
  const int threads = team_.threads();
  const Part examples = part_of(workload_.batch, threads, thread, 1);
  const Part all{0, workload_.batch};
  for (std::size_t l = 0; l + 1 < layers_.size(); ++l) {
    forward(l, all, part_of(layers_[l].out, threads, thread));
    team_.barrier();
  }
  const Part classes{0, layers_.back().out};
  forward(layers_.size() - 1, examples, classes);
  loss(thread, examples);
  team_.barrier();
  for (std::size_t l = layers_.size(); l-- > 0;) {
    const Layer& layer = layers_[l];
    if (l > 0) {
      back(l, all, part_of(layer.in, threads, thread));
      team_.barrier();
    }
    if (wide(layer))
      update(l, thread, {0, layer.in}, part_of(layer.out, threads, thread));
    else
      update(l, thread, part_of(layer.in, threads, thread), {0, layer.out});
  }
}

void FloorDense::step_by_examples(int thread) {
  const int threads = team_.threads();
  const Part examples = part_of(workload_.batch, threads, thread, 1);
  for (std::size_t l = 0; l < layers_.size(); ++l) forward(l, examples, {0, layers_[l].out});
  loss(thread, examples);
  for (std::size_t l = layers_.size(); l-- > 1;) back(l, examples, {0, layers_[l].in});
  team_.barrier();
  for (std::size_t l = layers_.size(); l-- > 0;)
    update(l, thread, part_of(layers_[l].in, threads, thread), {0, layers_[l].out});
}

void FloorDense::forward(std::size_t l, Part rows, Part columns) {
  Layer& layer = layers_[l];
  const Matrix& x = input(l);
  const Operand examples{x.data() + rows.begin * x.cols(), x.cols()};
  const Operand weights{layer.weights.data() + columns.begin, layer.weights.cols()};
  float* out = layer.output.data() + rows.begin * layer.output.cols() + columns.begin;
  if (panels_ > 0)
    forward_by_panels(layer, columns, rows.size(), examples, out);
  else
    product_in_registers(rows.size(), columns.size(), layer.in, 1, examples, weights, 0, out,
                         layer.output.cols());
  const float* bias = layer.bias.data() + columns.begin;
  const bool last = &layer == &layers_.back();
  for (Eigen::Index r = 0; r < rows.size(); ++r, out += layer.output.cols()) {
    if (last)
      Eigen::Map<Eigen::ArrayXf>(out, columns.size()) +=
          Eigen::Map<const Eigen::ArrayXf>(bias, columns.size());
    else
      activate(workload_.activation, out, bias, columns.size());
  }
}

void FloorDense::loss(int thread, Part rows) {
  Layer& last = layers_.back();
  const float share = 1 / static_cast<float>(workload_.batch);
  float sum = 0;
  for (Eigen::Index r = rows.begin; r < rows.end; ++r) {
    last.output_bar.row(r) = last.output.row(r);
    sum += cross_entropy_row(last.output_bar.row(r).data(), last.out,
                             batch_.labels[static_cast<std::size_t>(r)], share);
  }
  own_[static_cast<std::size_t>(thread)].loss = sum;
}

void FloorDense::back(std::size_t l, Part rows, Part columns) {
  const Layer& layer = layers_[l];
  Layer& below = layers_[l - 1];
  float* out = below.output_bar.data() + rows.begin * below.output_bar.cols() + columns.begin;
  product(rows.size(), columns.size(), layer.out, 1,
          {layer.output_bar.data() + rows.begin * layer.output_bar.cols(), layer.output_bar.cols()},
          {layer.weights.data() + columns.begin * layer.weights.cols(), layer.weights.cols(), 'T'}, 0, out,
          below.output_bar.cols());
  const float* y = below.output.data() + rows.begin * below.output.cols() + columns.begin;
  for (Eigen::Index r = 0; r < rows.size(); ++r)
    activate_back(workload_.activation, out + r * below.output_bar.cols(), y + r * below.output.cols(),
                  columns.size());
}

void FloorDense::update(std::size_t l, int thread, Part rows, Part columns) {
  Layer& layer = layers_[l];
  const Matrix& x = input(l);
  const Operand y_bar{layer.output_bar.data() + columns.begin, layer.output_bar.cols()};
  const Eigen::Index width = layer.weights.cols();
  float* const weights = layer.weights.data() + columns.begin;
  if (workload_.rule == Rule::sgd) {
    product_in_registers(
        rows.size(), columns.size(), workload_.batch, -static_cast<float>(workload_.learning_rate()),
        {x.data() + rows.begin, x.cols(), 'T'}, y_bar, 1, weights + rows.begin * width, width);
  } else {
    const AdamRule rule(workload_.learning_rate(), steps_);
    Matrix& gradient = own_[static_cast<std::size_t>(thread)].gradient;
    const Eigen::Index gradient_stride = padded(columns.size());
    for (Eigen::Index begin = rows.begin; begin < rows.end; begin += rows_at_once) {
      const Eigen::Index end = std::min(rows.end, begin + rows_at_once);
      product_in_registers(end - begin, columns.size(), workload_.batch, 1, {x.data() + begin, x.cols(), 'T'},
                           y_bar, 0, gradient.data(), gradient_stride);
      for (Eigen::Index r = begin; r < end; ++r) {
        const Eigen::Index at = r * width + columns.begin;
        rule.update(layer.weights.data() + at, layer.first.data() + at, layer.second.data() + at,
                    gradient.data() + (r - begin) * gradient_stride, columns.size());
      }
    }
  }
  if (columns.size() < layer.out || rows.begin == 0) update_bias(layer, thread, columns);
}

void FloorDense::update_bias(Layer& layer, int thread, Part columns) {
  if (columns.size() == 0) return;
  Matrix& gradient = own_[static_cast<std::size_t>(thread)].gradient;
  Eigen::Map<Eigen::RowVectorXf> sum(gradient.data(), columns.size());
  sum.setZero();
  for (Eigen::Index r = 0; r < workload_.batch; ++r)
    sum += layer.output_bar.row(r).segment(columns.begin, columns.size());
  if (workload_.rule == Rule::sgd)
    layer.bias.row(0).segment(columns.begin, columns.size()) -=
        static_cast<float>(workload_.learning_rate()) * sum;
  else
    AdamRule(workload_.learning_rate(), steps_)
        .update(layer.bias.data() + columns.begin, layer.bias_first.data() + columns.begin,
                layer.bias_second.data() + columns.begin, gradient.data(), columns.size());
}

void FloorDense::infer() {
  const int threads = team_.threads();
  team_.run([&](int thread) {
    const bool by_examples = split_ == Split::examples;
    const Part own = part_of(workload_.batch, threads, thread, 1);
    for (std::size_t l = 0; l + 1 < layers_.size(); ++l) {
      if (by_examples) {
        forward(l, own, {0, layers_[l].out});
      } else {
        forward(l, {0, workload_.batch}, part_of(layers_[l].out, threads, thread, panels_));
        team_.barrier();
      }
    }
    forward(layers_.size() - 1, own, {0, layers_.back().out});
    for (Eigen::Index r = own.begin; r < own.end; ++r)
      softmax_row(layers_.back().output.row(r).data(), layers_.back().out);
  });
}

std::vector<float> FloorDense::probabilities() const {
  const Matrix p = layers_.back().output.leftCols(layers_.back().out);
  return {p.data(), p.data() + p.size()};
}

Snapshot FloorDense::snapshot() const {
  Snapshot result;
  const auto add = [](Values& to, const Matrix& matrix, Eigen::Index columns) {
    const Matrix dense = matrix.leftCols(std::min(columns, matrix.cols()));
    to.emplace_back(dense.data(), dense.data() + dense.size());
  };
  for (const Layer& layer : layers_) {
    add(result.parameters, layer.weights, layer.out), add(result.parameters, layer.bias, layer.out);
    if (workload_.rule != Rule::adam) continue;
    add(result.first_moments, layer.first, layer.out), add(result.first_moments, layer.bias_first, layer.out);
    add(result.second_moments, layer.second, layer.out),
        add(result.second_moments, layer.bias_second, layer.out);
  }
  return result;
}

}  // namespace gradus::bench
