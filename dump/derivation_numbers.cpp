#include <gradus/dump/brief.hpp>
#include <gradus/dump/check_words.hpp>
#include <gradus/dump/derivation_numbers.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace gradus {
namespace {

std::string value_of(const Node& node, const Annotations& numbers) {
  return numbers.values != nullptr ? brief(numbers.values->find(node)) : "";
}

const NumericCheck* check_of(const TextbookLine& line, const Annotations& numbers) {
  if (numbers.checks == nullptr || line.of == nullptr) return nullptr;
  const auto found = std::ranges::find_if(*numbers.checks, [&](const NumericCheck& check) {
    return check.adjoint->of == line.of && &check.adjoint->total.node() == line.node;
  });
  return found == numbers.checks->end() || found->elements.empty() ? nullptr : &*found;
}

}  // namespace

std::vector<DerivationNumber> derivation_numbers(const Textbook& book, const Annotations& numbers) {
  std::vector<DerivationNumber> all;
  if (numbers.values == nullptr && numbers.checks == nullptr) return all;
  const auto add = [&](const TextbookLine& line) {
    if (line.node == nullptr || !line.parameters.empty()) return;
    DerivationNumber number{line.left, value_of(*line.node, numbers), "", ""};
    if (const NumericCheck* check = check_of(line, numbers)) {
      const CheckedElement& worst = worst_element(*check);
      number.check = fmt::format("[{}] {}, difference {}", worst.position, derived_in_words(worst),
                                 difference_in_words(worst));
      number.error = error_in_words(worst);
    }
    all.push_back(std::move(number));
  };
  for (const TextbookSymbol& given : book.given)
    if (given.parameters.empty()) all.push_back({given.symbol, value_of(*given.node, numbers), "", ""});
  for (const TextbookLine& line : book.forward) add(line);
  for (const TextbookBackward& backward : book.backward)
    for (const TextbookLine& line : backward.lines) add(line);
  for (const TextbookLine& line : book.update) add(line);
  return all;
}

}  // namespace gradus
