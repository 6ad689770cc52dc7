#include "services/intake/parser/profile.h"

#include <set>

#include "absl/strings/match.h"
#include "gtest/gtest.h"
#include "services/intake/parser/municipalities.h"

namespace regiokompas::intake {
namespace {

TEST(ProfileSet, LoadsEveryEmbeddedProfile) {
  const auto set = ProfileSet::Load();
  ASSERT_TRUE(set.ok()) << set.status();
  std::set<std::string> names;
  for (const auto& profile : (*set)->all()) names.insert(profile->data().name());
  EXPECT_EQ(names, (std::set<std::string>{"activity-table", "aspect-blocks", "generic", "implementation-cells",
                                          "priority-cards", "themed-narrative"}));
}

TEST(ProfileSet, NoProfileNamesAMunicipality) {
  for (const auto& profile : ProfileSet::Instance().all()) {
    const std::string text = profile->data().DebugString();
    for (const Municipality& municipality : KnownMunicipalities()) {
      EXPECT_FALSE(absl::StrContains(text, municipality.name)) << profile->data().name() << " " << municipality.name;
    }
  }
}

TEST(Profile, SaysWhatIsWrong) {
  profile_pb::Profile data;
  EXPECT_FALSE(Profile::Compile(data).ok());
  data.set_name("x");
  EXPECT_TRUE(Profile::Compile(data).ok());
  auto* rule = data.add_line_rules();
  rule->set_pattern("a(");
  EXPECT_FALSE(Profile::Compile(data).ok());
  rule->set_action(profile_pb::LINE_ACTION_SECTION);
  EXPECT_TRUE(absl::StrContains(Profile::Compile(data).status().message(), "a("));
  rule->set_pattern("a");
  EXPECT_TRUE(Profile::Compile(data).ok());
  rule->set_goal_kind("DOEL");
  EXPECT_FALSE(Profile::Compile(data).ok());
}

TEST(Profile, MatchesLabelsInTheirVariants) {
  const Profile& profile = *ProfileSet::Instance().Find("implementation-cells");
  for (absl::string_view line : {"Tijdpad", "tijdpad:", "TIJDPAD", "Tijdpad: in 2020", "Tijdpda"}) {
    const LabelMatch match = profile.MatchLabel(line, false);
    ASSERT_NE(match.rule, nullptr) << line;
    EXPECT_EQ(match.rule->aspect, pb::ASPECT_KIND_TIMELINE);
  }
  EXPECT_EQ(profile.MatchLabel("Tijdpad in 2020 |", false).rule, nullptr);
  const LabelMatch cell = profile.MatchLabel("Tijdpad in 2020 |", true);
  ASSERT_NE(cell.rule, nullptr);
  EXPECT_EQ(cell.label, "Tijdpad");
  EXPECT_EQ(cell.text, "in 2020 |");
  EXPECT_NE(profile.MatchLabel("Comunicatie via de krant |", true).rule, nullptr);
  EXPECT_EQ(profile.MatchLabel("Tijdpaden zijn lang |", false).rule, nullptr);
}

TEST(Profile, KnowsStatusWordsOfItsOwnOnly) {
  const Profile& profile = *ProfileSet::Instance().Find("activity-table");
  pb::Status status;
  ASSERT_TRUE(profile.StatusOf("niet volgens plan", &status));
  EXPECT_EQ(status, pb::STATUS_OFF_TRACK);
  EXPECT_FALSE(profile.StatusOf("half klaar", &status));
}

TEST(Municipalities, ListIsWellFormed) {
  EXPECT_GE(KnownMunicipalities().size(), 38u);
  for (const Municipality& known : KnownMunicipalities()) {
    ASSERT_EQ(known.code.size(), 6u) << known.name;
    EXPECT_TRUE(absl::StartsWith(known.code, "GM"));
  }
  EXPECT_TRUE(IsKnownMunicipality("GM0677"));
  EXPECT_FALSE(IsKnownMunicipality("GM9999"));
  EXPECT_FALSE(IsKnownMunicipality("gm0677"));
}

TEST(Municipalities, InfersTheOneNamedMost) {
  EXPECT_EQ(InferMunicipality("In Goes en Veere. Goes is groot."), "GM0664");
  EXPECT_EQ(InferMunicipality("In Goes en Veere."), "");
  EXPECT_EQ(InferMunicipality("Goesting en het-Goes"), "");
  EXPECT_EQ(InferMunicipality(""), "");
}

}  // namespace
}  // namespace regiokompas::intake
