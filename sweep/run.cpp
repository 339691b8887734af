#include <gradus/base/error.hpp>
#include <gradus/sweep/halving.hpp>
#include <gradus/sweep/method.hpp>
#include <gradus/sweep/run.hpp>
#include <gradus/train/image_spec.hpp>
#include <gradus/train/setting.hpp>
#include <gradus/train/trainer.hpp>

#include <fmt/format.h>
#include <pthread.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <list>
#include <mutex>
#include <thread>

namespace gradus::sweep {
namespace {

/// Signals are for the thread that asked for them: those made here leave them alone.
class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &found_);
  }
  ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &found_, nullptr); }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;

 private:
  sigset_t found_{};
};

class Runner {
 public:
  Runner(const Plan& plan, const SweepFolder& folder, const data::TrainTest& data, const RunOptions& options)
      : plan_(plan),
        folder_(folder),
        data_(data),
        options_(options),
        method_(make_method(plan)),
        rungs_(plan, [this](std::size_t number) { return place_of(number); }) {}

  Standing run() {
    refresh();
    if (options_.told) options_.told(standing());
    std::vector<std::jthread> workers;
    {
      const SignalsBlocked blocked;
      const auto count = std::min<std::size_t>(static_cast<std::size_t>(options_.at_once), method_->trials());
      for (std::size_t i = 0; i < count; ++i) workers.emplace_back([this] { work(); });
    }
    {
      std::unique_lock lock(mutex_);
      while (ended_ < workers.size()) {
        changed_.wait_for(lock, std::chrono::milliseconds(100));
        if (!options_.told) continue;
        const Standing now = standing();
        lock.unlock();
        options_.told(now);
        lock.lock();
      }
    }
    workers.clear();
    if (failure_) std::rethrow_exception(failure_);
    return standing();
  }

 private:
  /// A trial that is this process's to train.
  struct Job {
    std::size_t number = 0;
    Values values;
    std::string name;
    TrainSettings settings;
    std::optional<RunFolder> run;  ///< none for a trial that is refused
    std::string refusal;
    std::atomic<std::int64_t> iteration = 0;
    std::atomic<std::int64_t> iterations = 0;
    std::atomic<double> accuracy = -1;
  };

  bool is_stopped() const { return failed_ || options_.stop(); }

  void work() {
    try {
      while (!is_stopped()) {
        Job* job = next_job();
        if (job == nullptr) {
          if (is_complete()) break;
          // The others are in other hands, or must wait for what those come to.
          std::unique_lock lock(mutex_);
          changed_.wait_for(lock, std::chrono::milliseconds(200));
          continue;
        }
        const std::optional<Trial> trial = train(*job);
        if (trial) folder_.add(*trial, plan_);
        const std::lock_guard<std::mutex> lock(mutex_);
        if (trial) refresh_locked();
        jobs_.remove_if([&](const Job& other) { return &other == job; });
        changed_.notify_all();
      }
    } catch (...) {
      const std::lock_guard<std::mutex> lock(mutex_);
      if (!failure_) failure_ = std::current_exception();
      failed_ = true;
    }
    const std::lock_guard<std::mutex> lock(mutex_);
    ++ended_;
    changed_.notify_all();
  }

