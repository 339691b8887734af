#pragma once

#include <gradus/graph/program.hpp>

#include <memory>
#include <string>
#include <vector>

namespace gradus::cli {

/// A graph small enough that every number on its page can be checked by hand.
struct Lesson {
  std::string name;
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

/// "neuron": one input, one weight, a bias and a sigmoid, whose answer is to be 0.
/// "2-3-2": two inputs, three hidden neurons, two classes, one example.
const std::vector<std::string>& lesson_names();

/// Throws NameError for a lesson there is not.
Lesson make_lesson(const std::string& name, double learning_rate);

}  // namespace gradus::cli
