#include "services/collaboration/reference_loader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "tests/support/sql.h"
#include "tests/support/test_suite.h"

namespace regiokompas::collaboration {
namespace {

constexpr char kFile[] = R"(
  municipality { code: "GM0001" name: "Aa" province: "PV20" }
  municipality { code: "GM0002" name: "Be" province: "PV20" }
  region { owner: "RG-proef" name: "Proef" member { code: "GM0001" } member { code: "GM0002" } }
  party { id: "ggd" name: "GGD" kind: "PUBLIC_BODY" }
  task_field_scheme { first_year: 2025 last_year: 2026 field { code: "6.1" name: "Samenkracht" } })";
constexpr int kResources = 2 + 1 + 2 + 3 + 2;

ReferenceData Read(const std::string& text) {
  const auto data = ReadReferenceData({{"proef.textproto", text}});
  EXPECT_TRUE(data.ok()) << data.status();
  return *data;
}

// A replica: a pool of its own to the same database.
class Replica {
 public:
  Replica(const test::TestDatabase& database, const Clock& clock)
      : clock_(clock),
        pool_({.connection = database.App("collaboration")}, [](const Call*, absl::string_view) {}),
        page_tokens_("", clock),
        store_(pool_, page_tokens_) {}

  ReferenceCounts Load(const ReferenceData& data) {
    const auto counts = LoadReferenceData(clock_, pool_, store_, data);
    EXPECT_TRUE(counts.ok()) << counts.status();
    return counts.ok() ? *counts : ReferenceCounts();
  }

 private:
  const Clock& clock_;
  db::Pool pool_;
  const api::PageTokens page_tokens_;
  const CollaborationStore store_;
};

class ReferenceLoaderTest : public testing::Test {
 protected:
  ReferenceLoaderTest() {
    // The databases of tests have the reference data of the program.
    sql_.Query(
        "TRUNCATE collaboration.municipalities, collaboration.regions, collaboration.memberships, "
        "collaboration.parties, collaboration.taskfields, collaboration.reference_loads, collaboration.history, "
        "collaboration.changes, collaboration.change_heads");
  }

  FixedClock clock_{test::StartOfTest()};
  test::TestDatabase database_;
  test::SqlSession sql_{database_.Superuser()};
  Replica replica_{database_, clock_};
};

TEST_F(ReferenceLoaderTest, TheSecondLoadFindsItDone) {
  const ReferenceCounts first = replica_.Load(Read(kFile));
  EXPECT_EQ(first.added, kResources);
  EXPECT_EQ(first.changed + first.unchanged, 0);
  const std::string head = sql_.Value("SELECT sequence || ' ' || change_time FROM collaboration.change_heads");
  const ReferenceCounts second = replica_.Load(Read(kFile));
  EXPECT_EQ(second.added + second.changed + second.unchanged, 0);
  EXPECT_EQ(sql_.Value("SELECT sequence || ' ' || change_time FROM collaboration.change_heads"), head);
}

TEST_F(ReferenceLoaderTest, OnlyWhatDiffersIsWritten) {
  replica_.Load(Read(kFile));
  clock_.Set(clock_.Now() + absl::Hours(1));
  std::string text = kFile;
  text.replace(text.find("Samenkracht"), 11, "Samen sterk");
  text.replace(text.find("party {"), 5, "party { id: \"uwv\" name: \"UWV\" kind: \"OTHER\" } party");
  const ReferenceCounts counts = replica_.Load(Read(text));
  EXPECT_EQ(counts.added, 1);
  EXPECT_EQ(counts.changed, 2);
  EXPECT_EQ(counts.unchanged, kResources - 2);
  EXPECT_EQ(sql_.Value("SELECT string_agg(resource || ' ' || version, ', ' ORDER BY resource, version) FROM "
                       "collaboration.history WHERE change_time > '2026-01-15T10:30Z'"),
            "parties/uwv 1, taskfields/2025-6.1 2, taskfields/2026-6.1 2");
  EXPECT_EQ(sql_.Value("SELECT count(*) FROM collaboration.changes"), std::to_string(kResources + 3));
}

TEST_F(ReferenceLoaderTest, WhatTheFilesNoLongerNameStays) {
  replica_.Load(Read(kFile));
  std::string text = kFile;
  text.replace(text.find(" member { code: \"GM0002\" }"), 26, "");
  const ReferenceCounts counts = replica_.Load(Read(text));
  EXPECT_EQ(counts.added + counts.changed, 0);
  EXPECT_EQ(sql_.Value("SELECT count(*) FROM collaboration.memberships"), "2");
}

TEST_F(ReferenceLoaderTest, ReplicasThatStartAtOnceDoNotFailEachOther) {
  const ReferenceData data = *ReadReferenceData(ReferenceFiles());
  const size_t all = data.municipalities.size() + data.regions.size() + data.memberships.size() + data.parties.size() +
                     data.task_fields.size();
  std::vector<std::thread> threads;
  std::vector<ReferenceCounts> counts(3);
  for (ReferenceCounts& count : counts) {
    threads.emplace_back([&] { count = Replica(database_, clock_).Load(data); });
  }
  for (std::thread& thread : threads) thread.join();
  size_t added = 0;
  for (const ReferenceCounts& count : counts) {
    added += count.added;
    EXPECT_EQ(count.changed, 0);
  }
  EXPECT_EQ(added, all);
  EXPECT_EQ(sql_.Value("SELECT count(*) || ' ' || max(version) FROM collaboration.history"),
            std::to_string(all) + " 1");
}

}  // namespace
}  // namespace regiokompas::collaboration
