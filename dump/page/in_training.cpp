#include <gradus/dump/algebra.hpp>
#include <gradus/dump/page/in_training.hpp>
#include <gradus/graph/declare/core_ops.hpp>

#include <algorithm>

namespace gradus::page {
namespace {

TextbookLine* line_of(std::vector<TextbookLine>& lines, const Node* node, const Node* TextbookLine::*by) {
  const auto found = std::ranges::find(lines, node, by);
  return found == lines.end() ? nullptr : &*found;
}

void replace_everywhere(Textbook& book, const Formula& symbol, const Formula& by) {
  const auto in = [&](std::vector<TextbookLine>& lines) {
    for (TextbookLine& line : lines) {
      for (TextbookTerm& term : line.terms) term.value = formula::replaced(term.value, symbol, by);
      if (line.shorter) line.shorter = formula::replaced(*line.shorter, symbol, by);
    }
  };
  in(book.forward);
  for (TextbookBackward& part : book.backward) in(part.lines);
  in(book.update);
}

/// Leaves out a line y = when_training(a, b), for which a stands from then on, and the way back through it.
void leave_out(Textbook& book, TextbookLine& line) {
  const Node& choice = *line.node;
  const Node* in_training = choice.inputs()[0];
  TextbookLine* chosen = line_of(book.forward, in_training, &TextbookLine::node);
  if (chosen == nullptr) return;
  replace_everywhere(book, line.left, chosen->left);
  line.folded = true;
  for (TextbookBackward& part : book.backward) {
    for (TextbookLine& each : part.lines)
      std::erase_if(each.terms, [&](const TextbookTerm& term) {
        return term.use == &choice && each.of != in_training && each.terms.size() > 1;
      });
    TextbookLine* whole = line_of(part.lines, &choice, &TextbookLine::of);
    TextbookLine* passed = line_of(part.lines, in_training, &TextbookLine::of);
    if (whole == nullptr || passed == nullptr) continue;
    replace_everywhere(book, whole->left, passed->left);
    passed->terms = whole->terms;
    passed->shorter = whole->shorter;
    passed->shortened_by = whole->shortened_by;
    whole->folded = true;
  }
}

}  // namespace

Textbook in_training(Textbook book) {
  for (TextbookLine& line : book.forward)
    if (as<WhenTraining>(line.node->op()) != nullptr) leave_out(book, line);
  return book;
}

}  // namespace gradus::page
