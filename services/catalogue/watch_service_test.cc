// Watching what changes, over gRPC: what is told, when a watch ends, and what it costs.
#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <future>
#include <random>
#include <thread>

#include "absl/strings/str_cat.h"
#include "common/api/signed_token.h"
#include "common/base/timestamp.h"
#include "common/rpc/watch.h"
#include "regiokompas/catalogue/v1/catalogue_service.grpc.pb.h"
#include "regiokompas/collaboration/v1/collaboration_service.grpc.pb.h"
#include "regiokompas/internal/v1/resume_token.pb.h"
#include "tests/support/builders.h"
#include "tests/support/client.h"
#include "tests/support/sql.h"
#include "tests/support/test_suite.h"

namespace regiokompas::test {
namespace {

using catalogue::v1::WatchChangesResponse;
using Catalogue = catalogue::v1::CatalogueService::Stub;
using testing::ElementsAre;

// "revision resource etag"
using Told = std::vector<std::string>;

std::string LineOf(const catalogue::v1::ChangeNotice& notice) {
  return absl::StrCat(notice.revision(), " ", notice.resource(), " ", notice.etag());
}

// One open watch. One thread.
class Reader {
 public:
  Reader(const std::shared_ptr<grpc::Channel>& channel, const std::string& token, const std::string& resume_token = "",
         const std::string& owner = kOwner)
      : stub_(channel) {
    if (!token.empty()) context_.AddMetadata("authorization", "Bearer " + token);
    // A fuse: no test waits this long.
    context_.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(60));
    catalogue::v1::WatchChangesRequest request;
    request.set_parent(OwnerName(owner));
    request.set_resume_token(resume_token);
    stream_ = stub_.WatchChanges(&context_, request);
  }
  ~Reader() { Leave(); }

  // The next message; an empty one, without a token, when the watch has ended.
  WatchChangesResponse Next() {
    WatchChangesResponse message;
    stream_->Read(&message);
    return message;
  }
  // The next changes, whatever comes without any before them.
  WatchChangesResponse NextChanges() {
    WatchChangesResponse message;
    do {
      message = Next();
    } while (message.changes().empty() && !message.resume_token().empty());
    return message;
  }
  // Reads to the end.
  Outcome End() {
    while (!Next().resume_token().empty()) continue;
    Outcome outcome;
    outcome.status = stream_->Finish();
    finished_ = true;
    for (const auto& [key, value] : context_.GetServerTrailingMetadata()) {
      outcome.trailers[std::string(key.data(), key.size())] = std::string(value.data(), value.size());
    }
    return outcome;
  }
  void Leave() {
    if (finished_) return;
    finished_ = true;
    context_.TryCancel();
    stream_->Finish();
  }

 private:
  Catalogue stub_;
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReader<WatchChangesResponse>> stream_;
  bool finished_ = false;
};

class WatchServiceTest : public testing::Test {
 protected:
  Reader Watch(const std::string& resume_token = "", const std::string& owner = kOwner) {
    return Reader(suite_.channel(), suite_.Officer(owner), resume_token, owner);
  }
  Client Officer(const std::string& owner = kOwner) const { return Client(suite_.channel(), suite_.Officer(owner)); }

  void MakeActivities(int first, int count, const std::string& owner = kOwner) {
    EXPECT_TRUE(IsOk(
        Officer(owner).Call(&Catalogue::BatchCreateActivities, BatchOfActivities(OwnerName(owner), first, count))));
  }

  // What the change log of the owner says, beside the product's own way to it.
  Told Log(const std::string& owner = kOwner) {
    Told lines;
    for (const auto& row : SqlSession(suite_.database().Superuser())
                               .Query(absl::StrCat("SELECT sequence, resource, version FROM catalogue.changes WHERE "
                                                   "owner_id = '",
                                                   owner, "' ORDER BY sequence, item"))) {
      lines.push_back(absl::StrCat(row[0], " ", row[1], " \"v", row[2], "\""));
    }
    return lines;
  }

