#include <gradus/base/error.hpp>
#include <gradus/base/file.hpp>
#include <gradus/base/json.hpp>
#include <gradus/base/table.hpp>
#include <gradus/base/version.hpp>
#include <gradus/ops/matrix_product.hpp>
#include <gradus/train/report.hpp>

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace gradus {
namespace {

nlohmann::json split_json(const Evaluation& evaluation, const std::vector<std::string>& names) {
  const ClassificationReport report = classification_report(evaluation.confusion, names);
  return {{"loss", evaluation.loss},           {"accuracy", evaluation.accuracy()},
          {"examples", evaluation.examples()}, {"confusion_matrix", evaluation.confusion},
          {"classes", report.classes},         {"macro", report.macro},
          {"weighted", report.weighted}};
}

/// Every flag by its name, hyper-parameters with the values that were used, null where the rule has none.
nlohmann::json flags_json(const TrainSettings& settings) {
  nlohmann::json json = settings;
  json.erase("hyper");
  const auto key = [](const std::string& name) { return name == "learning_rate" ? "lr" : name; };
  for (const RegisteredRule& rule : settings.parts->rules)
    for (const PartParameter& parameter : rule.parameters) json[key(parameter.name)] = nullptr;
  for (const auto& [name, value] : hyper_values(settings)) json[key(name)] = value;
  return json;
}

nlohmann::json row_json(const std::optional<MetricsRow>& row) {
  if (!row) return nullptr;
  return {{"iteration", row->iteration}, {"loss", row->loss}, {"accuracy", row->accuracy}};
}

std::string split_line(const char* name, const Evaluation& evaluation) {
  if (evaluation.examples() == 0) return fmt::format("{:<12} no examples\n", name);
  return fmt::format("{:<12} loss {:.4f}   accuracy {:6.2f} %   {:>6} examples\n", name, evaluation.loss,
                     100 * evaluation.accuracy(), evaluation.examples());
}

}  // namespace

std::string timed_span(std::int64_t resumed_at) {
  return resumed_at > 0 ? fmt::format("since iteration {}", resumed_at) : "in all";
}

std::string best_and_last(const std::vector<MetricsRow>& rows, std::int64_t weights_of) {
  const auto best = best_validation(rows);
  if (!best) return "";
  const MetricsRow& last = *std::find_if(rows.rbegin(), rows.rend(),
                                         [](const MetricsRow& row) { return row.split == "validation"; });
  const bool classifies = !std::isnan(best->accuracy);
  const auto value = [&](const MetricsRow& row) {
    return classifies ? fmt::format("{:.2f} %", 100 * row.accuracy) : fmt::format("{:.4f}", row.loss);
  };
  const std::string text = fmt::format("Best validation {} {} at iteration {}",
                                       classifies ? "accuracy" : "loss", value(*best), best->iteration);
  if (best->iteration == last.iteration) return text + ", the last";
  return fmt::format("{}{}; {} at the last, {}{}", text,
                     weights_of == best->iteration ? ", whose weights are kept" : "", value(last),
                     last.iteration, weights_of == last.iteration ? ", whose weights are kept" : "");
}

nlohmann::json report_json(const TrainSettings& settings, const data::TrainTest& data, const Network& network,
                           const TrainOutcome& outcome) {
  nlohmann::json layers = nlohmann::json::array();
  for (const LayerRow& layer : network.model.layers)
    layers.push_back({{"name", layer.name},
                      {"kind", layer.kind},
                      {"output", to_string(layer.output)},
                      {"parameters", layer.parameters}});
  const std::vector<std::string>& names = data.test.classes;
  return {
      {"version", version()},
      {"data",
       {{"name", data.train.name},
        {"source", data::name_of(data.train.source)},
        {"origin", data.train.origin}}},
      {"model", {{"name", settings.model}, {"parameters", network.parameters()}, {"layers", layers}}},
      {"settings", flags_json(settings)},
      {"seed", settings.seed},
      {"threads", settings.threads},
      {"matmul", matrix_product_kernel()},
      {"iterations", outcome.position.iteration},
      {"weights_of", outcome.weights_of},
      {"best_validation", row_json(best_validation(outcome.rows))},
      {"train", split_json(outcome.train, names)},
      {"validation", split_json(outcome.validation, names)},
      {"test", split_json(outcome.test, names)},
      {"time",
       {{"resumed_at", outcome.resumed_at},
        {"total_s", outcome.total_s},
        {"step_us_median", outcome.step_us_median}}},
      {"memory", {{"planned_bytes", outcome.planned_bytes}, {"unplanned_bytes", outcome.unplanned_bytes}}}};
}

std::string layer_table(const Network& network) {
  return table_text(layer_rows(network, {"layer", "kind", "output", "parameters"}), 3);
}

std::string result_text(const TrainSettings& settings, const data::TrainTest& data,
                        const TrainOutcome& outcome) {
  constexpr double mebibyte = 1024.0 * 1024.0;
  std::string text = split_line("train", outcome.train) + split_line("validation", outcome.validation) +
                     split_line("test", outcome.test);
  const std::string compared = best_and_last(outcome.rows, outcome.weights_of);
  text += compared + (compared.empty() ? "\n" : "\n\n");
  text += "Test set, rows are the true classes, columns the predicted ones:\n\n" +
          to_text(outcome.test.confusion, data.test.classes) + "\n";
  const std::string pairs = hardest_pairs(outcome.test.confusion.rows(), data.test.classes);
  if (!pairs.empty()) text += pairs + "\n\n";
  text += to_text(classification_report(outcome.test.confusion, data.test.classes)) + "\n";
  const std::string step = outcome.step_us_median > 0
                               ? fmt::format("{:.0f} µs a step (median)", outcome.step_us_median)
                               : "no step timed";
  text +=
      fmt::format("{} iterations, seed {}, {:.1f} s {}, {}, {} thread{}, {}\n", outcome.position.iteration,
                  settings.seed, outcome.total_s, timed_span(outcome.resumed_at), step, settings.threads,
                  settings.threads == 1 ? "" : "s", matrix_product_kernel());
  text += fmt::format("memory of a step: {:.2f} MiB planned, {:.2f} MiB without sharing\n",
                      static_cast<double>(outcome.planned_bytes) / mebibyte,
                      static_cast<double>(outcome.unplanned_bytes) / mebibyte);
  return text;
}

std::string report_text(const TrainSettings& settings, const data::TrainTest& data, const Network& network,
                        const TrainOutcome& outcome) {
  return fmt::format("{}\n\n{}\n{}", data::announcement(data.train), layer_table(network),
                     result_text(settings, data, outcome));
}

void write_reports(const RunFolder& folder, const TrainSettings& settings, const data::TrainTest& data,
                   const Network& network, const TrainOutcome& outcome) {
  std::error_code code;
  std::filesystem::remove(folder.page(), code);
  write_file(folder.report_text(), report_text(settings, data, network, outcome));
  write_file(folder.report_json(), json_text(report_json(settings, data, network, outcome), 2) + "\n");
}

bool is_reported(const RunFolder& folder, const RunPosition& position) {
  if (!file_exists(folder.report_json())) return false;
  try {
    const nlohmann::json report = read_json(folder.report_json());
    return report.is_object() && report.value("iterations", nlohmann::json()) == position.iteration;
  } catch (const FileError&) {
    // A damaged one is made anew.
    return false;
  }
}

}  // namespace gradus
