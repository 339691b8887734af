#pragma once

#include <gradus/tests/oracle/graphs/grower.hpp>

namespace gradus::oracle {

/// Applies one op to operands of the graph, and perhaps others around it.
struct Maker {
  std::string_view
      op;  ///< a registered op, one of graph/declare/core_ops.hpp, or what several ops make together
  std::function<Expr(Grower&)> make;
};

/// Makers for every registered op, and for ops that occur together.
const std::vector<Maker>& makers();

void add_unary_makers(std::vector<Maker>& makers);
void add_binary_makers(std::vector<Maker>& makers);
void add_reduction_makers(std::vector<Maker>& makers);
void add_layout_makers(std::vector<Maker>& makers);
void add_product_makers(std::vector<Maker>& makers);
void add_image_makers(std::vector<Maker>& makers);
void add_compound_makers(std::vector<Maker>& makers);

}  // namespace gradus::oracle
