// The services die in the middle of an import; importing the same file again brings the state that an undisturbed
// import gives.
#include <gmock/gmock.h>

#include <iostream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "google/protobuf/text_format.h"
#include "regiokompas/catalogue/v1/catalogue_service.grpc.pb.h"
#include "regiokompas/indicator/v1/indicator_service.grpc.pb.h"
#include "regiokompas/progress/v1/progress_service.grpc.pb.h"
#include "tests/resilience/deployment.h"
#include "tests/support/builders.h"
#include "tests/support/sql.h"

namespace regiokompas::test {
namespace {

using catalogue::v1::CatalogueService;
using indicator::v1::IndicatorService;
using progress::v1::ProgressService;

constexpr int kKills = 10;
constexpr char kDocument[] = REGIOKOMPAS_SOURCE_DIR "/deploy/demo/bronckhorst-uitvoeringsprogrammas-2019-2022.txt";

// Every resource of the owner as text, without what differs from run to run by right.
class StateReader {
 public:
  explicit StateReader(Client client) : client_(std::move(client)) {}

  std::vector<std::string> Read() {
    const std::string owner = OwnerName(kOwner);
    for (const std::string& framework : Take(&CatalogueService::Stub::ListFrameworks, owner)) {
      Take(&CatalogueService::Stub::ListSections, framework);
      Take(&CatalogueService::Stub::ListGoals, framework);
      versions_ += static_cast<int>(Take(&CatalogueService::Stub::ListVersions, framework).size());
    }
    Take(&CatalogueService::Stub::ListActivities, owner);
    Take(&CatalogueService::Stub::ListContributions, owner + "/activities/-");
    for (const std::string& cycle : Take(&ProgressService::Stub::ListReportingCycles, owner)) {
      Take(&ProgressService::Stub::ListStatusReports, cycle);
    }
    Take(&ProgressService::Stub::ListStatusMappings, owner);
    Take(&IndicatorService::Stub::ListIndicators, owner);
    Take(&IndicatorService::Stub::ListTargets, owner + "/indicators/-");
    Take(&IndicatorService::Stub::ListMeasurements, owner + "/indicators/-");
    return state_;
  }

  // How many decisions about frameworks there were.
  int versions() const { return versions_; }

 private:
  // Reads all pages of a list and returns the names in it.
  template <typename Stub, typename Request, typename Response>
  std::vector<std::string> Take(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                                const std::string& parent) {
    std::vector<std::string> names;
    Request request;
    request.set_parent(parent);
    request.set_page_size(1000);
    do {
      const auto page = client_.Call(method, request);
      EXPECT_TRUE(IsOk(page)) << Request::descriptor()->name() << " " << parent;
      const auto* reflection = page.value.GetReflection();
      const auto* resources = Response::descriptor()->field(0);
      for (int i = 0; i < reflection->FieldSize(page.value, resources); ++i) {
        const google::protobuf::Message& resource = reflection->GetRepeatedMessage(page.value, resources, i);
        const auto* name = resource.GetDescriptor()->FindFieldByName("name");
        names.push_back(resource.GetReflection()->GetString(resource, name));
        state_.push_back(TextOf(resource));
      }
      request.set_page_token(page.value.next_page_token());
    } while (!request.page_token().empty());
    return names;
  }

  static std::string TextOf(const google::protobuf::Message& resource) {
    const std::unique_ptr<google::protobuf::Message> bare(resource.New());
    bare->CopyFrom(resource);
    for (const char* field : {"create_time", "update_time", "etag"}) {
      bare->GetReflection()->ClearField(bare.get(), bare->GetDescriptor()->FindFieldByName(field));
    }
    std::string text;
    google::protobuf::TextFormat::PrintToString(*bare, &text);
    return text;
  }

  const Client client_;
  std::vector<std::string> state_;
  int versions_ = 0;
};

// Back to a migrated, empty database. The services must not run.
void Empty(SqlSession& sql) {
  std::vector<std::string> tables;
  for (const auto& row :
       sql.Query("SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname IN "
                 "('catalogue', 'progress', 'indicator', 'intake') AND tablename NOT IN ('schema_migrations', "
                 "'shares_sync')")) {
    tables.push_back(row[0]);
  }
  sql.Query("TRUNCATE " + absl::StrJoin(tables, ", "));
}

int Written(SqlSession& sql) {
  return std::stoi(
      sql.Value("SELECT (SELECT count(*) FROM catalogue.changes) + (SELECT count(*) FROM progress.changes) + (SELECT "
                "count(*) FROM indicator.changes)"));
}

TEST(ImportTest, IsCompletedByImportingAgainAfterTheServicesWereKilled) {
  Deployment deployment;
  deployment.StartServices();
  SqlSession sql(deployment.Superuser());
  const absl::Time start = absl::Now();
  ASSERT_EQ(Deployment::Finish(deployment.StartImport(kDocument)), 0);
  const absl::Duration undisturbed = absl::Now() - start;
  const int changes = Written(sql);
  StateReader undisturbed_state(deployment.ClientOf(std::chrono::seconds(20)));
  const std::vector<std::string> wanted = undisturbed_state.Read();
  ASSERT_GT(changes, kKills);
  ASSERT_GT(undisturbed_state.versions(), 1) << "what is read in is adopted";
  ASSERT_EQ(wanted.size() + undisturbed_state.versions(), static_cast<size_t>(changes))
      << "an import makes every resource in one version, but for the frameworks, which it adopts in the end";

  int partial = 0;
  std::string moments;
  for (int round = 0; round < kKills; ++round) {
    deployment.KillServices();
    Empty(sql);
    deployment.StartServices();
    const pid_t import = deployment.StartImport(kDocument);
    const absl::Time give_up = absl::Now() + absl::Seconds(60);
    // Spread over the acceptance by what it has written, so that a slow machine kills at the same moments.
    // The last one falls between the adoptions in which it ends.
    const int moment = round + 1 == kKills ? changes - undisturbed_state.versions() : changes * round / kKills;
    while (Written(sql) <= moment && absl::Now() < give_up) absl::SleepFor(absl::Milliseconds(1));
    deployment.KillServices();
    const int left = Written(sql);
    partial += left > 0 && left < changes ? 1 : 0;
    absl::StrAppend(&moments, " ", left);
    deployment.StartServices();
    // The first import may have gone on by itself: it repeats what was not available.
    Deployment::Finish(import);
    ASSERT_EQ(Deployment::Finish(deployment.StartImport(kDocument)), 0)
        << "after a kill at " << left << " of " << changes;
    EXPECT_EQ(StateReader(deployment.ClientOf(std::chrono::seconds(20))).Read(), wanted)
        << "after a kill at " << left << " of " << changes;
    EXPECT_EQ(Written(sql), changes) << "something was written twice after a kill at " << left;
  }
  std::cout << "killed after" << moments << " of " << changes << " writes; an undisturbed import takes "
            << absl::FormatDuration(absl::Trunc(undisturbed, absl::Milliseconds(1))) << "\n";
  EXPECT_GE(partial, kKills / 2) << "too few kills fell in the middle of an acceptance";
}

}  // namespace
}  // namespace regiokompas::test
