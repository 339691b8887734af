#include <gradus/cli/program.hpp>
#include <gradus/graph/declare/define.hpp>
#include <gradus/ops/patterns.hpp>
#include <gradus/tests/support/own_parts.hpp>

#include <cstdlib>

using namespace gradus;

struct Cube : Elementwise<1> {
  static constexpr Description description{"cube", "x", "x³"};
  template <class Y, class X>
  static void evaluate(Y& y, const X& x) {
    y = x * x * x;
  }
  static Expr vjp(const Expr& y, const Expr& ybar) { return ybar * 3 * square(y.input(0)); }
  static Rules rules() {
    const Unknown x("x");
    return {.simplify = {{"cube of negative", call<Cube>({-x}) == -call<Cube>({x})}}};
  }
};

/// Its derivative has a wrong sign, which `check` is to find.
struct Wrong : Elementwise<2> {
  static constexpr Description description{"wrong", "a b", "a b²"};
  template <class Y, class A, class B>
  static void evaluate(Y& y, const A& a, const B& b) {
    y = a * b * b;
  }
  static Expr vjp(const Expr& y, const Expr& ybar, std::size_t input) {
    const Expr a = y.input(0), b = y.input(1);
    return input == 0 ? ybar * square(b) : -ybar * 2 * a * b;
  }
};

/// With a parameter whose flag is one of the program's.
template <char Which>
struct Clashing {
  static constexpr PartDescription description{"clashing", "w ← w"};
  Hyper number = 1;
  static constexpr auto parameters() {
    constexpr std::string_view name = Which == 'b' ? "batch" : Which == 'o' ? "out" : "lr";
    return std::array{Parameter{name, &Clashing::number, from(0)}};
  }
  void update(Slots& slots, Expr w, Expr) const { slots.assign(w, w * slots.scalar("number", number)); }
};

int main(int argc, char** argv) {
  cli::Program program;
  program.add_model("siamese", test::siamese, "both halves of an image, compared");
  program.add<Cube>().add<Wrong>();
  const char* clash = std::getenv("OWN_CLASH");
  if (clash != nullptr) {
    if (*clash == 'b') program.add<Clashing<'b'>>();
    if (*clash == 'o') program.add<Clashing<'o'>>();
    if (*clash == 'l') program.add<Clashing<'l'>>();
  }
  return test::add_own_parts(program).main(argc, argv);
}
