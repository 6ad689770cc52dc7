#include "services/intake/correction_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/errors.h"
#include "google/protobuf/text_format.h"
#include "google/protobuf/util/message_differencer.h"
#include "google/rpc/error_details.pb.h"
#include "services/intake/intake_rules.h"
#include "services/intake/selection_rules.h"

namespace regiokompas::intake {
namespace {

using google::protobuf::util::MessageDifferencer;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr char kParse[] = R"(
  source { title: "Programma zorg" document_kind: DOCUMENT_KIND_PROGRESS_REPORT fiscal_years: 2022 sha256: "aa"
           profile: "generic" format: DOCUMENT_FORMAT_TEXT municipality: "GM0677" }
  goals { id: "g1" kind: GOAL_KIND_THEME title: "Thuis" line: 2 }
  goals { id: "g2" parent_id: "g1" kind: GOAL_KIND_MAIN_GOAL title: "Langer thuis" line: 3 }
  goals { id: "g3" parent_id: "g2" kind: GOAL_KIND_OBJECTIVE title: "Minder vallen" line: 4 }
  activities { id: "a1" goal_ids: "g2" title: "Trapleuningen" line: 6 }
  activities { id: "a2" goal_ids: "g2" goal_ids: "g3" title: "Beweeglessen" line: 9 }
  targets { id: "t1" subject_id: "a1" text: "minimaal 40" value: "40" unit: UNIT_COUNT line: 7 }
  targets { id: "t2" subject_id: "i1" text: "hooguit 5" value: "5" unit: UNIT_COUNT line: 12 }
  indicators { id: "i1" subject_id: "g3" text: "Aantal valpartijen" unit: UNIT_COUNT line: 11 }
  measurements { subject_id: "a2" text: "12 lessen" value: "12" unit: UNIT_COUNT line: 10 }
  milestones { subject_id: "a1" text: "Eerste leuning" date: "2022-Q2" line: 8 }
  sections { heading: "Inleiding" text: "Een woord vooraf." first_line: 5 last_line: 5 }
  spans { first_line: 1 last_line: 1 role: SPAN_ROLE_TITLE }
  spans { first_line: 2 last_line: 4 role: SPAN_ROLE_GOAL element_id: "g1" }
  spans { first_line: 6 last_line: 8 role: SPAN_ROLE_ACTIVITY element_id: "a1" }
  spans { first_line: 9 last_line: 12 role: SPAN_ROLE_ACTIVITY element_id: "a2" }
)";

v1::ParsedDocument Parsed() {
  v1::ParsedDocument parsed;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(kParse, &parsed));
  FillIds(parsed);
  return parsed;
}

using Said = google::protobuf::RepeatedPtrField<v1::Correction>;

Said SaidOf(std::initializer_list<const char*> texts) {
  Said said;
  for (const char* text : texts) EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, said.Add())) << text;
  return said;
}

// "field REASON" of every violation, or the reason of another refusal.
std::vector<std::string> Refusals(const absl::Status& status) {
  std::vector<std::string> refusals;
  google::rpc::BadRequest bad;
  const auto payload = status.GetPayload("type.googleapis.com/google.rpc.BadRequest");
  if (payload) bad.ParseFromString(std::string(*payload));
  for (const auto& violation : bad.field_violations()) {
    refusals.push_back(absl::StrCat(violation.field(), " ", violation.reason()));
  }
  if (refusals.empty() && !status.ok()) refusals.push_back(errors::ReasonOf(status));
  return refusals;
}

std::vector<std::string> Check(const Said& said, const Corrections& standing = {}, const FixedElements& fixed = {}) {
  return Refusals(CheckCorrections(Parsed(), standing, said, fixed, "GM0677"));
}

// The document after `said`, which must be allowed.
v1::ParsedDocument Corrected(std::initializer_list<const char*> texts) {
  const Said said = SaidOf(texts);
  EXPECT_THAT(Check(said), IsEmpty());
  return Apply(Parsed(), Merge({}, said));
}

