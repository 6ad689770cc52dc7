#include "tests/resilience/state_reader.h"

#include <memory>

#include "absl/strings/str_join.h"
#include "google/protobuf/text_format.h"
#include "tests/support/builders.h"

namespace regiokompas::test {

using catalogue::v1::CatalogueService;
using indicator::v1::IndicatorService;
using progress::v1::ProgressService;

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

StateReader::StateReader(const Deployment& deployment, const std::string& token)
    : catalogue_(deployment.ChannelTo("catalogue"), token),
      progress_(deployment.ChannelTo("progress"), token),
      indicator_(deployment.ChannelTo("indicator"), token) {}

std::vector<std::string> StateReader::Read() {
  const std::string owner = OwnerName(kOwner);
  for (const std::string& framework : Take(catalogue_, &CatalogueService::Stub::ListFrameworks, owner)) {
    Take(catalogue_, &CatalogueService::Stub::ListSections, framework);
    Take(catalogue_, &CatalogueService::Stub::ListGoals, framework);
    versions_ += static_cast<int>(Take(catalogue_, &CatalogueService::Stub::ListVersions, framework).size());
  }
  Take(catalogue_, &CatalogueService::Stub::ListActivities, owner);
  Take(catalogue_, &CatalogueService::Stub::ListContributions, owner + "/activities/-");
  for (const std::string& cycle : Take(progress_, &ProgressService::Stub::ListReportingCycles, owner)) {
    Take(progress_, &ProgressService::Stub::ListStatusReports, cycle);
  }
  Take(progress_, &ProgressService::Stub::ListStatusMappings, owner);
  Take(indicator_, &IndicatorService::Stub::ListIndicators, owner);
  Take(indicator_, &IndicatorService::Stub::ListTargets, owner + "/indicators/-");
  Take(indicator_, &IndicatorService::Stub::ListMeasurements, owner + "/indicators/-");
  return state_;
}

template <typename Stub, typename Request, typename Response>
std::vector<std::string> StateReader::Take(const Client& client,
                                           grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                                        Response*),
                                           const std::string& parent) {
  std::vector<std::string> names;
  Request request;
  request.set_parent(parent);
  request.set_page_size(1000);
  do {
    const auto page = client.Call(method, request);
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

std::string StateReader::TextOf(const google::protobuf::Message& resource) {
  const std::unique_ptr<google::protobuf::Message> bare(resource.New());
  bare->CopyFrom(resource);
  for (const char* field : {"create_time", "update_time", "etag"}) {
    bare->GetReflection()->ClearField(bare.get(), bare->GetDescriptor()->FindFieldByName(field));
  }
  std::string text;
  google::protobuf::TextFormat::PrintToString(*bare, &text);
  return text;
}

}  // namespace regiokompas::test
