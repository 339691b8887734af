// 05  Handwritten digits: the network 784-500-250-100-10, written op by op.
//
// Each layer is h ← relu(h W + b). The last gives ten numbers z, softmax makes probabilities of them, and the
// loss is −ln of the probability given to the true digit, averaged over the batch. Two programs are compiled
// from the one graph and work on one state: one trains, the other answers.
//
// Without $GRADUS_DATA, the folder of MNIST's four files, digits are drawn by the program itself.

#include <fmt/format.h>
#include <cstdlib>
#include <gradus/gradus.hpp>

using namespace gradus;

int main() {
  const auto data = std::getenv("GRADUS_DATA") != nullptr
                        ? data::load({})
                        : data::generated_digits({.seed = 1, .train = 10000, .test = 2000});
  fmt::print("{}\n", data::announcement(data.train));

  Graph g;
  const Expr image = g.input("image", {batch, 784});
  const Expr label = g.input("label", {batch});
  // Glorot and Bengio's random weights keep the size of what flows through the layers, both ways.
  const auto dense = [&](Expr h, Index from, Index to, const std::string& layer) {
    const auto scope = g.scope(layer);
    return matmul(h, g.parameter("weight", {from, to}, glorot_uniform())) + g.parameter("bias", {to});
  };
  Expr h = relu(dense(image, 784, 500, "hidden1"));
  h = relu(dense(h, 500, 250, "hidden2"));
  h = relu(dense(h, 250, 100, "hidden3"));
  const Expr logits = dense(h, 100, 10, "output");
  const Expr loss = mean(cross_entropy(softmax(logits), one_hot(label, 10)));
  const Expr right = greater(0.5, abs(argmax(logits) - label));

  const auto train = compile(g, {loss, minimize(loss, Adam{.learning_rate = 1e-3})});
  const auto judge = compile(g, {right});
  auto state = initialise(g, /*seed=*/1);

  data::Batches<float> lessons(data.train, {}, 64);
  for (std::uint64_t epoch = 1; epoch <= 3; ++epoch) {
    double total = 0;
    lessons.start(data::permutation(data.train.size(), /*seed=*/1, epoch));
    while (const auto b = lessons.next())
      total += train.run(state, {{image, b->images}, {label, b->labels}}).scalar(loss);
    fmt::print("epoch {}: mean loss {:.4f}\n", epoch, total / static_cast<double>(lessons.count()));
  }

  double correct = 0;
  data::Batches<float> questions(data.test, {}, 64);
  questions.start(data::natural_order(data.test.size()));
  while (const auto b = questions.next())
    for (const float one : judge.run(state, {{image, b->images}, {label, b->labels}})[right].span())
      correct += one;
  const double accuracy = 100 * correct / static_cast<double>(data.test.size());
  fmt::print("{:.2f} % of {} test images right\n", accuracy, data.test.size());
  return accuracy > 95 ? 0 : 1;
}
