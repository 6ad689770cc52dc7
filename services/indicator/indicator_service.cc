#include "services/indicator/indicator_service.h"

#include "common/base/status_macros.h"
#include "regiokompas/indicator/v1/indicator_service.grpc.pb.h"
#include "services/indicator/indicator_store.h"

namespace regiokompas::indicator {
namespace {

// One line per RPC: the endpoint checks who calls, the store does what the method means.
class IndicatorService final : public v1::IndicatorService::Service {
 public:
  explicit IndicatorService(const rpc::Host::Room& room)
      : endpoint_(room.endpoint), store_(room.pool, room.page_tokens) {}

  grpc::Status GetIndicator(grpc::ServerContext* context, const v1::GetIndicatorRequest* request,
                            v1::Indicator* response) override {
    return endpoint_.Serve(context, *request, response,
                           [&](Call& call) { return store_.indicators.Get(call, *request, response); });
  }
  grpc::Status ListIndicators(grpc::ServerContext* context, const v1::ListIndicatorsRequest* request,
                              v1::ListIndicatorsResponse* response) override {
    return endpoint_.Serve(context, *request, response,
                           [&](Call& call) { return store_.indicators.List(call, *request, response); });
  }
  grpc::Status BatchCreateIndicators(grpc::ServerContext* context, const v1::BatchCreateIndicatorsRequest* request,
                                     v1::BatchCreateIndicatorsResponse* response) override {
    return endpoint_.Serve(context, *request, response,
                           [&](Call& call) { return store_.indicators.BatchCreate(call, *request, response); });
  }
  grpc::Status UpdateIndicator(grpc::ServerContext* context, const v1::UpdateIndicatorRequest* request,
                               v1::Indicator* response) override {
    return endpoint_.Serve(context, *request, response,
                           [&](Call& call) { return store_.indicators.Update(call, *request, response); });
  }
  grpc::Status GetTarget(grpc::ServerContext* context, const v1::GetTargetRequest* request,
                         v1::Target* response) override {
    return endpoint_.Serve(context, *request, response,
                           [&](Call& call) { return store_.targets.Get(call, *request, response); });
  }
  grpc::Status ListTargets(grpc::ServerContext* context, const v1::ListTargetsRequest* request,
                           v1::ListTargetsResponse* response) override {
    return endpoint_.Serve(context, *request, response,
                           [&](Call& call) { return store_.targets.List(call, *request, response); });
  }
  grpc::Status BatchCreateTargets(grpc::ServerContext* context, const v1::BatchCreateTargetsRequest* request,
                                  v1::BatchCreateTargetsResponse* response) override {
    return endpoint_.Serve(context, *request, response,
                           [&](Call& call) { return store_.targets.BatchCreate(call, *request, response); });
  }
  grpc::Status UpdateTarget(grpc::ServerContext* context, const v1::UpdateTargetRequest* request,
                            v1::Target* response) override {
    return endpoint_.Serve(context, *request, response,
                           [&](Call& call) { return store_.targets.Update(call, *request, response); });
  }
  grpc::Status GetMeasurement(grpc::ServerContext* context, const v1::GetMeasurementRequest* request,
                              v1::Measurement* response) override {
    return endpoint_.Serve(context, *request, response,
                           [&](Call& call) { return store_.measurements.Get(call, *request, response); });
  }
  grpc::Status ListMeasurements(grpc::ServerContext* context, const v1::ListMeasurementsRequest* request,
                                v1::ListMeasurementsResponse* response) override {
    return endpoint_.Serve(context, *request, response,
                           [&](Call& call) { return store_.measurements.List(call, *request, response); });
  }
  grpc::Status BatchCreateMeasurements(grpc::ServerContext* context, const v1::BatchCreateMeasurementsRequest* request,
                                       v1::BatchCreateMeasurementsResponse* response) override {
    return endpoint_.Serve(context, *request, response,
                           [&](Call& call) { return store_.measurements.BatchCreate(call, *request, response); });
  }
  grpc::Status UpdateMeasurement(grpc::ServerContext* context, const v1::UpdateMeasurementRequest* request,
                                 v1::Measurement* response) override {
    return endpoint_.Serve(context, *request, response,
                           [&](Call& call) { return store_.measurements.Update(call, *request, response); });
  }
  grpc::Status GetIndicatorSummary(grpc::ServerContext* context, const v1::GetIndicatorSummaryRequest* request,
                                   v1::IndicatorSummary* response) override {
    return endpoint_.Serve(context, *request, response,
                           [&](Call& call) { return store_.Summarise(call, *request, response); });
  }

 private:
  rpc::Endpoint& endpoint_;
  const IndicatorStore store_;
};

}  // namespace

absl::Status Register(rpc::Host& host) {
  ASSIGN_OR_RETURN(const rpc::Host::Room room,
                   host.AddRoom("indicator", v1::GetIndicatorRequest::descriptor()->file()->service(0), Migrations()));
  RETURN_IF_ERROR(host.ReceiveShares("indicator"));
  host.AddService(std::make_unique<IndicatorService>(room));
  return absl::OkStatus();
}

}  // namespace regiokompas::indicator
