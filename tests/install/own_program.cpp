// All of gradus with an op, a layer, an update rule and a model of one's own.
#include <gradus/cli/program.hpp>
#include <gradus/gradus.hpp>
#include <gradus/graph/declare/define.hpp>

using namespace gradus;

struct Swish : Elementwise<1> {
  static constexpr Description description{"swish", "x", "x σ(x)"};
  template <class Y, class X>
  static void evaluate(Y& y, const X& x) {
    y = x * x.logistic();
  }
  static Expr vjp(const Expr& y, const Expr& ybar) { return ybar * (y + sigmoid(y.input(0)) * (1 - y)); }
};

struct SwishLayer {
  static constexpr PartDescription description{"swish", "x σ(x)"};
  Expr declare(Expr x, const LayerSite& site) const { return elementwise(Swish{}, {x}, site.location); }
};

struct Fading {
  static constexpr PartDescription description{"fading", "w ← w − η g − ζ w"};
  Hyper learning_rate = 0.1, fade = 0.001;
  static constexpr auto parameters() {
    return std::array{Parameter{"learning_rate", &Fading::learning_rate, above(0), "learning rate η"},
                      Parameter{"fade", &Fading::fade, from(0, 0.5), "ζ, by which weights fade"}};
  }
  void update(Slots& slots, Expr w, Expr g) const {
    slots.assign(w, w - slots.scalar("learning_rate", learning_rate) * g - slots.scalar("fade", fade) * w);
  }
};

// Both halves of an image go through the same layer, and their difference decides.
Expr siamese(Expr images, Index classes) {
  const Index rows = images.shape()[2].at(1) / 2;
  const Expr above = flatten(slice(images, 2, 0, rows)), below = flatten(slice(images, 2, rows, 2 * rows));
  const Expr w = images.graph().parameter("tower/weight", {above.shape()[1], 16}, glorot_uniform());
  const Expr left = elementwise(Swish{}, {matmul(above, w)}),
             right = elementwise(Swish{}, {matmul(below, w)});
  return dense(left - right, classes, "output");
}

int main(int argc, char** argv) {
  return cli::Program()
      .add<Swish>()
      .add<SwishLayer>()
      .add<Fading>()
      .add_model("siamese", siamese)
      .main(argc, argv);
}