  bool is_complete() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return done_.size() >= method_->trials();
  }

  void refresh() {
    const std::lock_guard<std::mutex> lock(mutex_);
    refresh_locked();
  }

  void refresh_locked() {
    const std::uintmax_t size = folder_.trials_size();
    if (size == read_size_) return;
    done_ = folder_.trials(plan_);
    read_size_ = size;
  }

  bool is_done(std::size_t number) const {
    return std::ranges::binary_search(done_, number, {}, &Trial::number);
  }

  Job* next_job() {
    const std::lock_guard<std::mutex> lock(mutex_);
    refresh_locked();
    for (std::size_t number = 0; number < method_->trials(); ++number) {
      if (is_done(number) || std::ranges::find(jobs_, number, &Job::number) != jobs_.end()) continue;
      const std::size_t needed = method_->needs(number);
      if (needed > 0 && (done_.size() < needed || done_[needed - 1].number != needed - 1)) return nullptr;
      Job& job = jobs_.emplace_back();
      prepare(job, number, needed);
      if (!job.run && job.refusal.empty()) {
        jobs_.pop_back();
        continue;
      }
      // It may have ended elsewhere before it was claimed.
      refresh_locked();
      if (!is_done(number)) return &job;
      jobs_.pop_back();
    }
    return nullptr;
  }

  void prepare(Job& job, std::size_t number, std::size_t needed) {
    job.number = number;
    job.values =
        method_->values(number, {done_.begin(), done_.begin() + static_cast<std::ptrdiff_t>(needed)});
    job.name = trial_name(plan_, number, job.values);
    try {
      job.settings = settings_of(plan_, job.values);
      job.settings.threads = 1;
      const data::Split split = split_of(job.settings);
      job.run = folder_.claim(job.name, [&]() -> nlohmann::json {
        return {{"settings", job.settings},
                {"images", image_spec(split.train, pixel_scale(job.settings, split.train))}};
      });
      if (job.run && deciding(job.run->read_settings(*plan_.settings.parts)) != deciding(job.settings))
        throw FileError(
            fmt::format("'{}' was trained with other settings than the sweep's: delete that folder, and the "
                        "sweep trains it again",
                        job.run->path().string()));
    } catch (const FileError&) {
      throw;
    } catch (const Error& error) {
      job.refusal = error.what();
    }
  }

  data::Split split_of(const TrainSettings& settings) const {
    return data::split(data_.train, {settings.validation, settings.train_limit});
  }

  /// Of a trial before one that is prepared already, so that its values are known; nothing of one that was
  /// refused.
  std::optional<Rungs::Place> place_of(std::size_t number) {
    const std::lock_guard<std::mutex> lock(mutex_);
    const Values values = method_->values(number, {});
    try {
      const TrainSettings settings = settings_of(plan_, values);
      return Rungs::Place{folder_.trial(trial_name(plan_, number, values)) / "metrics.csv",
                          batches_in_epoch(settings, split_of(settings).train.size())};
    } catch (const Error&) {
      return std::nullopt;
    }
  }

  /// What becomes of a trial at a rung.
  enum class Verdict {
    goes_on,
    is_stopped,
    is_set_aside  ///< for now: it waits for one that nobody trains, or all is stopped
  };

  Verdict verdict(const Job& job, std::int64_t epoch, double accuracy) {
    while (!is_stopped()) {
      const auto goes_on = rungs_.goes_on(job.number, epoch, accuracy, [&](std::size_t other) {
        const std::lock_guard<std::mutex> lock(mutex_);
        return is_done(other);
      });
      if (goes_on) return *goes_on ? Verdict::goes_on : Verdict::is_stopped;
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
      refresh();
      if (is_one_left_before(job.number)) return Verdict::is_set_aside;
    }
    return Verdict::is_set_aside;
  }

  /// Whether nobody trains a trial before this one that has not ended: its process is gone.
  bool is_one_left_before(std::size_t number) {
    std::vector<std::string> waiting;
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      for (std::size_t other = 0; other < number; ++other)
        if (!is_done(other) && std::ranges::find(jobs_, other, &Job::number) == jobs_.end())
          waiting.push_back(trial_name(plan_, other, method_->values(other, {})));
    }
    return std::ranges::any_of(
        waiting, [&](const std::string& name) { return !RunLock::is_held(folder_.trial(name)); });
  }

  /// Nothing when it was stopped.
  std::optional<Trial> train(Job& job) {
    const auto start = std::chrono::steady_clock::now();
    Trial trial;
    trial.number = job.number;
    trial.name = job.name;
    trial.values = job.values;
    trial.keeps_best = job.settings.keeps_best();
    const auto end_as = [&](Ending ending, const std::string& why) {
      trial.ending = ending;
      trial.message = why;
    };
    if (!job.refusal.empty()) {
      end_as(Ending::refused, job.refusal);
      return trial;
    }
    Verdict judged = Verdict::goes_on;
    try {
      Network network = declare(job.settings, data_.train);
      trial.parameters = network.parameters();
      Trainer trainer(job.settings, std::move(network), data_, split_of(job.settings), *job.run, true);
      job.iterations = trainer.iterations_per_epoch() * job.settings.epochs;
      Progress progress({.epochs = job.settings.epochs,
                         .iterations_per_epoch = trainer.iterations_per_epoch(),
                         .start_iteration = trainer.position().iteration,
                         .quiet = true},
                        {.file = nullptr});
      TrainObserver observer;
      observer.step = [&](double) { job.iteration = trainer.position().iteration; };
      const auto judge = [&](const MetricsRow& row) {
        if (row.split != "validation") return;
        job.accuracy = row.accuracy;
        const bool is_end = row.iteration == row.epoch * trainer.iterations_per_epoch();
        if (is_end && row.epoch < job.settings.epochs && rungs_.share(row.epoch) > 0)
          judged = verdict(job, row.epoch, row.accuracy);
      };
      observer.row = judge;
      // A trial that ended between its checkpoint and its line of trials.jsonl.
      if (const auto& position = trainer.position(); position.iteration > 0 && position.example == 0)
        for (const MetricsRow& row : read_metrics(job.run->metrics()))
          if (row.iteration == position.iteration) judge(row);
      if (judged == Verdict::goes_on)
        trainer.train(
            progress, [&] { return judged != Verdict::goes_on || is_stopped(); }, observer);
      if (judged == Verdict::is_stopped)
        end_as(Ending::stopped, "");
      else if (!trainer.finished())
        return std::nullopt;
    } catch (const NumericError& error) {
      end_as(Ending::diverged, error.what());
    } catch (const FileError&) {
      throw;
    } catch (const MemoryError& error) {
      throw MemoryError(fmt::format("{}: {}; try fewer trials with --at-once", job.name, error.what()));
    } catch (const Error& error) {
      end_as(Ending::refused, error.what());
      return trial;
    }
    trial.take_scores(read_metrics(job.run->metrics()));
    if (trial.ending == Ending::done && trial.result() == nullptr)
      end_as(Ending::diverged, "the loss on the validation images is not finite");
    trial.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return trial;
  }

  Standing standing() const {
    Standing now{method_->trials(), done_, {}};
    for (const Job& job : jobs_) {
      now.running.push_back({job.name, job.iteration, job.iterations, {}});
      if (job.accuracy >= 0) now.running.back().accuracy = job.accuracy;
    }
    return now;
  }

  const Plan& plan_;
  const SweepFolder& folder_;
  const data::TrainTest& data_;
  const RunOptions& options_;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::unique_ptr<Method> method_;
  Rungs rungs_;
  std::vector<Trial> done_;       ///< by their numbers
  std::uintmax_t read_size_ = 0;  ///< of trials.jsonl as it was read last
  std::list<Job> jobs_;           ///< of this process
  std::size_t ended_ = 0;
  std::atomic<bool> failed_ = false;
  std::exception_ptr failure_;
};

}  // namespace

Standing run(const Plan& plan, const SweepFolder& folder, const data::TrainTest& data,
             const RunOptions& options) {
  return Runner(plan, folder, data, options).run();
}

}  // namespace gradus::sweep
