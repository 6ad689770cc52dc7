// Reference data over gRPC, as any caller with a good token reads them.
#include <algorithm>
#include <stdexcept>

#include "regiokompas/collaboration/v1/collaboration_service.grpc.pb.h"
#include "tests/conformance/conformance.h"

namespace regiokompas::test {
namespace {

using Collaboration = collaboration::v1::CollaborationService::Stub;
using testing::ElementsAre;

class ReferenceDataServiceTest : public ConformanceTest {
 protected:
  Answer<collaboration::v1::Membership> GetMembership(const std::string& name) {
    collaboration::v1::GetMembershipRequest request;
    request.set_name(name);
    return client_.Call(&Collaboration::GetMembership, request);
  }

  Answer<collaboration::v1::TaskField> GetTaskField(const std::string& name) {
    collaboration::v1::GetTaskFieldRequest request;
    request.set_name(name);
    return client_.Call(&Collaboration::GetTaskField, request);
  }

  std::vector<std::string> MembersOf(const std::string& region, absl::Time read_time = absl::InfinitePast()) {
    collaboration::v1::ListMembershipsRequest request;
    request.set_parent(region);
    if (read_time != absl::InfinitePast()) *request.mutable_read_time() = Timestamp(read_time);
    const auto answer = client_.Call(&Collaboration::ListMemberships, request);
    EXPECT_TRUE(IsOk(answer));
    std::vector<std::string> members;
    for (const auto& membership : answer.value.memberships()) members.push_back(membership.municipality());
    return members;
  }
};

TEST_F(ReferenceDataServiceTest, AMunicipality) {
  collaboration::v1::GetMunicipalityRequest request;
  request.set_name("municipalities/gm0677");
  const auto answer = client_.Call(&Collaboration::GetMunicipality, request);
  ASSERT_TRUE(IsOk(answer));
  EXPECT_EQ(answer.value.name(), "municipalities/gm0677");
  EXPECT_EQ(answer.value.display_name(), "Hulst");
  EXPECT_EQ(answer.value.code(), "GM0677");
  EXPECT_EQ(answer.value.province_code(), "PV29");
  EXPECT_EQ(answer.value.etag(), "\"v1\"");
  EXPECT_GT(answer.revision(), 0);

  request.set_name("municipalities/gm9999");
  EXPECT_TRUE(FailsWith(client_.Call(&Collaboration::GetMunicipality, request), grpc::NOT_FOUND, "RESOURCE_NOT_FOUND"));
  request.set_name("owners/GM0677/municipalities/gm0677");
  EXPECT_THAT(client_.Call(&Collaboration::GetMunicipality, request).violations(), ElementsAre("name BAD_NAME"));
}

TEST_F(ReferenceDataServiceTest, ARegionAndAParty) {
  collaboration::v1::GetRegionRequest region;
  region.set_name("regions/rg-achterhoek");
  const auto achterhoek = client_.Call(&Collaboration::GetRegion, region);
  ASSERT_TRUE(IsOk(achterhoek));
  EXPECT_EQ(achterhoek.value.owner(), "RG-achterhoek");
  collaboration::v1::GetPartyRequest party;
  party.set_name("parties/gm0677");
  const auto hulst = client_.Call(&Collaboration::GetParty, party);
  ASSERT_TRUE(IsOk(hulst));
  EXPECT_EQ(hulst.value.kind(), collaboration::v1::PARTY_KIND_MUNICIPALITY);
  EXPECT_EQ(hulst.value.municipality(), "municipalities/gm0677");
}

TEST_F(ReferenceDataServiceTest, VoorschotenWasAMemberOfHaaglandenUntil2024) {
  const auto answer = GetMembership("regions/rg-haaglanden/memberships/gm0626");
  ASSERT_TRUE(IsOk(answer));
  EXPECT_EQ(answer.value.municipality(), "municipalities/gm0626");
  EXPECT_EQ(answer.value.until_date(), "2024-01-01");
  EXPECT_TRUE(FailsWith(GetMembership("regions/rg-zeeland/memberships/gm0626"), grpc::NOT_FOUND, "RESOURCE_NOT_FOUND"));
}

TEST_F(ReferenceDataServiceTest, MembersOfOneRegionOrOfAll) {
  EXPECT_THAT(MembersOf("regions/rg-zeeuws-vlaanderen"),
              ElementsAre("municipalities/gm0677", "municipalities/gm0715", "municipalities/gm1714"));
  EXPECT_EQ(MembersOf("regions/rg-haaglanden").size(), 10u);
  EXPECT_EQ(MembersOf("regions/-").size(), 41u);
  EXPECT_TRUE(MembersOf("regions/rg-die-er-niet-is").empty());
}

TEST_F(ReferenceDataServiceTest, WhatWasKnownBeforeTheyWereLoadedIsNothing) {
  EXPECT_EQ(MembersOf("regions/rg-zeeland", StartOfTest()).size(), 13u);
  EXPECT_EQ(MembersOf("regions/-", StartOfTest()).size(), 41u);
  EXPECT_TRUE(MembersOf("regions/rg-zeeland", StartOfTest() - absl::Hours(24)).empty());
  collaboration::v1::GetMunicipalityRequest request;
  request.set_name("municipalities/gm0677");
  *request.mutable_read_time() = Timestamp(StartOfTest());
  EXPECT_EQ(client_.Call(&Collaboration::GetMunicipality, request).value.display_name(), "Hulst");
  *request.mutable_read_time() = Timestamp(StartOfTest() - absl::Hours(24));
  EXPECT_TRUE(FailsWith(client_.Call(&Collaboration::GetMunicipality, request), grpc::NOT_FOUND, "RESOURCE_NOT_FOUND"));
}

TEST_F(ReferenceDataServiceTest, ListsComeInPages) {
  for (const bool past : {false, true}) {
    std::vector<std::string> codes;
    collaboration::v1::ListMunicipalitiesRequest request;
    request.set_page_size(15);
    if (past) *request.mutable_read_time() = Timestamp(StartOfTest());
    std::vector<int> sizes;
    do {
      const auto page = client_.Call(&Collaboration::ListMunicipalities, request);
      ASSERT_TRUE(IsOk(page));
      sizes.push_back(page.value.municipalities_size());
      for (const auto& municipality : page.value.municipalities()) codes.push_back(municipality.code());
      request.set_page_token(page.value.next_page_token());
    } while (!request.page_token().empty());
    EXPECT_THAT(sizes, ElementsAre(15, 15, 8));
    EXPECT_TRUE(std::is_sorted(codes.begin(), codes.end()));
    EXPECT_EQ(codes.front(), "GM0197");
    EXPECT_EQ(codes.back(), "GM1955");
  }
  const auto regions = client_.Call(&Collaboration::ListRegions, collaboration::v1::ListRegionsRequest());
  ASSERT_TRUE(IsOk(regions));
  EXPECT_EQ(regions.value.regions_size(), 6);
  collaboration::v1::ListPartiesRequest parties;
  parties.set_page_size(1000);
  EXPECT_EQ(client_.Call(&Collaboration::ListParties, parties).value.parties_size(), 40);
}

TEST_F(ReferenceDataServiceTest, TaskFieldsAreListedByYearThenChapterThenNumber) {
  EXPECT_EQ(GetTaskField("taskfields/2023-0.1").value.display_name(), "Bestuur");
  EXPECT_EQ(GetTaskField("taskfields/2023-0.10").value.display_name(), "Mutaties reserves");
  EXPECT_TRUE(FailsWith(GetTaskField("taskfields/2023-0.100"), grpc::NOT_FOUND, "RESOURCE_NOT_FOUND"));
  EXPECT_THAT(GetTaskField("taskfields/0.1").violations(), ElementsAre("name BAD_NAME"));

  std::vector<std::string> names;
  collaboration::v1::ListTaskFieldsRequest request;
  request.set_page_size(1000);
  do {
    const auto page = client_.Call(&Collaboration::ListTaskFields, request);
    ASSERT_TRUE(IsOk(page));
    for (const auto& field : page.value.task_fields()) names.push_back(field.name());
    request.set_page_token(page.value.next_page_token());
  } while (!request.page_token().empty());
  ASSERT_EQ(names.size(), 6u * 53 + 2 * 71 + 2 * 69);
  const auto place = [&](const std::string& name) { return std::find(names.begin(), names.end(), name); };
  EXPECT_EQ(names.front(), "taskfields/2017-0.1");
  EXPECT_EQ(*(place("taskfields/2023-0.9") + 1), "taskfields/2023-0.10");
  EXPECT_EQ(*(place("taskfields/2023-0.64") + 1), "taskfields/2023-1.1");
  EXPECT_EQ(*(place("taskfields/2023-6.71") + 1), "taskfields/2023-6.71a");
  EXPECT_EQ(*(place("taskfields/2025-8.3") + 1), "taskfields/2026-0.1");
}

TEST_F(ReferenceDataServiceTest, ARoleAnywhereIsEnough) {
  collaboration::v1::GetRegionRequest request;
  request.set_name("regions/rg-zeeland");
  const Client member(suite_.channel(), suite_.Token({{"GM1876", {"council_member"}}}));
  EXPECT_TRUE(IsOk(member.Call(&Collaboration::GetRegion, request)));
  const Client nobody(suite_.channel(), suite_.Token({}));
  EXPECT_TRUE(FailsWith(nobody.Call(&Collaboration::GetRegion, request), grpc::PERMISSION_DENIED, "OWNER_FORBIDDEN"));
}

// Whose name stands in the history, and that nobody's request ids are used up.
TEST_F(ReferenceDataServiceTest, TheyAreRowsOfTheCountryWithTheirHistory) {
  SqlSession sql(suite_.database().Superuser());
  EXPECT_EQ(sql.Value("SELECT string_agg(DISTINCT owner_id || ' ' || principal || ' ' || version, ', ') "
                      "FROM collaboration.history"),
            "NL regiokompas:collaboration 1");
  EXPECT_EQ(sql.Value("SELECT count(*) FROM collaboration.history"),
            sql.Value("SELECT count(*) FROM collaboration.changes"));
  EXPECT_EQ(sql.Value("SELECT count(*) FROM collaboration.request_ids"), "0");
}

TEST(ReferenceDataFileTest, ARegionOfTheDeploymentIsServed) {
  TestSuite suite({.reference_data_files = {REGIOKOMPAS_SOURCE_DIR "/deploy/demo/reference.textproto"}});
  collaboration::v1::ListMembershipsRequest request;
  request.set_parent("regions/rg-voorbeeld");
  const auto answer = Client(suite.channel(), suite.Officer()).Call(&Collaboration::ListMemberships, request);
  ASSERT_TRUE(IsOk(answer));
  EXPECT_EQ(answer.value.memberships_size(), 5);
}

TEST(ReferenceDataFileTest, WithABadFileTheServiceDoesNotStart) {
  const auto start = [](const std::string& file) -> std::string {
    try {
      TestSuite suite({.reference_data_files = {file}});
    } catch (const std::runtime_error& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_EQ(start("/er/is/niets"), "cannot read reference_data_file /er/is/niets: No such file or directory");
  EXPECT_THAT(start(REGIOKOMPAS_SOURCE_DIR "/services/collaboration/reference/regions.textproto"),
              testing::AllOf(testing::StartsWith("reference data /"),
                             testing::HasSubstr("regions.textproto: region RG-zeeuws-vlaanderen: "
                                                "regions/rg-zeeuws-vlaanderen is there twice")));
}

}  // namespace
}  // namespace regiokompas::test
