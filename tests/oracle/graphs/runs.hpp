#pragma once

#include <gradus/tests/oracle/graphs/random_graph.hpp>

namespace gradus::oracle {

/// What is compared of a graph: the loss, the outputs, the gradients, the products; in this order.
Exprs wanted(const RandomGraph& of);

/// "loss", "output of node 7", "gradient by leaf3", "product by leaf3": one for each of wanted().
std::vector<std::string> names_of_wanted(const RandomGraph& of);

/// A way to compile and run.
struct Plan {
  bool passes = false;
  bool fuse = false;
  bool share_memory = false;
  int threads = 1;
};
std::string to_string(const Plan& plan);

/// The values of wanted(), of a differentiated graph.
template <class Scalar>
std::vector<Tensor<Scalar>> run(const RandomGraph& of, const Plan& plan);

/// The values without fusion, sharing and threads, and what differs from them in a bit with any.
template <class Scalar>
struct Runs {
  std::vector<Tensor<Scalar>> values;
  std::vector<std::string> broken;
};
template <class Scalar>
Runs<Scalar> run_all_plans(const RandomGraph& of, bool passes);

extern template std::vector<Tensor<float>> run(const RandomGraph&, const Plan&);
extern template std::vector<Tensor<double>> run(const RandomGraph&, const Plan&);
extern template Runs<float> run_all_plans(const RandomGraph&, bool);
extern template Runs<double> run_all_plans(const RandomGraph&, bool);

}  // namespace gradus::oracle
