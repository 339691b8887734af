#pragma once

#include <gradus/data/points.hpp>
#include <gradus/graph/run/program.hpp>
#include <gradus/optim/rules.hpp>

#include <memory>
#include <string>
#include <vector>

namespace gradus {

/// A training step small enough to be looked through on its page.
struct Lesson {
  std::string title;
  std::string introduction;
  std::unique_ptr<Graph> graph;
  Expr loss;
  Expr step;
  State<double> state;
  std::vector<Expr> inputs;
  std::vector<std::vector<double>> values;  ///< of the inputs
  Index examples = 1;                       ///< that the inputs hold

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

/// What is learnt from points of the plane, and by which network.
struct PointsLessonOptions {
  data::PointsOptions points{};
  std::vector<Index> hidden{8, 8};
  std::string activation = "tanh";
  UpdateRule rule = Adam{.learning_rate = 0.03};
};

/// A network of two inputs and two classes that sees all points at each step, so that a page can show which
/// class it gives to every point of the plane. Throws NameError for an unknown shape or activation.
Lesson points_lesson(const PointsLessonOptions& options = {});

}  // namespace gradus
