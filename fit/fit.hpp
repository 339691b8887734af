#pragma once

#include <gradus/fit/examples.hpp>
#include <gradus/models/classifier.hpp>
#include <gradus/optim/minimize.hpp>
#include <gradus/optim/rules/adam.hpp>

#include <concepts>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace gradus {

/// What fit() trains: any graph that was declared with a loss. Where several losses are minimised, `loss` is
/// their sum.
struct Trainable {
  Expr loss;         ///< scalar, minimised
  Expr losses{};     ///< (batch): what metrics are the mean of; without it, of `loss`
  Expr predicted{};  ///< (batch): the class chosen, where classes are
  Expr label{};      ///< (batch), fed: the true class
  Expr penalty{};    ///< scalar, minimised too, but not reported

  Expr losses_or_loss() const { return losses ? losses : loss; }

  /// Of a classifier.
  static Trainable of(const Classifier& model) {
    return {model.loss, model.losses, model.predicted, model.label, model.penalty};
  }
};

/// An epoch that fit() has behind it.
struct EpochReport {
  std::int64_t epoch;  ///< 1, 2, …
  Measured train;      ///< over the batches since the last line of metrics.csv
  std::optional<Measured> validation;
};

/// How fit() trains.
struct FitOptions {
  std::int64_t epochs = 5;
  UpdateRule rule = Adam{};
  MinimizeOptions minimize{};  ///< clipping and accumulation; its penalty is the trainable's
  Index batch = 64;
  bool drop_last = true;       ///< leaves out an epoch's last batch where it is smaller than the others
  std::size_t validation = 0;  ///< the last so many examples are kept to measure
  std::uint64_t seed = 0;
  int threads = 1;
  /// Where training begins: what an earlier fit() of this graph came to, or what load() read. Read before
  /// the first step; none: new parameters by the seed.
  const State<float>* from = nullptr;
  /// Stops after so many epochs in a row without a smaller loss on validation, or training, examples.
  std::optional<std::int64_t> patience{};
  /// A folder for metrics.csv, the checkpoint, report.html and its plots, as those of `gradus train`; none:
  /// nothing is written.
  std::optional<std::filesystem::path> out{};
  bool resume = false;  ///< resumes the run in `out`, where there is one
  std::int64_t log_every = 200;
  std::string save_every = "5m";
  bool quiet = false;  ///< no progress on standard error
  std::function<void(std::int64_t iteration, double loss)> on_step{};
  std::function<bool(const EpochReport&)> on_epoch{};  ///< training stops when it returns false
};

/// What fit() came to.
struct Fitted {
  State<float> state;
  std::vector<MetricsRow> history;  ///< the lines of metrics.csv, those before a resume too
  std::int64_t epochs;              ///< behind it
  bool stopped = false;             ///< before the last epoch, by patience or on_epoch
  std::vector<std::string> notes;   ///< as TrainingLoop::notes(), and what the page lacks
};

/// Trains: adds gradients and updates to the graph and runs them over the examples, in an order of each
/// epoch's own; the same loop as that of `gradus train`. The same seed gives the same bits for any number of
/// threads, and after a resume.
///
/// A graph may be trained any number of times, by the same rule or by others, on the same examples or on
/// others: with `.from = &fitted.state` from where it stood. A rule that has trained the loss before goes on
/// with the memory it has, and with the numbers it has now; another one begins its own.
///
/// Throws ValueError for options that cannot be, or that differ from those of the run that is resumed;
/// GraphError for a `from` of another graph; and as minimize(), Examples, RunFolder and TrainingLoop do.
Fitted fit(const Trainable& network, const Examples& examples, const FitOptions& options = {});
template <std::same_as<Classifier> Network>
Fitted fit(const Network& network, const Examples& examples, const FitOptions& options = {}) {
  return fit(Trainable::of(network), examples, options);
}

/// The mean loss over examples, and the share of right classes where classes are chosen. Nothing is drawn,
/// and the state stays.
Measured evaluate(const Trainable& network, State<float>& state, const Examples& examples, int threads = 1);

/// The value of an expression (batch, …) for each of the examples, one after the other.
std::vector<float> predict(Expr output, State<float>& state, const Examples& examples, int threads = 1);

/// Writes the variables of a state, and reads those of the model, its parameters and buffers, into a state
/// of the same graph. Throws as save_checkpoint() and load_checkpoint() do.
void save(const std::filesystem::path& path, const State<float>& state);
void load(const std::filesystem::path& path, State<float>& state);

}  // namespace gradus
