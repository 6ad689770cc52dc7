#include "google/protobuf/util/message_differencer.h"
#include "tests/conformance/conformance.h"

namespace regiokompas::test {
namespace {

using google::protobuf::util::MessageDifferencer;

class UpdatesTest : public ConformanceTest {
 protected:
  // What a client sends that knows a name only.
  static catalogue::v1::Framework Named(const std::string& name) {
    catalogue::v1::Framework framework;
    framework.set_name(name);
    return framework;
  }
};

TEST_F(UpdatesTest, AMaskChangesWhatItNamesAndNothingElse) {
  const catalogue::v1::Framework before = MakeFramework();
  MoveClock(absl::Minutes(1));
  catalogue::v1::Framework update = Named(before.name());
  update.set_code("2");
  update.set_source_identifier("komt niet mee");
  const auto answer = Update(update, {"code"});
  ASSERT_TRUE(IsOk(answer));
  catalogue::v1::Framework expected = before;
  expected.set_code("2");
  expected.set_etag("\"v2\"");
  *expected.mutable_update_time() = Timestamp(suite_.Now());
  EXPECT_TRUE(MessageDifferencer::Equals(answer.value, expected)) << answer.value.DebugString();
  EXPECT_TRUE(MessageDifferencer::Equals(GetFramework(before.name()).value, expected));
}

TEST_F(UpdatesTest, AMaskCanClear) {
  const catalogue::v1::Framework before = MakeFramework();
  const auto answer = Update(Named(before.name()), {"code", "fiscal_years", "provenance"});
  ASSERT_TRUE(IsOk(answer));
  EXPECT_EQ(answer.value.code(), "");
  EXPECT_EQ(answer.value.fiscal_years_size(), 0);
  EXPECT_FALSE(answer.value.has_provenance());
  EXPECT_EQ(answer.value.text(), before.text());
}

TEST_F(UpdatesTest, AMaskCanNameAPartOfAMessage) {
  const catalogue::v1::Framework before = MakeFramework();
  catalogue::v1::Framework update = Named(before.name());
  update.mutable_provenance()->set_last_line(9);
  const auto answer = Update(update, {"provenance.last_line"});
  ASSERT_TRUE(IsOk(answer));
  EXPECT_EQ(answer.value.provenance().first_line(), 1);
  EXPECT_EQ(answer.value.provenance().last_line(), 9);
}

TEST_F(UpdatesTest, WithoutAMaskThePopulatedFieldsChange) {
  const catalogue::v1::Framework before = MakeFramework();
  catalogue::v1::Framework update = Named(before.name());
  update.set_display_name("Nieuwe titel");
  update.add_fiscal_years(2030);
  const auto answer = Update(update);
  ASSERT_TRUE(IsOk(answer));
  EXPECT_EQ(answer.value.display_name(), "Nieuwe titel");
  EXPECT_THAT(answer.value.fiscal_years(), testing::ElementsAre(2030)) << "a list is replaced, not added to";
  EXPECT_EQ(answer.value.code(), before.code());
  EXPECT_EQ(answer.value.text(), before.text());
}

TEST_F(UpdatesTest, AStarReplacesEverything) {
  const catalogue::v1::Framework before = MakeFramework();
  catalogue::v1::Framework update = Named(before.name());
  update.set_display_name("Alleen dit");
  update.set_kind(catalogue::v1::FRAMEWORK_KIND_ANNUAL_REPORT);
  const auto answer = Update(update, {"*"});
  ASSERT_TRUE(IsOk(answer));
  catalogue::v1::Framework expected = update;
  expected.set_state(before.state());
  expected.set_etag("\"v2\"");
  *expected.mutable_create_time() = before.create_time();
  // The clock stands still, and yet the second write is later than the first.
  *expected.mutable_update_time() = Timestamp(suite_.Now());
  expected.mutable_update_time()->set_nanos(1000);
  EXPECT_TRUE(MessageDifferencer::Equals(answer.value, expected)) << answer.value.DebugString();
}

TEST_F(UpdatesTest, PathsThatAreUnknownOrNotTheCallersAreRefused) {
  const catalogue::v1::Framework before = MakeFramework();
  catalogue::v1::Framework update = before;
  update.set_display_name("Toch niet");
  update.set_state(catalogue::v1::FRAMEWORK_STATE_ADOPTED);
  for (const std::string path :
       {"state", "name", "etag", "create_time", "bestaat_niet", "provenance.bestaat_niet", "displayName"}) {
    const auto answer = Update(update, {"display_name", path});
    EXPECT_TRUE(FailsWith(answer, grpc::INVALID_ARGUMENT, "INVALID_REQUEST")) << path;
    EXPECT_THAT(answer.violations(), testing::ElementsAre("update_mask UNKNOWN_PATH")) << path;
  }
  EXPECT_TRUE(MessageDifferencer::Equals(GetFramework(before.name()).value, before));
}

TEST_F(UpdatesTest, WhatOnlyTheServiceSetsIsLeftAlone) {
  catalogue::v1::Framework framework = MakeFramework();
  framework.set_state(catalogue::v1::FRAMEWORK_STATE_ADOPTED);
  framework.mutable_create_time()->set_seconds(1);
  framework.set_display_name("Nieuwe titel");
  const auto answer = Update(framework);
  ASSERT_TRUE(IsOk(answer));
  EXPECT_EQ(answer.value.state(), catalogue::v1::FRAMEWORK_STATE_DRAFT);
  EXPECT_EQ(answer.value.create_time().seconds(), absl::ToUnixSeconds(StartOfTest()));
}

TEST_F(UpdatesTest, ARequiredFieldCannotBeCleared) {
  const catalogue::v1::Framework before = MakeFramework();
  for (const std::string path : {"display_name", "kind", "*"}) {
    const auto answer = Update(Named(before.name()), {path});
    EXPECT_TRUE(FailsWith(answer, grpc::INVALID_ARGUMENT, "INVALID_REQUEST")) << path;
  }
  EXPECT_TRUE(MessageDifferencer::Equals(GetFramework(before.name()).value, before));
}

TEST_F(UpdatesTest, AnotherEtagIsAborted) {
  const catalogue::v1::Framework before = MakeFramework();
  catalogue::v1::Framework update = before;
  update.set_display_name("Eerste");
  const auto first = Update(update);
  ASSERT_TRUE(IsOk(first));
  EXPECT_EQ(first.value.etag(), "\"v2\"");
  for (const std::string& etag : {before.etag(), std::string("\"v3\""), std::string("v2"), std::string("onzin")}) {
    update.set_display_name("Tweede");
    update.set_etag(etag);
    EXPECT_TRUE(FailsWith(Update(update), grpc::ABORTED, "ETAG_MISMATCH")) << etag;
  }
  EXPECT_EQ(GetFramework(before.name()).value.display_name(), "Eerste");
  // Without an etag the last one wins; with the current one it goes through.
  update.clear_etag();
  EXPECT_TRUE(IsOk(Update(update)));
  update.set_display_name("Derde");
  update.set_etag("\"v3\"");
  EXPECT_TRUE(IsOk(Update(update)));
}

TEST_F(UpdatesTest, AnUpdateThatChangesNothingMakesNoVersion) {
  const catalogue::v1::Framework before = MakeFramework();
  MoveClock(absl::Minutes(1));
  const auto answer = Update(before);
  ASSERT_TRUE(IsOk(answer));
  EXPECT_TRUE(MessageDifferencer::Equals(answer.value, before)) << answer.value.DebugString();
  EXPECT_EQ(GetFramework(before.name()).revision(), 1);
}

TEST_F(UpdatesTest, AMissingResourceIsNotMade) {
  catalogue::v1::Framework framework = AFramework();
  framework.set_name("owners/GM0677/frameworks/er-is-niets");
  EXPECT_TRUE(FailsWith(Update(framework), grpc::NOT_FOUND, "RESOURCE_NOT_FOUND"));
  EXPECT_TRUE(FailsWith(GetFramework(framework.name()), grpc::NOT_FOUND, "RESOURCE_NOT_FOUND"));
}

TEST_F(UpdatesTest, TheNameIsRequired) {
  const auto answer = Update(AFramework());
  EXPECT_TRUE(FailsWith(answer, grpc::INVALID_ARGUMENT, "INVALID_REQUEST"));
  EXPECT_THAT(answer.violations(), testing::ElementsAre("framework.name REQUIRED"));
}

TEST_F(UpdatesTest, RulesHoldForUpdatesToo) {
  catalogue::v1::Framework framework = MakeFramework();
  framework.set_valid_until_date("2025-01-01");
  const auto answer = Update(framework, {"valid_until_date"});
  EXPECT_TRUE(FailsWith(answer, grpc::INVALID_ARGUMENT, "INVALID_REQUEST"));
  EXPECT_THAT(answer.violations(), testing::ElementsAre("valid_until_date ENDS_BEFORE_START"));
}

}  // namespace
}  // namespace regiokompas::test