template <typename Elements>
std::vector<std::string> Ids(const Elements& elements) {
  std::vector<std::string> ids;
  for (const auto& element : elements) ids.push_back(element.id());
  return ids;
}

TEST(FillIdsTest, WhatWasReadWithoutIdsGetsThem) {
  const v1::ParsedDocument parsed = Parsed();
  EXPECT_THAT(Ids(parsed.sections()), ElementsAre("s1"));
  EXPECT_THAT(Ids(parsed.measurements()), ElementsAre("m1"));
  EXPECT_THAT(Ids(parsed.milestones()), ElementsAre("ms1"));
}

TEST(ApplyTest, AnElementIsReplacedInItsPlace) {
  const auto corrected = Corrected({R"(element_id: "a1" activity { title: "Leuningen" goal_ids: "g3" line: 6 })"});
  EXPECT_THAT(Ids(corrected.activities()), ElementsAre("a1", "a2"));
  EXPECT_EQ(corrected.activities(0).title(), "Leuningen");
  EXPECT_THAT(corrected.activities(0).goal_ids(), ElementsAre("g3"));
}

TEST(ApplyTest, WhatIsAddedStandsAtItsLine) {
  const auto corrected =
      Corrected({R"(element_id: "n1" activity { title: "Tussen" goal_ids: "n2" line: 8 })",
                 R"(element_id: "n2" goal { title: "Erbij" kind: GOAL_KIND_THEME parent_id: "g1" line: 12 })"});
  EXPECT_THAT(Ids(corrected.activities()), ElementsAre("a1", "n1", "a2"));
  EXPECT_THAT(Ids(corrected.goals()), ElementsAre("g1", "g2", "g3", "n2"));
}

TEST(ApplyTest, WhatIsDroppedTakesItsFiguresAlongAndLeavesItsChildrenToItsParent) {
  const auto corrected = Corrected({R"(element_id: "g2" drop {})", R"(element_id: "a1" drop {})"});
  EXPECT_THAT(Ids(corrected.goals()), ElementsAre("g1", "g3"));
  EXPECT_EQ(corrected.goals(1).parent_id(), "g1");
  EXPECT_THAT(Ids(corrected.activities()), ElementsAre("a2"));
  EXPECT_THAT(corrected.activities(0).goal_ids(), ElementsAre("g1", "g3"));
  EXPECT_THAT(Ids(corrected.targets()), ElementsAre("t2"));
  EXPECT_THAT(corrected.milestones(), IsEmpty());
  EXPECT_EQ(corrected.spans(2).element_id(), "g1");
  EXPECT_THAT(Ids(corrected.measurements()), ElementsAre("m1"));
}

TEST(ApplyTest, AFigureGoesWithTheIndicatorOfAGoalThatIsDropped) {
  const auto corrected = Corrected({R"(element_id: "g3" drop {})"});
  EXPECT_THAT(corrected.indicators(), IsEmpty());
  EXPECT_THAT(Ids(corrected.targets()), ElementsAre("t1"));
  EXPECT_THAT(corrected.activities(1).goal_ids(), ElementsAre("g2"));
}

TEST(ApplyTest, OfTheDocumentOnlyWhatIsPrintedInItChanges) {
  const auto corrected = Corrected(
      {R"(element_id: "source" source { title: "Beter" document_kind: DOCUMENT_KIND_ANNUAL_REPORT fiscal_years: 2021
          sha256: "bb" profile: "ander" format: DOCUMENT_FORMAT_PDF valid_from: "2022-01-01" })"});
  EXPECT_EQ(corrected.source().title(), "Beter");
  EXPECT_EQ(corrected.source().valid_from(), "2022-01-01");
  EXPECT_EQ(corrected.source().sha256(), "aa");
  EXPECT_EQ(corrected.source().profile(), "generic");
  EXPECT_EQ(corrected.source().format(), v1::DOCUMENT_FORMAT_TEXT);
}

