#pragma once

#include <gradus/graph/run/state.hpp>
#include <gradus/report/image_grid.hpp>
#include <gradus/report/page.hpp>
#include <gradus/report/plot.hpp>

#include <filesystem>

namespace gradus {

// What the page of any training is made of, besides its tables.

/// How long a run took that was begun, or resumed, at the iteration `resumed_at`.
struct SessionTimes {
  std::int64_t iterations = 0;  ///< behind the run
  std::int64_t resumed_at = 0;
  double total_s = 0;
  double step_us_median = 0;  ///< 0 where no step was taken
  int threads = 1;
};

/// The numbers at the head of the page, each with what it is, as templates/run.html takes them.
class NumberList {
 public:
  void add(const std::string& number, const std::string& what);
  void add(const SessionTimes& times);
  nlohmann::json json() const { return {{"list", list_}}; }

 private:
  nlohmann::json list_;
};

/// The loss over iterations and epochs, and the accuracy where classes are chosen.
std::vector<Plot> curve_plots(const TrainingCurves& run);

/// How the examples of a split were classified.
struct Judged {
  std::string name;                                  ///< "test"
  std::string examples;                              ///< what its examples are called: "the test set"
  std::vector<std::vector<std::int64_t>> confusion;  ///< [true][predicted]
  std::vector<Scores> classes;                       ///< one for each row of it
  Scores macro;
  Scores weighted;
};

/// Of what report.json tells of a split.
Judged judged_on(const std::string& split, const SplitResult& result);

/// Precision, recall, F1 and support of each class, and both averages.
HtmlTable class_table(const Judged& judged);

/// The confusion matrix, where there are many classes of those in most mistakes alone: the whole could
/// neither be read nor quickly drawn. The plot's name is "confusion", of a split that is not the first of a
/// page followed by the split's.
Plot confusion_plot(const Judged& judged, bool is_first);

/// The splits as templates/run.html takes them, to choose from: confusion matrix, the pairs of classes that
/// are mistaken most, as hardest_pairs() tells them, and precision, recall, F1 and support of each class with
/// both averages. The plots are the last of the figures and taken from them.
nlohmann::json judged_json(const std::vector<Judged>& splits, Figures& drawn);

/// The first layer's weights as pictures, which are also written into `plots`, as templates/run.html takes
/// them; null where there are none. Images have so many rows and columns, 0 where none are fed.
nlohmann::json first_layer_json(const Graph& graph, const State<float>& state, std::size_t rows,
                                std::size_t cols, const std::filesystem::path& plots);

/// Writes a grid of pictures to NAME.svg and NAME.png in `plots`, and returns the pictures.
nlohmann::json written(const ImageGrid& grid, const std::filesystem::path& plots, const std::string& name);

/// Settings, {name: value}, as templates/run.html takes them; those that are null are left out.
nlohmann::json settings_list(const nlohmann::json& settings);

}  // namespace gradus
