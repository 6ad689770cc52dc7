#include "services/catalogue/promise_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <random>
#include <string>

#include "absl/strings/str_cat.h"

namespace regiokompas::catalogue {
namespace {

using testing::ElementsAre;

constexpr char kActivity[] = "owners/GM0677/activities/activiteit-1";

v1::Activity AnActivity(const std::vector<std::pair<std::string, std::string>>& milestones) {
  v1::Activity activity;
  activity.set_name(kActivity);
  activity.set_display_name("Wijkteam");
  for (const auto& [text, due] : milestones) {
    v1::Milestone& milestone = *activity.add_milestones();
    milestone.set_text(text);
    milestone.set_due(due);
    milestone.set_ordinal(activity.milestones_size());
  }
  return activity;
}

v1::Activity Ended(v1::Activity activity, v1::ActivityEndingKind kind, const std::string& reason) {
  activity.mutable_ending()->set_kind(kind);
  activity.mutable_ending()->set_reason(reason);
  return activity;
}

// Decisions in the order in which they are recorded; owns what the rules look at.
class Decisions {
 public:
  Decisions& Adopt(const std::string& framework) { return Add(framework, v1::VERSION_STATE_ADOPTED, nullptr); }
  Decisions& Adopt(const std::string& framework, const v1::Activity& activity) {
    return Add(framework, v1::VERSION_STATE_ADOPTED, &activities_.emplace_back(activity));
  }
  Decisions& Withdraw(const std::string& framework) {
    Add(framework, v1::VERSION_STATE_WITHDRAWN, nullptr);
    versions_.back().set_reason("Vervangen");
    return *this;
  }

  const std::vector<Decision>& list() const { return list_; }
  v1::Promise Promise() const { return PromiseOf(kActivity, list_); }

 private:
  Decisions& Add(const std::string& framework, v1::VersionState state, const v1::Activity* activity) {
    v1::Version& version = versions_.emplace_back();
    version.set_name(absl::StrCat("owners/GM0677/frameworks/", framework, "/versions/v", versions_.size()));
    version.set_state(state);
    version.set_valid_from_date(absl::StrCat(2000 + versions_.size(), "-01-01"));
    version.mutable_create_time()->set_seconds(static_cast<int64_t>(versions_.size()));
    list_.push_back({&version, activity});
    return *this;
  }

