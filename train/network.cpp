#include <gradus/models/mlp.hpp>
#include <gradus/optim/minimize.hpp>
#include <gradus/optim/registry.hpp>
#include <gradus/train/network.hpp>

namespace gradus {

Index Network::parameters() const {
  Index total = 0;
  for (const Expr& w : graph->parameters()) total += w.shape().count(1);
  return total;
}

Network declare(const TrainSettings& settings, Index pixels, Index classes) {
  MlpConfig config;
  config.pixels = pixels;
  config.classes = classes;
  config.hidden = settings.hidden;
  config.activation = settings.activation;
  config.init = settings.init;
  config.loss = {settings.loss, settings.reduction == "sum" ? Reduction::sum : Reduction::mean, settings.l1,
                 settings.l2};
  Network network{std::make_unique<Graph>(), {}};
  network.model = mlp(*network.graph, config);
  return network;
}

Expr add_training_step(Network& network, const TrainSettings& settings, double updates) {
  const RegisteredRule& rule = find_rule(settings.optimizer);
  std::map<std::string, Hyper> hyper;
  for (const auto& [name, value] : settings.hyper) hyper.emplace(name, value);
  const auto rate = settings.hyper.find("learning_rate");
  const double learning_rate =
      rate != settings.hyper.end() ? rate->second : rule.defaults.at("learning_rate");
  if (settings.schedule != "constant")
    hyper.insert_or_assign("learning_rate", Hyper(learning_rate, parse_schedule(settings.schedule, updates)));

  MinimizeOptions options;
  options.penalty = network.model.penalty;
  options.clip_norm = settings.clip_norm;
  options.accumulate = settings.accumulate;
  options.reduction = settings.reduction == "sum" ? Reduction::sum : Reduction::mean;
  return minimize(network.model.loss, rule.make(hyper), options);
}

std::int64_t batches_in_epoch(const TrainSettings& settings, std::size_t examples) {
  const auto batch = static_cast<std::size_t>(settings.batch);
  return static_cast<std::int64_t>((examples + batch - 1) / batch);
}

double updates_in_run(const TrainSettings& settings, std::size_t examples) {
  const std::int64_t batches = batches_in_epoch(settings, examples);
  return static_cast<double>((batches + settings.accumulate - 1) / settings.accumulate * settings.epochs);
}

}  // namespace gradus
