#include <gradus/base/error.hpp>
#include <gradus/data/shuffle.hpp>
#include <gradus/fit/examples.hpp>
#include <gradus/graph/compile/rewrite.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace gradus {
namespace {

std::size_t width_of(const Examples::Column& column) {
  return static_cast<std::size_t>(column.input.shape().count(1));
}

}  // namespace

Examples::Examples(std::vector<Column> columns) : columns_(std::move(columns)) {
  if (columns_.empty()) throw ValueError("examples have at least one input that is fed");
  for (const Column& column : columns_) {
    const Shape& shape = column.input.shape();
    const std::string name = fmt::format("'{}' {}", column.input.name(), to_string(shape));
    if (shape.rank() == 0 || !shape[0].is_batch())
      throw ShapeError(fmt::format("{} cannot be fed examples: its first axis must be batch", name));
    const std::size_t width = width_of(column);
    if (column.values.size() % width != 0)
      throw ShapeError(fmt::format("{} numbers are no whole examples of {}, which has {} each",
                                   column.values.size(), name, width));
    const std::size_t count = column.values.size() / width;
    if (&column != &columns_.front() && count != size_)
      throw ShapeError(fmt::format("{} is fed {} examples, but '{}' {}", name, count,
                                   columns_.front().input.name(), size_));
    size_ = count;
  }
}

Examples Examples::part(std::size_t first, std::size_t count) const {
  std::vector<Column> columns = columns_;
  for (Column& column : columns)
    column.values = column.values.subspan(first * width_of(column), count * width_of(column));
  return Examples(std::move(columns));
}

Examples Examples::needed_by(const Exprs& outputs) const {
  const auto needed = gradus::needed_by(outputs.front().graph(), outputs);
  std::vector<Column> columns = columns_;
  std::erase_if(columns, [&](const Column& column) { return needed[column.input.node().id()] == 0; });
  return Examples(std::move(columns));
}

std::span<const float> Examples::operator[](Expr input) const {
  const auto found = std::ranges::find(columns_, input, &Column::input);
  return found == columns_.end() ? std::span<const float>() : found->values;
}

ExampleFeeder::ExampleFeeder(const Examples& examples, Expr label, Index batch, std::uint64_t seed,
                             bool drop_last)
    : examples_(examples),
      label_(label),
      batch_(static_cast<std::size_t>(batch)),
      seed_(seed),
      in_epoch_(examples_in_epoch(examples.size(), batch, drop_last)),
      gathered_(examples.columns().size()) {}

void ExampleFeeder::start(std::uint64_t epoch, std::size_t passed) {
  order_ = data::permutation(examples_.size(), seed_, epoch);
  order_.resize(in_epoch_);
  position_ = passed;
}

std::optional<Feeder::Batch> ExampleFeeder::next() {
  const std::size_t count = std::min(batch_, order_.size() - position_);
  if (count == 0) return std::nullopt;
  feeds_.clear();
  std::span<const float> labels;
  for (std::size_t c = 0; c < gathered_.size(); ++c) {
    const Examples::Column& column = examples_.columns()[c];
    const std::size_t width = width_of(column);
    gathered_[c].resize(count * width);
    for (std::size_t i = 0; i < count; ++i)
      std::ranges::copy(column.values.subspan(order_[position_ + i] * width, width),
                        gathered_[c].begin() + static_cast<std::ptrdiff_t>(i * width));
    feeds_.emplace_back(column.input, gathered_[c]);
    if (label_ && column.input == label_) labels = gathered_[c];
  }
  position_ += count;
  return Batch{feeds_, labels, count};
}

}  // namespace gradus
