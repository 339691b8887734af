#pragma once

#include <gradus/graph/run/program.hpp>

#include <memory>
#include <string>
#include <vector>

namespace gradus {

/// A training step small enough that every number on its page can be checked by hand.
struct Lesson {
  std::string title;
  std::string introduction;
  std::unique_ptr<Graph> graph;
  Expr loss;
  Expr step;
  State<double> state;
  std::vector<Expr> inputs;
  std::vector<std::vector<double>> values;  ///< of the inputs

  std::vector<Feed<double>> feeds() const;
};

/// A lesson that is known by name, and makes its graph when it is asked for.
struct KnownLesson {
  std::string name;
  std::string summary;
  Lesson (*make)(double learning_rate) = nullptr;
};

/// "neuron": one input, one weight, a bias and a sigmoid, whose answer is to be 0.
/// "2-3-2": two inputs, three hidden neurons, two classes, one example.
const std::vector<KnownLesson>& lessons();

}  // namespace gradus