TEST(MergeTest, TheLastCorrectionOfAnElementCountsAndRestoreTakesItBack) {
  Corrections standing = Merge({}, SaidOf({R"(element_id: "g1" goal { title: "Een" kind: GOAL_KIND_THEME line: 2 })",
                                           R"(element_id: "a1" drop {})"}));
  standing = Merge(standing, SaidOf({R"(element_id: "g1" goal { title: "Twee" kind: GOAL_KIND_THEME line: 2 })"}));
  EXPECT_EQ(Apply(Parsed(), standing).goals(0).title(), "Twee");
  standing = Merge(standing, SaidOf({R"(element_id: "g1" restore {})", R"(element_id: "a1" restore {})"}));
  EXPECT_THAT(standing, IsEmpty());
}

// Which activity of the catalogue it is stands beside what it says.
TEST(MergeTest, AMatchAndATextOfOneActivityBothCount) {
  Corrections standing = Merge({}, SaidOf({R"(element_id: "a1" activity { title: "Leuningen" line: 6 })"}));
  standing = Merge(standing, SaidOf({R"(element_id: "a1" same_as: "owners/GM0677/activities/leuningen")"}));
  ASSERT_EQ(standing.size(), 2u);
  standing = Merge(standing, SaidOf({R"(element_id: "a1" not_known {})"}));
  ASSERT_EQ(standing.size(), 2u);
  EXPECT_TRUE(standing[1].has_not_known());
  EXPECT_EQ(Apply(Parsed(), standing).activities(0).title(), "Leuningen");
  EXPECT_EQ(Merge(standing, SaidOf({R"(element_id: "a1" drop {})"})).size(), 1u);
}

TEST(SortByElementTest, CorrectionsStandInTheOrderOfTheirElements) {
  Corrections corrections = Merge(
      {}, SaidOf({R"(element_id: "n10" drop {})", R"(element_id: "n9" drop {})", R"(element_id: "a2" drop {})",
                  R"(element_id: "source" restore {})", R"(element_id: "g3" drop {})", R"(element_id: "s1" drop {})"}));
  SortByElement(Parsed(), corrections);
  std::vector<std::string> ids;
  for (const auto& correction : corrections) ids.push_back(correction.element_id());
  EXPECT_THAT(ids, ElementsAre("g3", "a2", "s1", "n9", "n10"));
}

