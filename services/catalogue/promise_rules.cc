#include "services/catalogue/promise_rules.h"

#include <functional>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "common/base/hash.h"

namespace regiokompas::catalogue {
namespace {

// owners/GM0677/frameworks/f1/versions/v1 -> owners/GM0677/frameworks/f1
std::string FrameworkOf(const v1::Version& version) {
  return version.name().substr(0, version.name().rfind("/versions/"));
}

// The reason of the last shift to the moment at which the milestone is due.
std::string ReasonOf(const v1::Milestone& milestone) {
  std::string reason;
  for (const v1::MilestoneShift& shift : milestone.shifts()) {
    if (shift.to_due() == milestone.due()) reason = shift.reason();
  }
  return reason;
}

// For each milestone of `after` the same one of `before`, or null.
std::vector<const v1::Milestone*> EarlierOf(const v1::Activity& before, const v1::Activity& after) {
  const auto text = [](const v1::Milestone& milestone) { return "=" + FoldedText(milestone.text()); };
  const std::function<std::string(const v1::Milestone&)> keys[] = {
      [&](const v1::Milestone& milestone) { return absl::StrCat(text(milestone), "\n", milestone.due()); }, text,
      [](const v1::Milestone& milestone) {
        return milestone.ordinal() > 0 ? absl::StrCat(milestone.ordinal()) : std::string();
      }};
  std::vector<const v1::Milestone*> earlier(after.milestones_size());
  std::set<const v1::Milestone*> taken;
  for (const auto& key : keys) {
    for (int i = 0; i < after.milestones_size(); ++i) {
      if (earlier[i] != nullptr) continue;
      const std::string wanted = key(after.milestones(i));
      if (wanted.empty()) continue;
      for (const v1::Milestone& candidate : before.milestones()) {
        if (taken.count(&candidate) == 0 && key(candidate) == wanted) {
          earlier[i] = &candidate;
          taken.insert(&candidate);
          break;
        }
      }
    }
  }
  return earlier;
}

// Goes through the decisions one by one and keeps what the next one is compared with.
class Ledger {
 public:
  explicit Ledger(const std::string& activity) { promise_.set_activity(activity); }

  void Add(const Decision& decision) {
    version_ = decision.version;
    const std::string framework = FrameworkOf(*version_);
    if (decision.activity != nullptr) {
      Hold(framework, *decision.activity);
    } else if (held_by_.erase(framework) > 0 && !IsEnded()) {
      if (version_->state() == v1::VERSION_STATE_WITHDRAWN) {
        AddEvent(v1::PROMISE_EVENT_KIND_WITHDRAWN).set_reason(version_->reason());
        left_ = v1::PROMISE_STATE_WITHDRAWN;
      } else {
        AddEvent(v1::PROMISE_EVENT_KIND_DROPPED_SILENTLY);
        left_ = v1::PROMISE_STATE_DROPPED_SILENTLY;
      }
    }
  }

  v1::Promise Finish() {
    promise_.set_state(State());
    return std::move(promise_);
  }

 private:
  v1::ActivityEndingKind Ending() const {
    return last_ == nullptr ? v1::ACTIVITY_ENDING_KIND_UNSPECIFIED : last_->ending().kind();
  }
  bool IsEnded() const { return Ending() != v1::ACTIVITY_ENDING_KIND_UNSPECIFIED; }

  v1::PromiseState State() const {
    if (Ending() == v1::ACTIVITY_ENDING_KIND_REALISED) return v1::PROMISE_STATE_REALISED;
    if (Ending() == v1::ACTIVITY_ENDING_KIND_STOPPED) return v1::PROMISE_STATE_STOPPED;
    if (held_by_.empty()) return left_;
    return shifted_ ? v1::PROMISE_STATE_SHIFTED : v1::PROMISE_STATE_OPEN;
  }

  v1::PromiseEvent& AddEvent(v1::PromiseEventKind kind) {
    v1::PromiseEvent& event = *promise_.add_events();
    event.set_kind(kind);
    event.set_version(version_->name());
    event.set_valid_from_date(version_->valid_from_date());
    *event.mutable_event_time() = version_->create_time();
    return event;
  }

  void Hold(const std::string& framework, const v1::Activity& activity) {
    if (last_ == nullptr) {
      AddEvent(v1::PROMISE_EVENT_KIND_PROMISED);
    } else if (held_by_.count(framework) == 0) {
      AddEvent(v1::PROMISE_EVENT_KIND_REPEATED);
    }
    held_by_.insert(framework);
    if (last_ != nullptr) CompareMilestones(*last_, activity);
    const v1::ActivityEndingKind before = Ending();
    last_ = &activity;
    promise_.set_display_name(activity.display_name());
    if (!IsEnded() || Ending() == before) return;
    AddEvent(Ending() == v1::ACTIVITY_ENDING_KIND_REALISED ? v1::PROMISE_EVENT_KIND_REALISED
                                                           : v1::PROMISE_EVENT_KIND_STOPPED)
        .set_reason(activity.ending().reason());
  }

  void CompareMilestones(const v1::Activity& before, const v1::Activity& after) {
    const std::vector<const v1::Milestone*> earlier = EarlierOf(before, after);
    for (int i = 0; i < after.milestones_size(); ++i) {
      const v1::Milestone& milestone = after.milestones(i);
      if (earlier[i] != nullptr && earlier[i]->due() == milestone.due()) continue;
      v1::PromiseEvent& event =
          AddEvent(earlier[i] == nullptr ? v1::PROMISE_EVENT_KIND_MILESTONE_ADDED : v1::PROMISE_EVENT_KIND_SHIFTED);
      event.set_milestone(milestone.text());
      event.set_to_due(milestone.due());
      if (earlier[i] == nullptr) continue;
      event.set_from_due(earlier[i]->due());
      event.set_reason(ReasonOf(milestone));
      shifted_ = true;
    }
    const std::set<const v1::Milestone*> kept(earlier.begin(), earlier.end());
    for (const v1::Milestone& milestone : before.milestones()) {
      if (kept.count(&milestone) > 0) continue;
      v1::PromiseEvent& event = AddEvent(v1::PROMISE_EVENT_KIND_MILESTONE_DROPPED);
      event.set_milestone(milestone.text());
      event.set_from_due(milestone.due());
      shifted_ = true;
    }
  }

  v1::Promise promise_;
  const v1::Version* version_ = nullptr;  // the one that is added
  const v1::Activity* last_ = nullptr;    // as the last version that has it says
  std::set<std::string> held_by_;         // the frameworks whose last version has it
  bool shifted_ = false;                  // a milestone was shifted or dropped
  // How it left the last version that held it.
  v1::PromiseState left_ = v1::PROMISE_STATE_UNSPECIFIED;
};

}  // namespace

v1::Promise PromiseOf(const std::string& activity, const std::vector<Decision>& decisions) {
  Ledger ledger(activity);
  for (const Decision& decision : decisions) ledger.Add(decision);
  return ledger.Finish();
}

}  // namespace regiokompas::catalogue
