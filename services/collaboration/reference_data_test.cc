#include "services/collaboration/reference_data.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "absl/strings/str_cat.h"

namespace regiokompas::collaboration {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

constexpr char kPlaces[] = R"(
  municipality { code: "GM0001" name: "Aa" province: "PV20" }
  municipality { code: "GM0002" name: "Be" province: "PV20" from: "2020-01-01" })";

std::string ReadSource(const std::string& path) {
  std::ifstream file(std::string(REGIOKOMPAS_SOURCE_DIR) + "/" + path);
  EXPECT_TRUE(file) << path;
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

ReferenceData Ours() {
  const auto data = ReadReferenceData(ReferenceFiles());
  EXPECT_TRUE(data.ok()) << data.status();
  return data.ok() ? *data : ReferenceData();
}

// What is wrong with `text` beside two municipalities.
std::string Problem(const std::string& text) {
  const auto data = ReadReferenceData({{"places.textproto", kPlaces}, {"own.textproto", text}});
  return data.ok() ? "" : std::string(data.status().message());
}

std::set<std::string> MembersOf(const ReferenceData& data, const std::string& region) {
  std::set<std::string> members;
  for (const auto& membership : data.memberships) {
    if (membership.name().rfind(region + "/", 0) == 0) members.insert(membership.municipality());
  }
  return members;
}

const v1::TaskField* Find(const ReferenceData& data, const std::string& name) {
  for (const auto& field : data.task_fields) {
    if (field.name() == name) return &field;
  }
  return nullptr;
}

// "EXACT taskfields/2022-6.2"
std::vector<std::string> RelationsOf(const ReferenceData& data, const std::string& name) {
  const v1::TaskField* field = Find(data, name);
  if (field == nullptr) return {"is not there"};
  std::vector<std::string> relations;
  for (const auto& relation : field->relations()) {
    relations.push_back(
        absl::StrCat(v1::TaskFieldRelationKind_Name(relation.kind()).substr(25), " ", relation.task_field()));
  }
  return relations;
}

TEST(ReferenceDataTest, NamesMunicipalitiesAsTheParserDoes) {
  // The first name of a code is the official one.
  std::map<std::string, std::string> known;
  std::istringstream lines(ReadSource("services/intake/parser/municipalities.txt"));
  for (std::string line; std::getline(lines, line);) known.emplace(line.substr(0, 6), line.substr(7));
  const ReferenceData ours = Ours();
  EXPECT_EQ(ours.municipalities.size(), 38u);
  for (const auto& municipality : ours.municipalities) {
    EXPECT_EQ(known[municipality.code()], municipality.display_name()) << municipality.code();
  }
}

TEST(ReferenceDataTest, RegionsHaveTheirMembers) {
  const ReferenceData data = Ours();
  std::map<std::string, size_t> sizes;
  for (const auto& region : data.regions) sizes[region.owner()] = MembersOf(data, region.name()).size();
  const std::map<std::string, size_t> wanted = {{"RG-zeeuws-vlaanderen", 3}, {"RG-zeeland", 13},
                                                {"RG-achterhoek", 8},        {"RG-baarn-bunschoten-soest", 3},
                                                {"RG-liemers", 4},           {"RG-haaglanden", 10}};
  EXPECT_EQ(sizes, wanted);
  EXPECT_THAT(MembersOf(data, "regions/rg-zeeuws-vlaanderen"),
              UnorderedElementsAre("municipalities/gm0677", "municipalities/gm0715", "municipalities/gm1714"));
}

TEST(ReferenceDataTest, VoorschotenLeftHaaglanden) {
  int ended = 0;
  for (const auto& membership : Ours().memberships) {
    if (membership.until_date().empty()) continue;
    EXPECT_EQ(membership.name(), "regions/rg-haaglanden/memberships/gm0626");
    EXPECT_EQ(membership.until_date(), "2024-01-01");
    ++ended;
  }
  EXPECT_EQ(ended, 1);
}

TEST(ReferenceDataTest, EveryMunicipalityIsAParty) {
  const ReferenceData data = Ours();
  std::set<std::string> parties;
  for (const auto& party : data.parties) {
    if (party.kind() == v1::PARTY_KIND_MUNICIPALITY) parties.insert(party.municipality());
  }
  EXPECT_EQ(parties.size(), data.municipalities.size());
  EXPECT_EQ(parties.count("municipalities/gm0677"), 1u);
}

TEST(ReferenceDataTest, EveryYearHasTheListOfItsScheme) {
  const ReferenceData data = Ours();
  std::map<int, int> sizes;
  for (const auto& field : data.task_fields) ++sizes[field.fiscal_year()];
  EXPECT_EQ(sizes.begin()->first, 2017);
  EXPECT_EQ(sizes.rbegin()->first, 2026);
  for (const auto& [year, size] : sizes) {
    EXPECT_EQ(size, 43 + (year <= 2022 ? 10 : year <= 2024 ? 28 : 26)) << year;
  }
}

TEST(ReferenceDataTest, ZeroPointTenIsNotZeroPointOne) {
  const ReferenceData data = Ours();
  std::map<int, std::string> order;
  for (const auto& field : data.task_fields) {
    if (field.fiscal_year() == 2023) order[field.ordinal()] = field.code();
  }
  std::vector<std::string> codes;
  for (const auto& [ordinal, code] : order) codes.push_back(code);
  ASSERT_GE(codes.size(), 14u);
  EXPECT_THAT(std::vector<std::string>(codes.begin(), codes.begin() + 10),
              ElementsAre("0.1", "0.2", "0.3", "0.4", "0.5", "0.7", "0.8", "0.9", "0.10", "0.11"));
  EXPECT_EQ(codes.size(), 71u) << "two fields share a place";
  EXPECT_EQ(Find(data, "taskfields/2023-0.1")->display_name(), "Bestuur");
  EXPECT_EQ(Find(data, "taskfields/2023-0.10")->display_name(), "Mutaties reserves");
}

TEST(ReferenceDataTest, RelationsStandWhereTheSchemeChanges) {
  const ReferenceData data = Ours();
  EXPECT_THAT(RelationsOf(data, "taskfields/2022-6.72"), IsEmpty());
  EXPECT_THAT(RelationsOf(data, "taskfields/2023-6.2"), ElementsAre("EXACT taskfields/2022-6.2"));
  EXPECT_THAT(RelationsOf(data, "taskfields/2023-6.74c"), ElementsAre("SPLIT taskfields/2022-6.72"));
  EXPECT_THAT(RelationsOf(data, "taskfields/2024-6.74c"), IsEmpty()) << "within a scheme";
  EXPECT_THAT(RelationsOf(data, "taskfields/2025-6.22"), ElementsAre("SPLIT taskfields/2024-6.2"));
  EXPECT_THAT(RelationsOf(data, "taskfields/2025-6.60"), ElementsAre("EXACT taskfields/2024-6.6"));
  EXPECT_EQ(RelationsOf(data, "taskfields/2025-6.751").size(), 10u);
  EXPECT_EQ(RelationsOf(data, "taskfields/2025-6.751").front(), "BROKEN taskfields/2024-6.72a");
  EXPECT_THAT(RelationsOf(data, "taskfields/2025-6.791"), IsEmpty());
  EXPECT_TRUE(Find(data, "taskfields/2022-6.72")->bookable());
  EXPECT_FALSE(Find(data, "taskfields/2023-6.72")->bookable());
  EXPECT_EQ(Find(data, "taskfields/2025-6.72"), nullptr);
}

TEST(ReferenceDataTest, TheRegionOfTheDemonstrationFits) {
  std::vector<EmbeddedFile> files = ReferenceFiles();
  files.push_back({"reference.textproto", ReadSource("deploy/demo/reference.textproto")});
  const auto data = ReadReferenceData(files);
  ASSERT_TRUE(data.ok()) << data.status();
  EXPECT_EQ(MembersOf(*data, "regions/rg-voorbeeld").size(), 5u);
  EXPECT_NE(DigestOf(*data), DigestOf(Ours()));
  EXPECT_EQ(DigestOf(Ours()), DigestOf(Ours()));
}

TEST(ReferenceDataTest, ASecondPeriodHasANumber) {
  const auto data = ReadReferenceData({{"places.textproto", kPlaces}, {"own.textproto", R"(
    region { owner: "RG-proef" name: "Proef"
      member { code: "GM0001" until: "2020-01-01" }
      member { code: "GM0001" from: "2020-01-01" until: "2021-01-01" }
      member { code: "GM0001" from: "2024-01-01" } })"}});
  ASSERT_TRUE(data.ok()) << data.status();
  std::vector<std::string> names;
  for (const auto& membership : data->memberships) names.push_back(membership.name());
  EXPECT_THAT(names, ElementsAre("regions/rg-proef/memberships/gm0001", "regions/rg-proef/memberships/gm0001-2",
                                 "regions/rg-proef/memberships/gm0001-3"));
}

TEST(ReferenceDataTest, WhatIsWrongIsNamedWithItsFileEntryAndRule) {
  EXPECT_EQ(Problem(R"(region { owner: "RG-proef" name: "Proef" member { code: "GM0009" } })"),
            "reference data own.textproto: region RG-proef, member GM0009: municipalities/gm0009 is not there");
  EXPECT_EQ(
      Problem("region {\n  onzin: 1\n}"),
      "reference data own.textproto: line 2: Message type \"regiokompas.internal.v1.ReferenceRegion\" has no field "
      "named \"onzin\".");
}

TEST(ReferenceDataTest, RefusesWhatBreaksARule) {
  EXPECT_EQ(Problem(""), "");
  const auto region = [](const std::string& members) {
    return absl::StrCat("region { owner: \"RG-proef\" name: \"Proef\" ", members, " }");
  };
  const auto scheme = [](const std::string& years, const std::string& field) {
    return absl::StrCat("task_field_scheme { first_year: ", years, " field { ", field, " } }");
  };
  const std::map<std::string, std::string> problems = {
      {R"(municipality { code: "GM0001" name: "Aa" })", "municipalities/gm0001 is there twice"},
      {R"(municipality { code: "GM1" name: "Aa" })", "`code` must be GM and four digits"},
      {R"(municipality { code: "GM0003" })", "display_name is required"},
      {R"(municipality { code: "GM0003" name: "Ce" from: "2020-02-30" })", "2020-02-30 is no date"},
      {R"(municipality { code: "GM0003" name: "Ce" from: "2021-01-01" until: "2021-01-01" })", "must come before"},
      {R"(region { owner: "GM0001" name: "Proef" })", "`owner` must be RG- and an id"},
      {region("") + region(""), "regions/rg-proef is there twice"},
      {region(R"(member { code: "GM0001" from: "2021-01-01" until: "2020-01-01" })"), "must come before"},
      {region(R"(member { code: "GM0001" } member { code: "GM0001" from: "2024-01-01" })"), "may not overlap"},
      {region(R"(member { code: "GM0001" until: "2024-01-01" } member { code: "GM0001" from: "2023-12-31" })"),
       "may not overlap"},
      {region(R"(member { code: "GM0001" from: "2024-01-01" } member { code: "GM0001" until: "2023-01-01" })"),
       "may not overlap"},
      {R"(party { id: "gm0001" name: "Aa" kind: "OTHER" })", "parties/gm0001 is there twice"},
      {R"(party { id: "Ggd" name: "GGD" kind: "OTHER" })", "name must be a name like parties/{party}"},
      {R"(party { id: "ggd" name: "GGD" kind: "GGD" })", "`kind` GGD is not known"},
      {R"(party { id: "ggd" name: "GGD" kind: "UNSPECIFIED" })", "`kind` UNSPECIFIED is not known"},
      {R"(party { id: "ggd" name: "GGD" kind: "MUNICIPALITY" })", "a municipality is a party by itself"},
      {scheme("2023 last_year: 2022", R"(code: "6.1" name: "A")"), "the years must be in order"},
      {scheme("23 last_year: 24", R"(code: "6.1" name: "A")"), "the years must be in order"},
      {scheme("2023 last_year: 2023", R"(code: "6" name: "A")"), "`code` must be like"},
      {scheme("2023 last_year: 2023", R"(code: "6.1z" name: "A")"), "`code` must be like"},
      {scheme("2023 last_year: 2024", R"(code: "6.1" name: "A")") +
           scheme("2024 last_year: 2025", R"(code: "6.1" name: "A")"),
       "taskfields/2024-6.1 is there twice"},
      {scheme("2023 last_year: 2023", R"(code: "6.1" name: "A" relation { kind: "EXACT" to: "6.1" })"),
       "taskfields/2022-6.1 is not there"},
      {scheme("2023 last_year: 2023", R"(code: "6.1" name: "A" relation { kind: "SAME" to: "6.1" })"),
       "`kind` SAME is not known"},
      {scheme("2023 last_year: 2023", R"(code: "6.1" name: "A" relation { kind: "EXACT" })"), "a relation needs `to`"},
  };
  for (const auto& [text, problem] : problems) EXPECT_THAT(Problem(text), HasSubstr(problem)) << text;
}

}  // namespace
}  // namespace regiokompas::collaboration
