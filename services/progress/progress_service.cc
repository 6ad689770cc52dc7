#include "services/progress/progress_service.h"

#include "common/base/status_macros.h"
#include "regiokompas/progress/v1/progress_service.grpc.pb.h"
#include "services/progress/progress_store.h"

namespace regiokompas::progress {
namespace {

// One line per RPC: the endpoint checks who calls, the store does what the method means.
class ProgressService final : public v1::ProgressService::Service {
 public:
  explicit ProgressService(const rpc::Host::Room& room)
      : endpoint_(room.endpoint), store_(room.pool, room.page_tokens) {}

  grpc::Status GetReportingCycle(grpc::ServerContext* context, const v1::GetReportingCycleRequest* request,
                                 v1::ReportingCycle* response) override {
    return endpoint_.Serve(context, *request, response,
                           [&](Call& call) { return store_.cycles.Get(call, *request, response); });
  }
  grpc::Status ListReportingCycles(grpc::ServerContext* context, const v1::ListReportingCyclesRequest* request,
                                   v1::ListReportingCyclesResponse* response) override {
    return endpoint_.Serve(context, *request, response,
                           [&](Call& call) { return store_.cycles.List(call, *request, response); });
  }
  grpc::Status CreateReportingCycle(grpc::ServerContext* context, const v1::CreateReportingCycleRequest* request,
                                    v1::ReportingCycle* response) override {
    return endpoint_.Serve(context, *request, response,
                           [&](Call& call) { return store_.cycles.Create(call, *request, response); });
  }
  grpc::Status GetStatusReport(grpc::ServerContext* context, const v1::GetStatusReportRequest* request,
                               v1::StatusReport* response) override {
    return endpoint_.Serve(context, *request, response,
                           [&](Call& call) { return store_.reports.Get(call, *request, response); });
  }
  grpc::Status ListStatusReports(grpc::ServerContext* context, const v1::ListStatusReportsRequest* request,
                                 v1::ListStatusReportsResponse* response) override {
    return endpoint_.Serve(context, *request, response,
                           [&](Call& call) { return store_.reports.List(call, *request, response); });
  }
  grpc::Status BatchCreateStatusReports(grpc::ServerContext* context,
                                        const v1::BatchCreateStatusReportsRequest* request,
                                        v1::BatchCreateStatusReportsResponse* response) override {
    return endpoint_.Serve(context, *request, response,
                           [&](Call& call) { return store_.reports.BatchCreate(call, *request, response); });
  }
  grpc::Status UpdateStatusReport(grpc::ServerContext* context, const v1::UpdateStatusReportRequest* request,
                                  v1::StatusReport* response) override {
    return endpoint_.Serve(context, *request, response,
                           [&](Call& call) { return store_.reports.Update(call, *request, response); });
  }
  grpc::Status GetStatusMapping(grpc::ServerContext* context, const v1::GetStatusMappingRequest* request,
                                v1::StatusMapping* response) override {
    return endpoint_.Serve(context, *request, response,
                           [&](Call& call) { return store_.mappings.Get(call, *request, response); });
  }
  grpc::Status ListStatusMappings(grpc::ServerContext* context, const v1::ListStatusMappingsRequest* request,
                                  v1::ListStatusMappingsResponse* response) override {
    return endpoint_.Serve(context, *request, response,
                           [&](Call& call) { return store_.mappings.List(call, *request, response); });
  }
  grpc::Status CreateStatusMapping(grpc::ServerContext* context, const v1::CreateStatusMappingRequest* request,
                                   v1::StatusMapping* response) override {
    return endpoint_.Serve(context, *request, response,
                           [&](Call& call) { return store_.mappings.Create(call, *request, response); });
  }
  grpc::Status UpdateStatusMapping(grpc::ServerContext* context, const v1::UpdateStatusMappingRequest* request,
                                   v1::StatusMapping* response) override {
    return endpoint_.Serve(context, *request, response,
                           [&](Call& call) { return store_.mappings.Update(call, *request, response); });
  }
  grpc::Status GetProgressSummary(grpc::ServerContext* context, const v1::GetProgressSummaryRequest* request,
                                  v1::ProgressSummary* response) override {
    return endpoint_.Serve(context, *request, response,
                           [&](Call& call) { return store_.Summarise(call, *request, response); });
  }

 private:
  rpc::Endpoint& endpoint_;
  const ProgressStore store_;
};

}  // namespace

absl::Status Register(rpc::Host& host) {
  ASSIGN_OR_RETURN(
      const rpc::Host::Room room,
      host.AddRoom("progress", v1::CreateReportingCycleRequest::descriptor()->file()->service(0), Migrations()));
  RETURN_IF_ERROR(host.ReceiveShares("progress"));
  host.AddService(std::make_unique<ProgressService>(room));
  return absl::OkStatus();
}

}  // namespace regiokompas::progress
