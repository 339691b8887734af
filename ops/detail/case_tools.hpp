#pragma once

#include <gradus/ops/cases.hpp>

namespace gradus {

/// Where the values of a leaf lie: `count` different numbers spread over [low, high], none closer than `gap`
/// to `kink`.
struct Spread {
  double low = -2;
  double high = 2;
  double kink = 1e9;
  double gap = 0.1;
};

/// A new leaf: an input where the shape has the batch axis, a parameter otherwise. Different `salt` give
/// different numbers.
Point leaf(Graph& graph, const std::string& name, const Shape& shape, Index batch_size,
           const Spread& spread = {}, int salt = 0);

/// A new leaf of the given numbers.
Point leaf_of(Graph& graph, const std::string& name, const Shape& shape, Index batch_size,
              const std::vector<double>& values);

/// A shape and how many examples are fed.
struct Size {
  std::string what;
  Shape shape;
  Index batch_size = 1;
};

// The cases of each family of ops, each in its file.
void add_unary_cases(std::vector<OpCase>& cases);
void add_binary_cases(std::vector<OpCase>& cases);
void add_reduction_cases(std::vector<OpCase>& cases);
void add_row_cases(std::vector<OpCase>& cases);
void add_layout_cases(std::vector<OpCase>& cases);
void add_product_cases(std::vector<OpCase>& cases);
void add_image_cases(std::vector<OpCase>& cases);

}  // namespace gradus