TEST(CheckCorrectionsTest, SaysWhichFieldDoesNotFit) {
  struct Case {
    const char* said;
    const char* refusal;
  };
  const Case cases[] = {
      {R"(element_id: "a9" drop {})", "corrections[0].element_id UNKNOWN_ELEMENT"},
      {R"(element_id: "x1" goal { title: "X" kind: GOAL_KIND_THEME line: 1 })",
       "corrections[0].element_id UNKNOWN_ELEMENT"},
      {R"(element_id: "n1" drop {})", "corrections[0].element_id UNKNOWN_ELEMENT"},
      {R"(element_id: "a1")", "corrections[0].change REQUIRED"},
      {R"(element_id: "a1" goal { title: "X" kind: GOAL_KIND_THEME line: 1 })", "corrections[0].goal OTHER_KIND"},
      {R"(element_id: "source" drop {})", "corrections[0].drop OTHER_KIND"},
      {R"(element_id: "g1" not_known {})", "corrections[0].not_known OTHER_KIND"},
      {R"(element_id: "a1" same_as: "owners/GM0677/goals/g1")", "corrections[0].same_as BAD_NAME"},
      {R"(element_id: "a1" same_as: "owners/GM0299/activities/aa")", "corrections[0].same_as FOREIGN_OWNER"},
      {R"(element_id: "a1" activity { id: "a2" title: "X" line: 6 })", "corrections[0].activity.id OTHER_ID"},
      {R"(element_id: "a1" activity { title: " " line: 6 })", "corrections[0].activity.title REQUIRED"},
      {R"(element_id: "a1" activity { title: "X" line: 13 })", "corrections[0].activity.line BAD_LINE"},
      {R"(element_id: "a1" activity { title: "X" line: 6 goal_ids: "a2" })",
       "corrections[0].activity.goal_ids[0] OTHER_KIND"},
      {R"(element_id: "a1" activity { title: "X" line: 6 goal_ids: "g1" goal_ids: "g7" })",
       "corrections[0].activity.goal_ids[1] UNKNOWN_ELEMENT"},
      {R"(element_id: "a1" activity { title: "X" line: 6 goal_ids: "g1" goal_ids: "g1" })",
       "corrections[0].activity.goal_ids[1] TWICE"},
      {R"(element_id: "a1" activity { title: "X" line: 6 realisation_years: 2023 realisation_years: 2022 })",
       "corrections[0].activity.realisation_years[1] NOT_ASCENDING"},
      {R"(element_id: "a1" activity { title: "X" line: 6 realisation_years: 1822 })",
       "corrections[0].activity.realisation_years[0] BAD_YEAR"},
      {R"(element_id: "a1" activity { title: "X" line: 6 amounts { cents: -1 } })",
       "corrections[0].activity.amounts[0].cents NEGATIVE"},
      {R"(element_id: "a1" activity { title: "X" line: 6 amounts { cents: 9 high_cents: 8 } })",
       "corrections[0].activity.amounts[0].high_cents HIGH_BELOW_LOW"},
      {R"(element_id: "a1" activity { title: "X" line: 6 task_fields: "zes" })",
       "corrections[0].activity.task_fields[0] BAD_TASK_FIELD"},
      {R"(element_id: "a1" activity { title: "X" line: 6 statuses { moment: "nu" } })",
       "corrections[0].activity.statuses[0].label REQUIRED"},
      {R"(element_id: "a1" activity { title: "X" line: 6 aspects { plan: "Iets" } })",
       "corrections[0].activity.aspects[0].kind REQUIRED"},
      {R"(element_id: "g1" goal { title: "X" line: 2 })", "corrections[0].goal.kind REQUIRED"},
      {R"(element_id: "g1" goal { title: "X" kind: GOAL_KIND_THEME line: 2 parent_id: "g3" })",
       "corrections[0].goal.parent_id LOOP"},
      {R"(element_id: "t1" target { text: "x" line: 7 })", "corrections[0].target.subject_id REQUIRED"},
      {R"(element_id: "t1" target { subject_id: "t2" text: "x" line: 7 })",
       "corrections[0].target.subject_id OTHER_KIND"},
      {R"(element_id: "t1" target { subject_id: "a1" text: "x" value: "4,5" line: 7 })",
       "corrections[0].target.value BAD_DECIMAL"},
      {R"(element_id: "t1" target { subject_id: "a1" text: "x" value: "-4" comparator: COMPARATOR_DECREASE line: 7 })",
       "corrections[0].target.value NEGATIVE"},
      {R"(element_id: "t1" target { subject_id: "a1" text: "x" period_from: "2022-02-30" line: 7 })",
       "corrections[0].target.period_from BAD_DATE"},
      {R"(element_id: "t1" target { subject_id: "a1" text: "x" period_from: "2022-02-03" period_to: "2022-01-01"
           line: 7 })",
       "corrections[0].target.period_to ENDS_BEFORE_START"},
      {R"(element_id: "t1" target { subject_id: "a1" text: "x" deadline_year: 22 line: 7 })",
       "corrections[0].target.deadline_year BAD_YEAR"},
      {R"(element_id: "i1" indicator { subject_id: "a1" line: 11 })", "corrections[0].indicator.text REQUIRED"},
      {R"(element_id: "m1" measurement { subject_id: "a2" value: "1e3" line: 10 })",
       "corrections[0].measurement.value BAD_DECIMAL"},
      {R"(element_id: "m1" measurement { subject_id: "a2" value: "1" period: "dit jaar" line: 10 })",
       "corrections[0].measurement.period BAD_YEAR"},
      {R"(element_id: "ms1" milestone { subject_id: "a1" text: "x" date: "2022-Q5" line: 8 })",
       "corrections[0].milestone.date BAD_DUE"},
      {R"(element_id: "ms1" milestone { subject_id: "i1" text: "x" line: 8 })",
       "corrections[0].milestone.subject_id OTHER_KIND"},
      {R"(element_id: "s1" section { text: "x" first_line: 5 last_line: 4 })",
       "corrections[0].section.last_line ENDS_BEFORE_START"},
      {R"(element_id: "source" source { title: "X" })", "corrections[0].source.document_kind REQUIRED"},
      {R"(element_id: "source" source { title: "X" document_kind: DOCUMENT_KIND_ANNUAL_REPORT municipality: "GM0299" })",
       "corrections[0].source.municipality NOT_OWNER"},
      {R"(element_id: "source" source { title: "X" document_kind: DOCUMENT_KIND_ANNUAL_REPORT built_at: "gisteren" })",
       "corrections[0].source.built_at BAD_MOMENT"},
  };
  for (const Case& each : cases) {
    EXPECT_THAT(Check(SaidOf({each.said})), ElementsAre(each.refusal)) << each.said;
  }
}

