#include "services/catalogue/catalogue_peers.h"

#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "common/base/clock.h"
#include "common/rpc/client.h"
#include "regiokompas/collaboration/v1/collaboration_service.grpc.pb.h"

namespace regiokompas::catalogue {
namespace {

using testing::HasSubstr;

// Gives the lists in pages of one, and counts how often it was asked for the first.
class FakeCollaboration final : public collaboration::v1::CollaborationService::Service {
 public:
  grpc::Status ListTaskFields(grpc::ServerContext*, const collaboration::v1::ListTaskFieldsRequest* request,
                              collaboration::v1::ListTaskFieldsResponse* response) override {
    if (request->page_token().empty()) ++asked;
    if (away) return {grpc::StatusCode::PERMISSION_DENIED, "not now"};
    const absl::MutexLock lock(&mutex);
    const size_t page = request->page_token().empty() ? 0 : std::stoul(request->page_token());
    auto* field = response->add_task_fields();
    field->set_code(fields[page].first);
    field->set_fiscal_year(fields[page].second);
    if (page + 1 < fields.size()) response->set_next_page_token(std::to_string(page + 1));
    return grpc::Status::OK;
  }

  std::atomic<int> asked = 0;
  std::atomic<bool> away = false;
  absl::Mutex mutex;
  std::vector<std::pair<std::string, int>> fields = {{"6.72", 2022}, {"6.751", 2025}};
};

class TaskFieldListsTest : public testing::Test {
 protected:
  TaskFieldListsTest() {
    grpc::ServerBuilder builder;
    builder.RegisterService(&collaboration_);
    server_ = builder.BuildAndStart();
  }

  // What a write of an activity with this task field and year comes to, and how often it was tried.
  absl::Status Write(const std::string& code, int year, int* tries = nullptr) {
    Call call{.clock = clock_, .method = "test", .request_id = "test-1"};
    v1::Activity activity;
    activity.add_task_fields(code);
    activity.add_realisation_years(year);
    return lists_.Run(call, [&] {
      if (tries != nullptr) ++*tries;
      return lists_.Check(call, activity);
    });
  }

  FixedClock clock_{absl::FromCivil(absl::CivilDay(2026, 1, 15), absl::UTCTimeZone())};
  FakeCollaboration collaboration_;
  std::unique_ptr<grpc::Server> server_;
  TaskFieldLists lists_{[this](const std::string& service) {
    EXPECT_EQ(service, "collaboration");
    return server_->InProcessChannel(rpc::ClientArguments());
  }};
};

TEST_F(TaskFieldListsTest, AsksOnceAndOnlyForWhatIsNotKnown) {
  Call call{.clock = clock_, .method = "test", .request_id = "test-1"};
  EXPECT_TRUE(lists_.Run(call, [&] { return lists_.Check(call, {}); }).ok());
  EXPECT_EQ(collaboration_.asked, 0);
  int tries = 0;
  EXPECT_TRUE(Write("6.72", 2022, &tries).ok());
  EXPECT_EQ(tries, 2);
  EXPECT_TRUE(Write("6.751", 2025, &tries).ok());
  EXPECT_EQ(tries, 3);
  EXPECT_THAT(Write("6.99", 2022).message(), HasSubstr("task_fields[0]: 6.99"));
  EXPECT_EQ(collaboration_.asked, 1);
}

TEST_F(TaskFieldListsTest, WhatIsNotKnownAfterTenMinutesIsAskedAnew) {
  ASSERT_TRUE(Write("6.72", 2022).ok());
  {
    const absl::MutexLock lock(&collaboration_.mutex);
    collaboration_.fields.emplace_back("6.99", 2027);
  }
  EXPECT_TRUE(absl::IsInvalidArgument(Write("6.99", 2027)));
  clock_.Set(clock_.Now() + absl::Minutes(10) + absl::Seconds(1));
  EXPECT_TRUE(Write("6.751", 2025).ok());
  EXPECT_EQ(collaboration_.asked, 1);
  EXPECT_TRUE(Write("6.99", 2027).ok());
  EXPECT_EQ(collaboration_.asked, 2);
}

TEST_F(TaskFieldListsTest, WithoutAnAnswerNothingIsStoredAndWhatWasKnownStays) {
  collaboration_.away = true;
  int tries = 0;
  const absl::Status refused = Write("6.72", 2022, &tries);
  EXPECT_TRUE(absl::IsUnavailable(refused)) << refused;
  EXPECT_EQ(errors::ReasonOf(refused), "TASK_FIELDS_UNKNOWN");
  EXPECT_EQ(tries, 1);
  collaboration_.away = false;
  ASSERT_TRUE(Write("6.72", 2022).ok());
  collaboration_.away = true;
  clock_.Set(clock_.Now() + absl::Hours(1));
  EXPECT_TRUE(Write("6.72", 2022).ok());
  EXPECT_TRUE(absl::IsUnavailable(Write("6.99", 2022)));
}

TEST_F(TaskFieldListsTest, ManyWritersAskOnce) {
  constexpr int kWriters = 16;
  std::atomic<int> waiting = 0;
  std::atomic<int> stored = 0;
  std::vector<std::thread> writers;
  for (int i = 0; i < kWriters; ++i) {
    writers.emplace_back([&] {
      Call call{.clock = clock_, .method = "test", .request_id = "test-1"};
      v1::Activity activity;
      activity.add_task_fields("6.72");
      bool first = true;
      const absl::Status status = lists_.Run(call, [&] {
        const absl::Status checked = lists_.Check(call, activity);
        // Nobody asks before all have found that they must.
        if (std::exchange(first, false)) {
          ++waiting;
          while (waiting < kWriters) std::this_thread::yield();
        }
        return checked;
      });
      if (status.ok()) ++stored;
    });
  }
  for (std::thread& writer : writers) writer.join();
  EXPECT_EQ(stored, kWriters);
  EXPECT_EQ(collaboration_.asked, 1);
}

}  // namespace
}  // namespace regiokompas::catalogue
