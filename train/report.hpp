#pragma once

#include <gradus/train/trainer.hpp>

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace gradus {

/// What report.json holds of a finished run: data, model, settings, results on the three splits,
/// each with its confusion matrix and classification report, times and memory.
nlohmann::json report_json(const TrainSettings& settings, const data::TrainTest& data, const Network& network,
                           const TrainOutcome& outcome);

/// Writes report.txt and then report.json into the folder of a finished run, after removing the page of an
/// earlier one, so that a page that is there is one of this report.json. Throws FileError as write_file does.
void write_reports(const RunFolder& folder, const TrainSettings& settings, const data::TrainTest& data,
                   const Network& network, const TrainOutcome& outcome);

/// Whether the folder's report.json is of a run that stands here, not of an earlier end of it.
bool is_reported(const RunFolder& folder, const RunPosition& position);

/// The results for people: losses and accuracies, confusion matrix, classification report, time, memory.
std::string result_text(const TrainSettings& settings, const data::TrainTest& data,
                        const TrainOutcome& outcome);

/// What report.txt holds: the data, the table of layers, the results.
std::string report_text(const TrainSettings& settings, const data::TrainTest& data, const Network& network,
                        const TrainOutcome& outcome);

/// How the best row of the validation split compares with the last, and which of them the weights are of that
/// have been kept: "Best validation accuracy 87.99 % at iteration 3878; 85.46 % at the last, 3910, whose
/// weights are kept". Empty without such rows.
std::string best_and_last(const std::vector<MetricsRow>& rows, std::int64_t weights_of);

/// What the seconds of a report are of: "in all", or "since iteration 158", since a resumed run knows those
/// of its last session alone.
std::string timed_span(std::int64_t resumed_at);

/// The table of layers with output shapes and parameters.
std::string layer_table(const Network& network);

}  // namespace gradus