  std::deque<v1::Version> versions_;
  std::deque<v1::Activity> activities_;
  std::vector<Decision> list_;
};

std::string Show(const v1::PromiseEvent& event) {
  std::string shown = absl::StrCat(event.event_time().seconds(), " ",
                                   v1::PromiseEventKind_Name(event.kind()).substr(sizeof("PROMISE_EVENT_KIND")));
  if (!event.milestone().empty()) absl::StrAppend(&shown, " ", event.milestone());
  if (!event.from_due().empty() || !event.to_due().empty()) {
    absl::StrAppend(&shown, " ", event.from_due(), ">", event.to_due());
  }
  if (!event.reason().empty()) absl::StrAppend(&shown, " (", event.reason(), ")");
  return shown;
}

std::vector<std::string> Events(const v1::Promise& promise) {
  std::vector<std::string> shown;
  for (const v1::PromiseEvent& event : promise.events()) shown.push_back(Show(event));
  return shown;
}

TEST(PromiseRulesTest, APromiseThatStandsAsItWasMade) {
  Decisions decisions;
  decisions.Adopt("anders")
      .Adopt("kader", AnActivity({{"Start", "2025"}}))
      .Adopt("kader", AnActivity({{"Start", "2025"}}));
  const v1::Promise promise = decisions.Promise();
  EXPECT_EQ(promise.activity(), kActivity);
  EXPECT_EQ(promise.display_name(), "Wijkteam");
  EXPECT_EQ(promise.state(), v1::PROMISE_STATE_OPEN);
  EXPECT_THAT(Events(promise), ElementsAre("2 PROMISED"));
  EXPECT_EQ(promise.events(0).version(), "owners/GM0677/frameworks/kader/versions/v2");
  EXPECT_EQ(promise.events(0).valid_from_date(), "2002-01-01");
}

TEST(PromiseRulesTest, AShiftHasTheReasonThatWasGivenLast) {
  v1::Activity later = AnActivity({{"Start  team", "2026-Q1"}});
  for (const auto& [due, reason] : std::vector<std::pair<std::string, std::string>>{
           {"2026-Q1", "Geen personeel"}, {"2025-Q4", "Toch eerder"}, {"2026-Q1", "Aanbesteding"}, {"2027", "Later"}}) {
    v1::MilestoneShift& shift = *later.mutable_milestones(0)->add_shifts();
    shift.set_to_due(due);
    shift.set_reason(reason);
  }
  Decisions decisions;
  decisions.Adopt("kader", AnActivity({{"start team", "2025-Q1"}})).Adopt("kader", later);
  const v1::Promise promise = decisions.Promise();
  EXPECT_EQ(promise.state(), v1::PROMISE_STATE_SHIFTED);
  EXPECT_THAT(Events(promise), ElementsAre("1 PROMISED", "2 SHIFTED Start  team 2025-Q1>2026-Q1 (Aanbesteding)"));
}

TEST(PromiseRulesTest, AcrossDocumentsOfDifferentYears) {
  Decisions decisions;
  decisions.Adopt("begroting-2023", AnActivity({{"Start", "2023"}, {"Evaluatie", "2024"}}))
      .Adopt("begroting-2024", AnActivity({{"Start", "2023"}, {"Evaluatie", "2025"}}))
      .Adopt("begroting-2025", AnActivity({{"Start", "2023"}, {"Eindrapport", "2025"}}));
  const v1::Promise promise = decisions.Promise();
  EXPECT_EQ(promise.state(), v1::PROMISE_STATE_SHIFTED);
  EXPECT_THAT(Events(promise), ElementsAre("1 PROMISED", "2 REPEATED", "2 SHIFTED Evaluatie 2024>2025", "3 REPEATED"))
      << "what has another text at the same place is the same milestone";
}

TEST(PromiseRulesTest, MilestonesComeAndGo) {
  Decisions decisions;
  decisions.Adopt("kader", AnActivity({{"Start", "2023"}, {"Evaluatie", "2024"}, {"Evaluatie", "2025"}}))
      .Adopt("kader", AnActivity({{"Evaluatie", "2025"}, {"Start", "2023"}}))
      .Adopt("kader", AnActivity({{"Evaluatie", "2025"}, {"Start", "2023"}, {"Slot", ""}}));
  EXPECT_THAT(Events(decisions.Promise()),
              ElementsAre("1 PROMISED", "2 MILESTONE_DROPPED Evaluatie 2024>", "3 MILESTONE_ADDED Slot"));
  EXPECT_EQ(decisions.Promise().state(), v1::PROMISE_STATE_SHIFTED);
}

TEST(PromiseRulesTest, WhatIsGoneWithoutAWordWasDroppedSilently) {
  Decisions decisions;
  decisions.Adopt("kader", AnActivity({})).Adopt("kader").Adopt("kader");
  EXPECT_EQ(decisions.Promise().state(), v1::PROMISE_STATE_DROPPED_SILENTLY);
  EXPECT_THAT(Events(decisions.Promise()), ElementsAre("1 PROMISED", "2 DROPPED_SILENTLY"));
  decisions.Adopt("kader", AnActivity({}));
  EXPECT_EQ(decisions.Promise().state(), v1::PROMISE_STATE_OPEN);
  EXPECT_THAT(Events(decisions.Promise()), ElementsAre("1 PROMISED", "2 DROPPED_SILENTLY", "4 REPEATED"));
}

TEST(PromiseRulesTest, WhatAnotherFrameworkStillHoldsIsNotGone) {
  Decisions decisions;
  decisions.Adopt("kader", AnActivity({})).Adopt("programma", AnActivity({})).Adopt("kader");
  EXPECT_EQ(decisions.Promise().state(), v1::PROMISE_STATE_OPEN);
  EXPECT_THAT(Events(decisions.Promise()), ElementsAre("1 PROMISED", "2 REPEATED", "3 DROPPED_SILENTLY"));
  decisions.Withdraw("programma");
  EXPECT_EQ(decisions.Promise().state(), v1::PROMISE_STATE_WITHDRAWN);
  EXPECT_EQ(Events(decisions.Promise()).back(), "4 WITHDRAWN (Vervangen)");
}

TEST(PromiseRulesTest, WhatEndedMayGo) {
  for (const bool realised : {true, false}) {
    Decisions decisions;
    decisions.Adopt("kader", AnActivity({}))
        .Adopt("kader",
               Ended(AnActivity({}), realised ? v1::ACTIVITY_ENDING_KIND_REALISED : v1::ACTIVITY_ENDING_KIND_STOPPED,
                     "Geen geld"))
        .Adopt("programma",
               Ended(AnActivity({}), realised ? v1::ACTIVITY_ENDING_KIND_REALISED : v1::ACTIVITY_ENDING_KIND_STOPPED,
                     "Geen geld"))
        .Adopt("kader")
        .Withdraw("programma");
    EXPECT_EQ(decisions.Promise().state(), realised ? v1::PROMISE_STATE_REALISED : v1::PROMISE_STATE_STOPPED);
    EXPECT_THAT(Events(decisions.Promise()),
                ElementsAre("1 PROMISED", realised ? "2 REALISED (Geen geld)" : "2 STOPPED (Geen geld)", "3 REPEATED"));
  }
}

TEST(PromiseRulesTest, WhatGoesOnAfterAllIsOpenAgain) {
  Decisions decisions;
  decisions.Adopt("kader", Ended(AnActivity({}), v1::ACTIVITY_ENDING_KIND_STOPPED, "Geen geld"))
      .Adopt("kader", AnActivity({}));
  EXPECT_THAT(Events(decisions.Promise()), ElementsAre("1 PROMISED", "1 STOPPED (Geen geld)"));
  EXPECT_EQ(decisions.Promise().state(), v1::PROMISE_STATE_OPEN);
}

// -- A second implementation, which looks back over all decisions for each of them

// The places of the milestones of `before` that those of `after` were, -1 for none: by text and moment, text, or place.
std::vector<int> Origins(const v1::Activity& before, const v1::Activity& after) {
  std::vector<int> origins(after.milestones_size(), -1);
  std::vector<bool> used(before.milestones_size());
  for (int rule = 0; rule < 3; ++rule) {
    for (int i = 0; i < after.milestones_size(); ++i) {
      for (int j = 0; j < before.milestones_size() && origins[i] == -1; ++j) {
        const v1::Milestone& a = after.milestones(i);
        const v1::Milestone& b = before.milestones(j);
        const bool same = rule == 0   ? a.text() == b.text() && a.due() == b.due()
                          : rule == 1 ? a.text() == b.text()
                                      : a.ordinal() == b.ordinal();
        if (same && !used[j]) {
          origins[i] = j;
          used[j] = true;
        }
      }
    }
  }
  return origins;
}

std::vector<std::string> NaiveEvents(const std::vector<Decision>& decisions, v1::PromiseState* state) {
  std::vector<std::string> events;
  const auto framework = [&](size_t i) {
    const std::string& name = decisions[i].version->name();
    return name.substr(0, name.find("/versions/"));
  };
  const auto before = [&](size_t end, bool same_framework) {
    for (size_t i = end; i-- > 0;) {
      if (same_framework ? framework(i) == framework(end) : decisions[i].activity != nullptr)
        return static_cast<int>(i);
    }
    return -1;
  };
  bool shifted = false;
  for (size_t i = 0; i < decisions.size(); ++i) {
    const v1::Activity* now = decisions[i].activity;
    const int holder = before(i, false);
    const int own = before(i, true);
    const v1::Activity* past = holder < 0 ? nullptr : decisions[holder].activity;
    const bool was_held = own >= 0 && decisions[own].activity != nullptr;
    const std::string at = absl::StrCat(i + 1, " ");
    if (now == nullptr) {
      if (!was_held || past->has_ending()) continue;
      const bool withdrawn = decisions[i].version->state() == v1::VERSION_STATE_WITHDRAWN;
      events.push_back(at + (withdrawn ? "WITHDRAWN (Vervangen)" : "DROPPED_SILENTLY"));
      *state = withdrawn ? v1::PROMISE_STATE_WITHDRAWN : v1::PROMISE_STATE_DROPPED_SILENTLY;
      continue;
    }
    if (past == nullptr) {
      events.push_back(at + "PROMISED");
    } else {
      if (!was_held) events.push_back(at + "REPEATED");
      const std::vector<int> origins = Origins(*past, *now);
      for (int m = 0; m < now->milestones_size(); ++m) {
        const v1::Milestone& milestone = now->milestones(m);
        if (origins[m] == -1) {
          events.push_back(at + "MILESTONE_ADDED " + milestone.text() + " >" + milestone.due());
        } else if (past->milestones(origins[m]).due() != milestone.due()) {
          events.push_back(at + "SHIFTED " + milestone.text() + " " + past->milestones(origins[m]).due() + ">" +
                           milestone.due());
          shifted = true;
        }
      }
      for (int m = 0; m < past->milestones_size(); ++m) {
        if (std::count(origins.begin(), origins.end(), m) > 0) continue;
        events.push_back(at + "MILESTONE_DROPPED " + past->milestones(m).text() + " " + past->milestones(m).due() +
                         ">");
        shifted = true;
      }
    }
    if (now->has_ending() && (past == nullptr || past->ending().kind() != now->ending().kind())) {
      events.push_back(at + (now->ending().kind() == v1::ACTIVITY_ENDING_KIND_REALISED ? "REALISED" : "STOPPED"));
    }
  }
  const int holder = before(decisions.size(), false);
  const v1::Activity& last = *decisions[holder].activity;
  bool held = false;
  for (size_t i = 0; i < decisions.size(); ++i) {
    bool newest = true;
    for (size_t j = i + 1; j < decisions.size(); ++j) newest = newest && framework(i) != framework(j);
    held = held || (newest && decisions[i].activity != nullptr);
  }
  if (last.has_ending()) {
    *state = last.ending().kind() == v1::ACTIVITY_ENDING_KIND_REALISED ? v1::PROMISE_STATE_REALISED
                                                                       : v1::PROMISE_STATE_STOPPED;
  } else if (held) {
    *state = shifted ? v1::PROMISE_STATE_SHIFTED : v1::PROMISE_STATE_OPEN;
  }
  return events;
}

TEST(PromiseRulesTest, AgreesWithALookBackOverAllDecisions) {
  std::mt19937 random(5);
  const auto below = [&](unsigned limit) { return static_cast<int>(random() % limit); };
  static const char* const kFrameworks[] = {"kader", "programma", "begroting"};
  static const char* const kTexts[] = {"Start", "Evaluatie", "Slot"};
  static const char* const kDues[] = {"2024", "2025-Q1", "2026-08"};
  int states[8] = {};
  for (int round = 0; round < 5000; ++round) {
    Decisions decisions;
    bool held = false;
    for (int i = 0; i < 1 + below(9); ++i) {
      const char* framework = kFrameworks[below(3)];
      const int what = below(6);
      if (what == 0) {
        decisions.Withdraw(framework);
      } else if (what == 1) {
        decisions.Adopt(framework);
      } else {
        v1::Activity activity = AnActivity({});
        for (int m = 0; m < below(4); ++m) {
          v1::Milestone& milestone = *activity.add_milestones();
          milestone.set_text(kTexts[below(3)]);
          milestone.set_due(kDues[below(3)]);
          milestone.set_ordinal(m + 1);
        }
        if (below(8) == 0) {
          activity.mutable_ending()->set_kind(below(2) == 0 ? v1::ACTIVITY_ENDING_KIND_REALISED
                                                            : v1::ACTIVITY_ENDING_KIND_STOPPED);
        }
        decisions.Adopt(framework, activity);
        held = true;
      }
    }
    if (!held) continue;
    v1::PromiseState state = v1::PROMISE_STATE_UNSPECIFIED;
    const std::vector<std::string> events = NaiveEvents(decisions.list(), &state);
    ASSERT_EQ(Events(decisions.Promise()), events) << "round " << round;
    ASSERT_EQ(decisions.Promise().state(), state) << "round " << round;
    ++states[state];
  }
  for (int state = v1::PROMISE_STATE_OPEN; state <= v1::PROMISE_STATE_WITHDRAWN; ++state) EXPECT_GT(states[state], 100);
}

}  // namespace
}  // namespace regiokompas::catalogue