  std::string TokenAt(int64_t sequence, const std::string& epoch) const {
    internal::v1::ResumeToken token;
    token.set_service("catalogue");
    token.set_owner(kOwner);
    token.set_epoch(epoch);
    token.set_sequence(sequence);
    // The key of the suite.
    return api::SignToken(std::string(32, 'k'), "resume\n", token.SerializeAsString());
  }

  std::string Epoch() const {
    return SqlSession(suite_.database().Superuser())
        .Value("SELECT system_identifier || '-' || timeline_id FROM pg_control_system(), pg_control_checkpoint()");
  }

  TestSuite suite_;
};

TEST_F(WatchServiceTest, BeginsNowAndTellsWhatChanges) {
  MakeActivities(1, 1);
  Reader reader = Watch();
  EXPECT_THAT(reader.Next().changes(), testing::IsEmpty()) << "what was there before is not told";
  const auto made = Officer().Call(&Catalogue::CreateActivity, CreateActivity(OwnerName(kOwner), "nieuw"));
  ASSERT_TRUE(IsOk(made));
  const WatchChangesResponse told = reader.Next();
  ASSERT_EQ(told.changes_size(), 1);
  EXPECT_EQ(told.changes(0).resource(), made.value.name());
  EXPECT_EQ(told.changes(0).etag(), made.value.etag());
  EXPECT_EQ(told.changes(0).revision(), made.revision());
  EXPECT_EQ(ToTime(told.changes(0).change_time()), ToTime(made.value.update_time()));
  EXPECT_FALSE(told.resume_token().empty());
}

TEST_F(WatchServiceTest, ADroppedResourceHasNoEtag) {
  MakeActivities(1, 1);
  Reader reader = Watch();
  reader.Next();
  catalogue::v1::DeleteActivityRequest drop;
  drop.set_name(OwnerName(kOwner) + "/activities/activiteit-1");
  drop.set_request_id(NewRequestId());
  ASSERT_TRUE(IsOk(Officer().Call(&Catalogue::DeleteActivity, drop)));
  const WatchChangesResponse told = reader.Next();
  ASSERT_GE(told.changes_size(), 1);
  const auto& last = told.changes(told.changes_size() - 1);
  EXPECT_EQ(last.resource(), drop.name());
  EXPECT_EQ(last.etag(), "");
}

TEST_F(WatchServiceTest, OtherOwnersAreNotTold) {
  Reader reader = Watch();
  reader.Next();
  MakeActivities(1, 3, kOtherOwner);
  MakeActivities(1, 1);
  EXPECT_THAT(LineOf(reader.Next().changes(0)), testing::HasSubstr(OwnerName(kOwner) + "/"));
}

TEST_F(WatchServiceTest, ARevisionComesInOneMessage) {
  Reader reader = Watch();
  const std::string start = reader.Next().resume_token();
  // Hundreds of small revisions, then one of more changes than a message holds otherwise, then a small one.
  SqlSession(suite_.database().Superuser())
      .Query(absl::StrCat(
          "BEGIN; INSERT INTO catalogue.changes SELECT owner_id, sequence, item, 'activity', 'owners/' || owner_id || "
          "'/activities/a' || sequence || '-' || item, 1, now() FROM (VALUES ('",
          kOwner,
          "')) AS o (owner_id), generate_series(1, 602) AS sequence, LATERAL generate_series(1, CASE sequence WHEN 601 "
          "THEN 1500 ELSE 1 END) AS item; INSERT INTO catalogue.change_heads VALUES ('",
          kOwner, "', 602, now()); COMMIT"));
  std::vector<int> sizes;
  Told told;
  while (told.size() < 2101) {
    const WatchChangesResponse message = reader.NextChanges();
    ASSERT_FALSE(message.resume_token().empty());
    sizes.push_back(message.changes_size());
    for (const auto& notice : message.changes()) told.push_back(LineOf(notice));
  }
  EXPECT_THAT(sizes, ElementsAre(600, 1500, 1));
  EXPECT_EQ(told, Log());
}

// Writers of two owners; readers that leave and come back where they were, at any moment.
TEST_F(WatchServiceTest, EveryReaderIsToldEverythingOnce) {
  constexpr int kReaders = 4;
  constexpr int kWriters = 2;
  constexpr int kBatches = 25;
  const std::vector<std::string> owners = {kOwner, kOtherOwner};
  std::map<std::string, std::string> starts;
  for (const std::string& owner : owners) starts[owner] = Watch("", owner).Next().resume_token();

  std::vector<Told> told(kReaders);
  std::atomic<int> opened = 0;
  std::vector<std::thread> writers;
  std::atomic<int> written = 0;
  for (int writer = 0; writer < kWriters * 2; ++writer) {
    writers.emplace_back([&, writer] {
      std::mt19937 random(static_cast<unsigned>(writer));
      const std::string& owner = owners[static_cast<size_t>(writer % 2)];
      for (int batch = 0; batch < kBatches; ++batch) {
        const int count = 1 + static_cast<int>(random() % 9);
        MakeActivities(1 + writer * 10'000 + batch * 10, count, owner);
        written += count;
      }
    });
  }
  std::atomic<bool> writing = true;
  std::atomic<bool> written_all = false;
  std::vector<std::thread> readers;
  for (int i = 0; i < kReaders; ++i) {
    readers.emplace_back([&, i] {
      std::mt19937 random(static_cast<unsigned>(100 + i));
      const std::string& owner = owners[static_cast<size_t>(i % 2)];
      std::string token = starts[owner];
      bool complete = false;
      while (!complete) {
        const bool last_round = written_all;
        Reader reader = Watch(token, owner);
        do {
          const WatchChangesResponse message = reader.Next();
          ASSERT_FALSE(message.resume_token().empty()) << reader.End();
          token = message.resume_token();
          for (const auto& notice : message.changes()) told[static_cast<size_t>(i)].push_back(LineOf(notice));
          // A watch begins with what there is, or with nothing: then this reader has everything.
          complete = last_round && message.changes().empty();
        } while (!complete && writing && random() % 4 != 0);
        ++opened;
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  writing = false;
  // So that whoever waits for a message gets one.
  for (const std::string& owner : owners) MakeActivities(90'000, 1, owner);
  written_all = true;
  for (std::thread& reader : readers) reader.join();
  for (int i = 0; i < kReaders; ++i) {
    EXPECT_EQ(told[static_cast<size_t>(i)], Log(owners[static_cast<size_t>(i % 2)])) << "reader " << i;
  }
  EXPECT_GT(written, 100);
  EXPECT_GT(opened, kReaders * 2);
}

TEST_F(WatchServiceTest, GoesOnAfterARestart) {
  const std::string start = Watch().Next().resume_token();
  MakeActivities(1, 5);
  suite_.Restart();
  MakeActivities(6, 5);
  Told told;
  Reader reader = Watch(start);
  const WatchChangesResponse message = reader.Next();
  for (const auto& notice : message.changes()) told.push_back(LineOf(notice));
  EXPECT_EQ(told.size(), 10u);
  EXPECT_EQ(told, Log());
}

TEST_F(WatchServiceTest, OnlyATokenOfThisWatchIsTaken) {
  const std::string token = Watch().Next().resume_token();
  std::string changed = token;
  changed[changed.size() / 2] = changed[changed.size() / 2] == 'A' ? 'B' : 'A';
  catalogue::v1::ListActivitiesRequest list;
  MakeActivities(1, 2);
  list.set_parent(OwnerName(kOwner));
  list.set_page_size(1);
  const std::string page_token = Officer().Call(&Catalogue::ListActivities, list).value.next_page_token();
  ASSERT_FALSE(page_token.empty());
  const std::string foreign = Watch("", kOtherOwner).Next().resume_token();
  for (const std::string& wrong : {std::string("geen token"), changed, page_token, foreign, token.substr(1)}) {
    const Outcome end = Watch(wrong).End();
    EXPECT_TRUE(FailsWith(end, grpc::INVALID_ARGUMENT, "INVALID_REQUEST"));
    EXPECT_THAT(end.violations(), ElementsAre("resume_token BAD_RESUME_TOKEN"));
  }
}

TEST_F(WatchServiceTest, WhatIsGoneIsSaid) {
  MakeActivities(1, 3);
  const auto expired = [&](const std::string& token) {
    return FailsWith(Watch(token).End(), grpc::OUT_OF_RANGE, "FEED_POSITION_EXPIRED");
  };
  const std::string epoch = Epoch();
  EXPECT_EQ(Watch(TokenAt(2, epoch)).Next().changes_size(), 1);
  EXPECT_TRUE(expired(TokenAt(4, epoch))) << "ahead of what was written";
  EXPECT_TRUE(expired(TokenAt(2, "123-1"))) << "of another database";
  SqlSession(suite_.database().Superuser()).Query("DELETE FROM catalogue.changes WHERE sequence <= 2");
  EXPECT_TRUE(expired(TokenAt(0, epoch))) << "pruned";
  EXPECT_TRUE(expired(TokenAt(1, epoch))) << "pruned in part";
  EXPECT_EQ(Watch(TokenAt(2, epoch)).Next().changes_size(), 1);
  SqlSession(suite_.database().Superuser()).Query("DELETE FROM catalogue.changes");
  EXPECT_TRUE(expired(TokenAt(2, epoch))) << "pruned to the last";
  EXPECT_THAT(Watch(TokenAt(3, epoch)).Next().changes(), testing::IsEmpty());
}

TEST_F(WatchServiceTest, SilenceIsToldFromTimeToTime) {
  Reader reader = Watch();
  const std::string start = reader.Next().resume_token();
  suite_.SetClock(suite_.Now() + rpc::kCheckpointPeriod);
  const WatchChangesResponse checkpoint = reader.Next();
  EXPECT_THAT(checkpoint.changes(), testing::IsEmpty());
  EXPECT_FALSE(checkpoint.resume_token().empty());
  reader.Leave();
  MakeActivities(1, 1);
  EXPECT_EQ(Watch(checkpoint.resume_token()).Next().changes_size(), 1);
}

TEST_F(WatchServiceTest, EndsWithItsToken) {
  Reader reader = Watch();
  reader.Next();
  suite_.SetClock(suite_.Now() + absl::Minutes(15));
  const Outcome end = reader.End();
  EXPECT_TRUE(FailsWith(end, grpc::UNAUTHENTICATED, "TOKEN_EXPIRED"));
  EXPECT_EQ(end.error_info().metadata().at("expire_time"), "2026-01-15T10:15:00Z");
}

// More than the windows of a connection hold, so that the message after it cannot leave.
constexpr char kMuch[] =
    "BEGIN; INSERT INTO catalogue.changes SELECT owner_id, sequence, 1, 'activity', 'owners/' || owner_id || "
    "'/activities/' || repeat('a', 900) || sequence, 1, now() FROM (VALUES ('GM0677')) AS o (owner_id), "
    "generate_series(1, 10000) AS sequence; INSERT INTO catalogue.change_heads VALUES ('GM0677', 10000, now()); COMMIT";

TEST_F(WatchServiceTest, AReaderThatIsTooSlowIsTold) {
  Reader slow = Watch();
  Reader quick = Watch();
  WatchChangesResponse message = quick.Next();
  slow.Next();
  SqlSession(suite_.database().Superuser()).Query(kMuch);
  int64_t revision = 0;
  while (revision < 10'000) {
    message = quick.NextChanges();
    ASSERT_GT(message.changes_size(), 0);
    EXPECT_EQ(message.changes(0).revision(), revision + 1);
    revision = message.changes(message.changes_size() - 1).revision();
  }
  suite_.SetClock(suite_.Now() + rpc::kMaxUnread);
  // The checkpoint of the other watch comes after the slow one was looked at.
  quick.Next();
  WatchChangesResponse read;
  std::string token;
  revision = 0;
  for (read = slow.NextChanges(); read.changes_size() > 0; read = slow.NextChanges()) {
    EXPECT_EQ(read.changes(0).revision(), revision + 1);
    revision = read.changes(read.changes_size() - 1).revision();
    token = read.resume_token();
  }
  EXPECT_TRUE(FailsWith(slow.End(), grpc::RESOURCE_EXHAUSTED, "WATCH_TOO_SLOW"));
  EXPECT_LT(revision, 10'000);
  Reader again = Watch(token);
  EXPECT_EQ(again.Next().changes(0).revision(), revision + 1) << "nothing is lost";
}

TEST_F(WatchServiceTest, AStoppingHostEndsEveryWatchAtOnce) {
  Reader reader = Watch();
  reader.Next();
  Reader slow = Watch();  // and does not take what is on its way
  slow.Next();
  SqlSession(suite_.database().Superuser()).Query(kMuch);
  ASSERT_EQ(reader.NextChanges().changes(0).revision(), 1);
  const absl::Time start = absl::Now();
  auto drained = std::async(std::launch::async, [&] { suite_.host().Drain(); });
  EXPECT_TRUE(FailsWith(reader.End(), grpc::UNAVAILABLE, "DRAINING"));
  drained.get();
  EXPECT_LT(absl::Now() - start, absl::Seconds(3));
}

TEST_F(WatchServiceTest, WhoReadsByAShareDoesNotWatch) {
  collaboration::v1::CreateSharingGrantRequest grant;
  grant.set_parent(OwnerName(kOwner));
  grant.set_sharing_grant_id("deling-1");
  grant.set_request_id(NewRequestId());
  grant.mutable_sharing_grant()->set_display_name("Voor de regio");
  grant.mutable_sharing_grant()->set_receiver("RG-achterhoek");
  grant.mutable_sharing_grant()->set_scope(OwnerName(kOwner) + "/frameworks/-");
  *grant.mutable_sharing_grant()->mutable_until_time() = ToTimestamp(suite_.Now() + absl::Hours(1));
  ASSERT_TRUE(IsOk(Officer().Call(&collaboration::v1::CollaborationService::Stub::CreateSharingGrant, grant)));
  suite_.PollShares();
  const std::string coordinator = suite_.Token({{"RG-achterhoek", {"regional_coordinator"}}});
  EXPECT_TRUE(FailsWith(Reader(suite_.channel(), coordinator).End(), grpc::PERMISSION_DENIED, "OWNER_FORBIDDEN"));
  EXPECT_TRUE(FailsWith(Reader(suite_.channel(), "").End(), grpc::UNAUTHENTICATED, "TOKEN_MISSING"));
}

size_t Threads() {
  const std::filesystem::directory_iterator tasks("/proc/self/task");
  return static_cast<size_t>(std::distance(begin(tasks), end(tasks)));
}

TEST_F(WatchServiceTest, AThousandIdleWatchesHoldNoThreads) {
  // A connection carries 256 at once.
  std::vector<std::shared_ptr<grpc::Channel>> channels;
  for (int i = 0; i < 5; ++i) {
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    channels.push_back(
        grpc::CreateCustomChannel(suite_.host().address(), grpc::InsecureChannelCredentials(), arguments));
  }
  const std::string token = suite_.Officer();
  std::vector<std::unique_ptr<Reader>> readers;
  const auto open = [&](size_t count) {
    while (readers.size() < count) {
      readers.push_back(std::make_unique<Reader>(channels[readers.size() / 250], token));
      if (readers.size() % 50 == 0) {
        for (size_t i = readers.size() - 50; i < readers.size(); ++i)
          EXPECT_FALSE(readers[i]->Next().resume_token().empty());
      }
    }
  };
  open(50);
  const size_t before = Threads();
  open(rpc::kMaxWatches);
  EXPECT_LE(Threads(), before + 4);
  EXPECT_TRUE(FailsWith(Reader(channels[4], token).End(), grpc::UNAVAILABLE, "OVERLOADED"));
  // All of them are told of one change, and calls find their permits.
  MakeActivities(1, 1);
  for (const auto& reader : readers) EXPECT_EQ(reader->Next().changes_size(), 1);
  // Who leaves makes place.
  readers.clear();
  WatchChangesResponse first;
  while (first.resume_token().empty()) first = Reader(channels[4], token).Next();
}

}  // namespace
}  // namespace regiokompas::test
