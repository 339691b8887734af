#pragma once

#include <gradus/report/comparison.hpp>
#include <gradus/study/experiment_runner.hpp>

namespace gradus {

/// A part of an experiment's page: a heading, what was found in sentences that say the figures, the plots
/// that show it, the runs behind it.
struct ResultSection {
  std::string heading;
  std::vector<std::string> sentences;
  std::vector<Plot> plots;
  std::vector<const RunRecord*> runs;
  std::vector<std::pair<std::string, HtmlTable>> tables{};  ///< each below its caption
  nlohmann::json first_layer{};  ///< pictures of weights, as first_layer_json() makes them
  std::string page{};            ///< another page that tells of it, seen from this one's folder
};

/// What an experiment found.
struct ExperimentResults {
  std::string title;
  std::string question;  ///< what was asked, and how it was tried
  std::vector<ResultSection> sections;
};

/// An experiment: runs, and what there is to say of them. Each is one file of study/experiments/ that
/// defines `Experiment NAME()`, its file's name with _ for -, and is found by itself.
struct Experiment {
  std::string name;
  std::string summary;  ///< for the list of commands
  std::string footer;   ///< examples
  ExperimentResults (*run)(ExperimentRunner& runner) = nullptr;
  bool any_model = true;                    ///< else the multi-layer perceptron alone, as it is
  std::vector<std::string> varies{};        ///< settings of the network that are its own to choose
  std::string also{};                       ///< another name of its command
  bool has_seeds = true;                    ///< trains each network with several
  void (*begin)(TrainSettings&) = nullptr;  ///< changes what its flags begin with
};

/// All experiments, by name.
const std::vector<Experiment>& experiments();

/// The network that an experiment begins with, in words: "784-500-250-100-10" where it is the default one,
/// else its layers.
std::string network_text(const ExperimentRunner& runner);

/// The loss or the accuracy of a run on training batches and on validation, called "OF: loss".
Plot train_and_validation(const std::string& name, const std::string& of, const RunRecord& run,
                          Quantity quantity);

/// What was found, for a terminal.
std::string results_text(const ExperimentResults& results);

/// Writes the page and its plots into a folder: report.html and plots/. Returns what could not be drawn, as
/// write_run_page does. Throws FileError when a file cannot be written.
std::string write_results_page(const ExperimentResults& results, const std::filesystem::path& folder);

/// Accuracy on a split at the end of a finished run, in percent.
double final_accuracy(const RunRecord& run, const char* split);

}  // namespace gradus
