#pragma once

#include <gradus/data/augment/transform.hpp>
#include <gradus/models/activation.hpp>
#include <gradus/models/initialisers.hpp>
#include <gradus/models/layer.hpp>
#include <gradus/models/layers.hpp>
#include <gradus/models/loss.hpp>
#include <gradus/ops/ops.hpp>
#include <gradus/optim/update_rule.hpp>

#include <array>

// A part of each kind that the library does not have: what is here is all there is of them.
namespace gradus::test {

/// w ← w − η g − ζ w: with a setting that no other rule has.
struct Fading {
  static constexpr PartDescription description{"fading", "w ← w − η g − ζ w"};
  static constexpr std::array<std::string_view, 1> aliases{"withering"};
  Hyper learning_rate = 0.01;
  Hyper fade = 0.1;

  static constexpr auto parameters() {
    return std::array{Parameter{"learning_rate", &Fading::learning_rate, above(0), "learning rate η"},
                      Parameter{"fade", &Fading::fade, from(0, 0.5), "ζ, by which weights fade"}};
  }
  void update(Slots& slots, Expr w, Expr g) const {
    slots.assign(w, w - slots.scalar("learning_rate", learning_rate) * g - slots.scalar("fade", fade) * w);
  }
};

struct Root {
  static constexpr PartDescription description{"root", "1 / √(1 + t / every)"};
  double every = required;

  static constexpr auto parameters() { return std::array{Parameter{"every", &Root::every, above(0)}}; }
  Expr factor(Expr t) const { return 1 / sqrt(1 + t / every); }
};

struct Alternating {
  static constexpr PartDescription description{"alternating", "size and −size in turn"};
  double size = required;

  static constexpr auto parameters() { return std::array{Parameter{"size", &Alternating::size, above(0)}}; }
  void fill(Filling& w) const {
    for (std::size_t i = 0; i < w.values.size(); ++i) w.values[i] = i % 2 == 0 ? size : -size;
  }
};

struct Swish {
  static constexpr PartDescription description{"swish", "x σ(beta x)"};
  double beta = 1;

  static constexpr auto parameters() { return std::array{Parameter{"beta", &Swish::beta, from(0, 100)}}; }
  Expr operator()(Expr x, SourceLocation) const { return x * sigmoid(beta * x); }
};

/// Each number times one that is trained.
struct Scaling {
  static constexpr PartDescription description{"scaling", "x · factor"};
  static constexpr std::string_view scope = "scaling";
  double initial = 1;

  static constexpr auto parameters() { return std::array{Parameter{"initial", &Scaling::initial, above(0)}}; }
  Expr declare(Expr x, const LayerSite& site) const {
    return x * site.graph.parameter("factor", Shape(x.shape().dims().subspan(1)), filled_with(initial));
  }
};

struct AbsoluteError {
  static constexpr PartDescription description{"absolute-error", "Σ |p − t|"};
  Expr operator()(Expr p, Expr t, SourceLocation) const { return sum(abs(p - t), {-1}); }
};

struct Dim {
  static constexpr PartDescription description{"dim", "all pixels darker by a part of amount"};
  double amount = 0.1;

  static constexpr auto parameters() { return std::array{Parameter{"amount", &Dim::amount, from(0, 1)}}; }
  void paint(data::Canvas& canvas, Philox&) const {
    for (float& pixel : canvas.pixels) pixel *= static_cast<float>(1 - amount);
  }
};

/// Both halves of an image go through the same layer, and their difference decides.
inline Expr siamese(Expr images, Index classes) {
  const Index rows = images.shape()[2].at(1) / 2;
  const Expr above = flatten(slice(images, 2, 0, rows));
  const Expr below = flatten(slice(images, 2, rows, 2 * rows));
  const Expr w = images.graph().parameter("tower/weight", {above.shape()[1], 8}, glorot_uniform());
  const Expr left = tanh(matmul(above, w));
  const Expr right = tanh(matmul(below, w));
  return dense(left - right, classes, "output");
}

/// Adds them all.
template <class To>
To& add_own_parts(To& to) {
  return to.template add<Fading>()
      .template add<Root>()
      .template add<Alternating>()
      .template add<Swish>()
      .template add<Scaling>()
      .template add<AbsoluteError>()
      .template add<Dim>();
}

}  // namespace gradus::test
