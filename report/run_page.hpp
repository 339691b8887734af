#pragma once

#include <gradus/report/record.hpp>
#include <gradus/train/evaluate.hpp>

namespace gradus {

/// A trained network with what is needed to look at it.
struct TrainedNetwork {
  const Network& network;
  State<float>& state;
  const data::TrainTest& data;
  data::PixelScale scale;
};

/// Writes the page of one run to `page` and its plots, as SVG and PNG, into the folder plots/ of the run:
/// curves, and of a finished run confusion matrix, classification report and the most confident mistakes on
/// the test set; the first layer's weights, the layers, the settings, the command. Returns what could not be
/// drawn and how to mend it, in one line, or nothing. Throws FileError when a file cannot be written.
std::string write_run_page(const RunRecord& record, const TrainedNetwork& trained,
                           const std::filesystem::path& page);

}  // namespace gradus
