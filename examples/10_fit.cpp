// 10  fit: the whole training of any graph with a loss, in one call.
//
// Two inputs, two answers, two losses. fit() adds gradients and updates to the graph, trains, measures what
// it was told to keep for that, and stops when that gets no better. With FitOptions::out it also keeps
// metrics.csv, a checkpoint, from which it goes on to the same bits, and a page about it all.

#include <fmt/format.h>
#include <cmath>
#include <gradus/gradus.hpp>

using namespace gradus;

int main() {
  // A point on a spiral arm: how far out it is, and the direction it lies in.
  std::vector<float> xs, ys, radii, directions;
  for (int i = 0; i < 2000; ++i) {
    const float r = 0.2F + std::fmod(0.6180339F * static_cast<float>(i), 1.0F);
    const float angle = 2.3999632F * static_cast<float>(i);
    xs.push_back(r * std::cos(angle));
    ys.push_back(r * std::sin(angle));
    radii.push_back(r);
    directions.insert(directions.end(), {std::cos(angle), std::sin(angle)});
  }

  Graph g;
  const Expr x = g.input("x", {batch, 1}), y = g.input("y", {batch, 1});
  const Expr radius = g.input("radius", {batch, 1}), direction = g.input("direction", {batch, 2});
  const Expr h = declare("dense 32, tanh, dense 32, tanh", concatenate({x, y}, 1)).output;
  const Expr how_far = dense(h, 1, "how_far"), where = dense(h, 2, "where");
  const Expr of_radius = mean(square(how_far - radius)), of_direction = mean(square(where - direction));
  const Expr loss = of_radius + 0.5 * of_direction;

  const Examples examples{{x, xs}, {y, ys}, {radius, radii}, {direction, directions}};
  FitOptions options{.epochs = 60, .rule = Eve{.learning_rate = 3e-3}, .validation = 400, .patience = 10};
  options.quiet = true;
  options.on_epoch = [](const EpochReport& epoch) {
    if (epoch.epoch % 10 == 0)
      fmt::print("epoch {:2}  loss {:.5f}  validation {:.5f}\n", epoch.epoch, epoch.train.loss,
                 epoch.validation->loss);
    return true;
  };
  Fitted fitted = fit({.loss = loss}, examples, options);

  const std::vector<float> answers = predict(how_far, fitted.state, {{x, xs}, {y, ys}});
  fmt::print("\nat ({:.3f}, {:.3f}) the radius is {:.3f}, and {:.3f} is answered\n", xs[7], ys[7], radii[7],
             answers[7]);
  const double after = evaluate({.loss = loss}, fitted.state, examples).loss;
  return after < 0.01 && fitted.history[1].loss > 4 * after ? 0 : 1;
}
