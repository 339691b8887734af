#pragma once

#include <gradus/train/training_loop.hpp>

#include <initializer_list>
#include <span>
#include <vector>

namespace gradus {

/// Examples in memory: for each input that is fed, its numbers, one example after the other, row-major. What
/// they are in must outlive this.
class Examples {
 public:
  struct Column {
    Expr input;
    std::span<const float> values;
  };

  /// Throws ShapeError for an input without a batch axis in front, numbers that are no whole examples, and
  /// columns of different numbers of examples, each naming the input; ValueError for no columns.
  Examples(std::initializer_list<Column> columns) : Examples(std::vector<Column>(columns)) {}
  explicit Examples(std::vector<Column> columns);

  std::size_t size() const { return size_; }
  const std::vector<Column>& columns() const { return columns_; }

  /// `count` of them, from the one with this number on.
  Examples part(std::size_t first, std::size_t count) const;

  /// The columns that these expressions need.
  Examples needed_by(const Exprs& outputs) const;

  /// What input this is fed, empty where it is none of them.
  std::span<const float> operator[](Expr input) const;

 private:
  std::vector<Column> columns_;
  std::size_t size_ = 0;
};

/// Gives examples in an order of each epoch's own, a function of seed and epoch.
class ExampleFeeder : public Feeder {
 public:
  /// `label` is the input with the true classes, empty where there is none. drop_last is as in
  /// examples_in_epoch().
  ExampleFeeder(const Examples& examples, Expr label, Index batch, std::uint64_t seed, bool drop_last);

  std::size_t examples() const override { return in_epoch_; }
  void start(std::uint64_t epoch, std::size_t passed) override;
  std::optional<Batch> next() override;

 private:
  Examples examples_;
  Expr label_;
  std::size_t batch_;
  std::uint64_t seed_;
  std::size_t in_epoch_;
  std::vector<std::uint32_t> order_;
  std::size_t position_ = 0;
  std::vector<std::vector<float>> gathered_;
  std::vector<Feed<float>> feeds_;
};

}  // namespace gradus
