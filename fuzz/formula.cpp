#include <gradus/dump/formula.hpp>
#include <gradus/fuzz/support/target.hpp>

void gradus::fuzz::take(std::string_view input) {
  const Formula formula = formula_or_text(input);
  to_latex(formula);
  to_mathml(formula);
  to_text(formula);
}