TEST(CheckCorrectionsTest, AnElementIsSaidOnceInABatch) {
  EXPECT_THAT(Check(SaidOf({R"(element_id: "a1" drop {})", R"(element_id: "a1" restore {})"})),
              ElementsAre("corrections[1].element_id TWICE"));
}

TEST(CheckCorrectionsTest, NothingMayReferToWhatIsDroppedInTheSameBatch) {
  EXPECT_THAT(Check(SaidOf({R"(element_id: "g2" drop {})", R"(element_id: "a1" activity { title: "X" line: 6
                                                             goal_ids: "g2" })"})),
              ElementsAre("corrections[1].activity.goal_ids[0] UNKNOWN_ELEMENT"));
}

TEST(CheckCorrectionsTest, WhatIsReferredToIsNotTakenBack) {
  const Corrections standing =
      Merge({}, SaidOf({R"(element_id: "n1" goal { title: "X" kind: GOAL_KIND_THEME line: 2 })",
                        R"(element_id: "a1" activity { title: "X" line: 6 goal_ids: "n1" })"}));
  const Said said = SaidOf({R"(element_id: "n1" restore {})"});
  EXPECT_THAT(Check(said, standing), ElementsAre("corrections[0].restore IN_USE"));
  EXPECT_THAT(Check(SaidOf({R"(element_id: "n1" restore {})", R"(element_id: "a1" restore {})"}), standing), IsEmpty());
}

TEST(CheckCorrectionsTest, WhatWasAcceptedIsNotCorrected) {
  const Said said = SaidOf({R"(element_id: "a1" drop {})"});
  EXPECT_THAT(Check(said, {}, {.accepted = {"a1"}}), ElementsAre("ELEMENT_ACCEPTED"));
  EXPECT_THAT(Check(said, {}, {.accepted = {"a2"}}), IsEmpty());
  const Said source = SaidOf({R"(element_id: "source" restore {})"});
  EXPECT_THAT(Check(source, {}, {.accepted = {"a2"}}), ElementsAre("ELEMENT_ACCEPTED"));
}

TEST(CheckCorrectionsTest, WhatAnAcceptanceMayHaveWrittenIsNotCorrected) {
  const Said said = SaidOf({R"(element_id: "a1" drop {})"});
  EXPECT_THAT(Check(said, {}, {.begun = {"a1", "source"}}), ElementsAre("ACCEPTANCE_BEGUN"));
  EXPECT_THAT(Check(said, {}, {.begun = {"a2", "source"}}), IsEmpty());
  const Said source = SaidOf({R"(element_id: "source" restore {})"});
  EXPECT_THAT(Check(source, {}, {.begun = {"source"}}), ElementsAre("ACCEPTANCE_BEGUN"));
}

// A like activity may have come since, and until that is decided nobody can finish.
TEST(CheckCorrectionsTest, WhichActivityABegunElementIsMayBeSaidUntilItIsWritten) {
  const Said said = SaidOf({R"(element_id: "a1" not_known {})"});
  EXPECT_THAT(Check(said, {}, {.begun = {"a1", "source"}}), ElementsAre("ACCEPTANCE_BEGUN"));
  EXPECT_THAT(Check(said, {}, {.begun = {"a1", "source"}, .unmatched = {"a1"}}), IsEmpty());
  EXPECT_THAT(Check(said, {}, {.accepted = {"a1"}, .unmatched = {"a1"}}), ElementsAre("ELEMENT_ACCEPTED"));
  const Said drop = SaidOf({R"(element_id: "a1" drop {})"});
  EXPECT_THAT(Check(drop, {}, {.begun = {"a1", "source"}, .unmatched = {"a1"}}), ElementsAre("ACCEPTANCE_BEGUN"));
}

// Milestones are stored with their activity, so that nobody would ever write them.
TEST(CheckCorrectionsTest, NoMilestoneIsAddedToWhatWasAccepted) {
  const Said added = SaidOf({R"(element_id: "n1" milestone { subject_id: "a1" text: "Tweede leuning" line: 8 })"});
  EXPECT_THAT(Check(added, {}, {.accepted = {"a1", "ms1"}}), ElementsAre("ELEMENT_ACCEPTED"));
  EXPECT_THAT(Check(added, {}, {.begun = {"a1", "ms1"}}), ElementsAre("ACCEPTANCE_BEGUN"));
  EXPECT_THAT(Check(added, {}, {.accepted = {"a2"}}), IsEmpty());
  const Corrections dropped = Merge({}, SaidOf({R"(element_id: "ms1" drop {})"}));
  const Said restored = SaidOf({R"(element_id: "ms1" restore {})"});
  EXPECT_THAT(Check(restored, dropped, {.accepted = {"a1"}}), ElementsAre("ELEMENT_ACCEPTED"));
  EXPECT_THAT(Check(restored, dropped), IsEmpty());
}

TEST(CheckCorrectionsTest, NoStepIsAddedToATargetThatWasAccepted) {
  const Corrections standing =
      Merge({}, SaidOf({R"(element_id: "t1" target { subject_id: "a1" text: "minimaal 40 in 2022" value: "40"
                           unit: UNIT_COUNT comparator: COMPARATOR_AT_LEAST basis: TARGET_BASIS_ABSOLUTE
                           deadline_year: 2022 line: 7 })"}));
  const Said step = SaidOf({R"(element_id: "n1" target { subject_id: "a1" text: "60 in 2023" value: "60"
                               unit: UNIT_COUNT comparator: COMPARATOR_AT_LEAST basis: TARGET_BASIS_ABSOLUTE
                               deadline_year: 2023 line: 7 })"});
  EXPECT_THAT(Check(step, standing, {.accepted = {"t1", "a1", "ms1"}}), ElementsAre("ELEMENT_ACCEPTED"));
  EXPECT_THAT(Check(step, standing, {.accepted = {"a1", "ms1"}}), IsEmpty());
  // One of its own is a target beside it.
  const Said other = SaidOf({R"(element_id: "n1" target { subject_id: "a1" text: "hooguit 3" value: "3"
                                unit: UNIT_COUNT line: 7 })"});
  EXPECT_THAT(Check(other, standing, {.accepted = {"t1", "a1", "ms1"}}), IsEmpty());
}

// Saying it all at once is saying it one after another.
TEST(MergeTest, ManyBatchesCountAsOneAfterAnother) {
  const std::initializer_list<const char*> texts = {R"(element_id: "a1" activity { title: "X" line: 6 })",
                                                    R"(element_id: "a1" not_known {})",
                                                    R"(element_id: "a2" drop {})",
                                                    R"(element_id: "a1" activity { title: "Y" line: 6 })",
                                                    R"(element_id: "a2" restore {})",
                                                    R"(element_id: "n1" goal { title: "Z" line: 2 })",
                                                    R"(element_id: "n1" drop {})",
                                                    R"(element_id: "t1" drop {})"};
  Corrections standing;
  for (const char* text : texts) standing = Merge(standing, SaidOf({text}));
  const Corrections all = Merge({}, SaidOf(texts));
  ASSERT_EQ(all.size(), standing.size());
  for (size_t i = 0; i < all.size(); ++i) EXPECT_TRUE(MessageDifferencer::Equals(all[i], standing[i])) << i;
  EXPECT_EQ(all.size(), 4u);
}

// A random correction of any element, most of them right.
class RandomCorrections {
 public:
  explicit RandomCorrections(unsigned seed) : random_(seed) {}

  Said Batch() {
    Said said;
    std::set<std::string> used;
    const int count = 1 + Number(4);
    for (int i = 0; i < count; ++i) {
      v1::Correction correction = One();
      if (used.insert(correction.element_id()).second) *said.Add() = std::move(correction);
    }
    return said;
  }

 private:
  int Number(int below) { return static_cast<int>(random_() % static_cast<unsigned>(below)); }
  std::string Pick(std::initializer_list<const char*> of) {
    return *(of.begin() + Number(static_cast<int>(of.size())));
  }

  v1::Correction One() {
    v1::Correction correction;
    correction.set_element_id(Pick(
        {"g1", "g2", "g3", "a1", "a2", "t1", "t2", "i1", "m1", "ms1", "s1", "n1", "n2", "n3", "n4", "n5", "source"}));
    const int what = Number(8);
    if (what == 0) {
      correction.mutable_restore();
    } else if (what == 1) {
      correction.mutable_drop();
    } else {
      Fill(correction);
    }
    return correction;
  }

  void Fill(v1::Correction& correction) {
    const std::string& id = correction.element_id();
    const std::string goal = Pick({"g1", "g2", "g3", "n1", ""});
    const std::string subject = Pick({"g1", "g2", "g3", "a1", "a2", "n1", "n2", "i1"});
    const int line = 1 + Number(12);
    if (id == "source") {
      auto* source = correction.mutable_source();
      source->set_title(Pick({"Een", "Twee"}));
      source->set_document_kind(v1::DOCUMENT_KIND_PROGRESS_REPORT);
    } else if (id[0] == 'g' || id == "n1") {
      auto* content = correction.mutable_goal();
      content->set_title(Pick({"Thuis", "Langer thuis", "Anders"}));
      content->set_kind(static_cast<v1::GoalKind>(1 + Number(6)));
      content->set_parent_id(goal);
      content->set_line(line);
    } else if (id[0] == 'a' || id == "n2") {
      auto* content = correction.mutable_activity();
      content->set_title(Pick({"Trapleuningen", "Beweeglessen", "Anders"}));
      if (!goal.empty()) content->add_goal_ids(goal);
      content->add_amounts()->set_cents(Number(1000));
      content->set_line(line);
    } else if (id[0] == 't' || id == "n3") {
      auto* content = correction.mutable_target();
      content->set_subject_id(subject);
      content->set_text("minimaal 3");
      content->set_value("3");
      content->set_comparator(static_cast<v1::Comparator>(1 + Number(9)));
      content->set_unit(v1::UNIT_COUNT);
      content->set_basis(static_cast<v1::TargetBasis>(1 + Number(4)));
      content->set_deadline_year(2020 + Number(5));
      content->set_line(line);
    } else if (id[0] == 'i' || id == "n4") {
      auto* content = correction.mutable_indicator();
      content->set_subject_id(subject);
      content->set_text("Aantal");
      content->set_unit(v1::UNIT_COUNT);
      content->set_line(line);
    } else if (id == "m1") {
      auto* content = correction.mutable_measurement();
      content->set_subject_id(subject);
      content->set_value("3");
      content->set_unit(v1::UNIT_COUNT);
      content->set_line(line);
    } else if (id == "ms1" || id == "n5") {
      auto* content = correction.mutable_milestone();
      content->set_subject_id(subject);
      content->set_text("Klaar");
      content->set_date(Pick({"2022", "2022-Q3", "2022-08", "2022-08-31", ""}));
      content->set_line(line);
    } else {
      auto* content = correction.mutable_section();
      content->set_text("Tekst");
      content->set_first_line(line);
      content->set_last_line(12);
    }
  }

  std::mt19937 random_;
};

// Every reference in a document, that names nothing in it.
std::vector<std::string> Dangling(const v1::ParsedDocument& parsed) {
  const std::set<std::string> ids = AllElements(parsed);
  std::vector<std::string> dangling;
  const auto look = [&](const std::string& id) {
    if (!id.empty() && ids.count(id) == 0) dangling.push_back(id);
  };
  for (const auto& goal : parsed.goals()) look(goal.parent_id());
  for (const auto& activity : parsed.activities()) {
    for (const std::string& goal : activity.goal_ids()) look(goal);
  }
  for (const auto& each : parsed.targets()) look(each.subject_id());
  for (const auto& each : parsed.indicators()) look(each.subject_id());
  for (const auto& each : parsed.measurements()) look(each.subject_id());
  for (const auto& each : parsed.milestones()) look(each.subject_id());
  for (const auto& span : parsed.spans()) look(span.element_id());
  return dangling;
}

// Whatever is allowed leaves a document in which all references hold and of which a plan can be made; taking everything
// back gives the document that was read.
TEST(CorrectionsTest, RandomCorrectionsLeaveAWholeDocumentAndCanBeTakenBack) {
  constexpr unsigned kSeeds = 400;
  int allowed = 0;
  int refused = 0;
  for (unsigned seed = 0; seed < kSeeds; ++seed) {
    RandomCorrections random(seed);
    Corrections standing;
    for (int batch = 0; batch < 8; ++batch) {
      const Said said = random.Batch();
      if (!CheckCorrections(Parsed(), standing, said, {}, "GM0677").ok()) {
        ++refused;
        continue;
      }
      ++allowed;
      standing = Merge(standing, said);
      const v1::ParsedDocument corrected = Apply(Parsed(), standing);
      ASSERT_THAT(Dangling(corrected), IsEmpty()) << "seed " << seed << " batch " << batch;
      ASSERT_TRUE(PlanAcceptance(corrected, "GM0677", "owners/GM0677/documents/d-1", {}).ok());
    }
    Said back;
    std::set<std::string> said;
    for (const v1::Correction& correction : standing) {
      if (!said.insert(correction.element_id()).second) continue;
      v1::Correction* const restore = back.Add();
      restore->set_element_id(correction.element_id());
      restore->mutable_restore();
    }
    ASSERT_THAT(Refusals(CheckCorrections(Parsed(), standing, back, {}, "GM0677")), IsEmpty()) << "seed " << seed;
    ASSERT_TRUE(MessageDifferencer::Equals(Apply(Parsed(), Merge(standing, back)), Parsed())) << "seed " << seed;
  }
  EXPECT_GT(allowed, 500);
  EXPECT_GT(refused, 500);
}

}  // namespace
}  // namespace regiokompas::intake
