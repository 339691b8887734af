#include <gradus/fit/measure.hpp>

namespace gradus {
namespace {

/// Large enough that the weights are read seldom, small enough that the values stay in the cache.
constexpr std::size_t examples_at_once = 250;

Program<float> compiled(const Exprs& outputs, int threads) {
  CompileOptions options;
  options.capacity = static_cast<Index>(examples_at_once);
  options.threads = threads;
  return compile(outputs.front().graph(), outputs, options);
}

Exprs measured(const Trainable& network) {
  const Expr losses = network.losses_or_loss();
  return network.predicted ? Exprs{losses, network.predicted} : Exprs{losses};
}

}  // namespace

ExampleRunner::ExampleRunner(const Exprs& outputs, int threads)
    : outputs_(outputs), program_(compiled(outputs, threads)) {}

void ExampleRunner::run(
    State<float>& state, const Examples& given,
    const std::function<void(std::size_t, std::size_t, const Results<float>&)>& take) const {
  const Examples examples = given.needed_by(outputs_);
  for (std::size_t first = 0; first < examples.size(); first += examples_at_once) {
    const Examples batch = examples.part(first, std::min(examples_at_once, examples.size() - first));
    std::vector<Feed<float>> feeds;
    for (const Examples::Column& column : batch.columns()) feeds.emplace_back(column.input, column.values);
    take(first, batch.size(), program_.run(state, feeds));
  }
}

Measurer::Measurer(const Trainable& network, int threads)
    : network_(network), losses_(network.losses_or_loss()), runner_(measured(network), threads) {}

Measured Measurer::of(State<float>& state, const Examples& examples,
                      const std::function<void(float, float)>& judged) const {
  double sum = 0;
  std::size_t correct = 0;
  runner_.run(state, examples, [&](std::size_t first, std::size_t count, const Results<float>& values) {
    const double weight = losses_.shape().rank() == 0 ? static_cast<double>(count) : 1;
    for (const float loss : values[losses_].span()) sum += weight * static_cast<double>(loss);
    if (!network_.predicted) return;
    const auto predicted = values[network_.predicted].span();
    const auto labels = examples[network_.label].subspan(first, count);
    for (std::size_t i = 0; i < count; ++i) {
      if (predicted[i] == labels[i]) ++correct;
      if (judged) judged(labels[i], predicted[i]);
    }
  });
  const auto all = static_cast<double>(examples.size());
  Measured result{sum / all};
  if (network_.predicted) result.accuracy = static_cast<double>(correct) / all;
  return result;
}

Measured evaluate(const Trainable& network, State<float>& state, const Examples& examples, int threads) {
  return Measurer(network, threads).of(state, examples);
}

std::vector<float> predict(Expr output, State<float>& state, const Examples& examples, int threads) {
  std::vector<float> result;
  ExampleRunner({output}, threads)
      .run(state, examples, [&](std::size_t, std::size_t, const Results<float>& values) {
        const auto found = values[output].span();
        result.insert(result.end(), found.begin(), found.end());
      });
  return result;
}

}  // namespace gradus
