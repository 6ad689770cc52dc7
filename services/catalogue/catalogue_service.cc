#include "services/catalogue/catalogue_service.h"

#include "common/base/status_macros.h"
#include "regiokompas/catalogue/v1/catalogue_service.grpc.pb.h"
#include "services/catalogue/catalogue_store.h"

namespace regiokompas::catalogue {
namespace {

// One line per RPC: the endpoint checks who calls, the store does what the method means.
class CatalogueService final : public v1::CatalogueService::Service {
 public:
  explicit CatalogueService(const rpc::Host::Room& room)
      : endpoint_(room.endpoint), store_(room.pool, room.page_tokens) {}

  grpc::Status GetFramework(grpc::ServerContext* context, const v1::GetFrameworkRequest* request,
                            v1::Framework* response) override {
    return endpoint_.Serve(context, *request, response,
                           [&](Call& call) { return store_.frameworks.Get(call, *request, response); });
  }
  grpc::Status ListFrameworks(grpc::ServerContext* context, const v1::ListFrameworksRequest* request,
                              v1::ListFrameworksResponse* response) override {
    return endpoint_.Serve(context, *request, response,
                           [&](Call& call) { return store_.frameworks.List(call, *request, response); });
  }
  grpc::Status CreateFramework(grpc::ServerContext* context, const v1::CreateFrameworkRequest* request,
                               v1::Framework* response) override {
    return endpoint_.Serve(context, *request, response,
                           [&](Call& call) { return store_.frameworks.Create(call, *request, response); });
  }
  grpc::Status UpdateFramework(grpc::ServerContext* context, const v1::UpdateFrameworkRequest* request,
                               v1::Framework* response) override {
    return endpoint_.Serve(context, *request, response,
                           [&](Call& call) { return store_.frameworks.Update(call, *request, response); });
  }
  grpc::Status GetSection(grpc::ServerContext* context, const v1::GetSectionRequest* request,
                          v1::Section* response) override {
    return endpoint_.Serve(context, *request, response,
                           [&](Call& call) { return store_.sections.Get(call, *request, response); });
  }
  grpc::Status ListSections(grpc::ServerContext* context, const v1::ListSectionsRequest* request,
                            v1::ListSectionsResponse* response) override {
    return endpoint_.Serve(context, *request, response,
                           [&](Call& call) { return store_.sections.List(call, *request, response); });
  }
  grpc::Status BatchCreateSections(grpc::ServerContext* context, const v1::BatchCreateSectionsRequest* request,
                                   v1::BatchCreateSectionsResponse* response) override {
    return endpoint_.Serve(context, *request, response,
                           [&](Call& call) { return store_.sections.BatchCreate(call, *request, response); });
  }
  grpc::Status GetGoal(grpc::ServerContext* context, const v1::GetGoalRequest* request, v1::Goal* response) override {
    return endpoint_.Serve(context, *request, response,
                           [&](Call& call) { return store_.goals.Get(call, *request, response); });
  }
  grpc::Status ListGoals(grpc::ServerContext* context, const v1::ListGoalsRequest* request,
                         v1::ListGoalsResponse* response) override {
    return endpoint_.Serve(context, *request, response,
                           [&](Call& call) { return store_.goals.List(call, *request, response); });
  }
  grpc::Status CreateGoal(grpc::ServerContext* context, const v1::CreateGoalRequest* request,
                          v1::Goal* response) override {
    return endpoint_.Serve(context, *request, response,
                           [&](Call& call) { return store_.goals.Create(call, *request, response); });
  }
  grpc::Status BatchCreateGoals(grpc::ServerContext* context, const v1::BatchCreateGoalsRequest* request,
                                v1::BatchCreateGoalsResponse* response) override {
    return endpoint_.Serve(context, *request, response,
                           [&](Call& call) { return store_.goals.BatchCreate(call, *request, response); });
  }
  grpc::Status UpdateGoal(grpc::ServerContext* context, const v1::UpdateGoalRequest* request,
                          v1::Goal* response) override {
    return endpoint_.Serve(context, *request, response,
                           [&](Call& call) { return store_.goals.Update(call, *request, response); });
  }
  grpc::Status GetActivity(grpc::ServerContext* context, const v1::GetActivityRequest* request,
                           v1::Activity* response) override {
    return endpoint_.Serve(context, *request, response,
                           [&](Call& call) { return store_.activities.Get(call, *request, response); });
  }
  grpc::Status ListActivities(grpc::ServerContext* context, const v1::ListActivitiesRequest* request,
                              v1::ListActivitiesResponse* response) override {
    return endpoint_.Serve(context, *request, response,
                           [&](Call& call) { return store_.activities.List(call, *request, response); });
  }
  grpc::Status CreateActivity(grpc::ServerContext* context, const v1::CreateActivityRequest* request,
                              v1::Activity* response) override {
    return endpoint_.Serve(context, *request, response,
                           [&](Call& call) { return store_.activities.Create(call, *request, response); });
  }
  grpc::Status BatchCreateActivities(grpc::ServerContext* context, const v1::BatchCreateActivitiesRequest* request,
                                     v1::BatchCreateActivitiesResponse* response) override {
    return endpoint_.Serve(context, *request, response,
                           [&](Call& call) { return store_.activities.BatchCreate(call, *request, response); });
  }
  grpc::Status UpdateActivity(grpc::ServerContext* context, const v1::UpdateActivityRequest* request,
                              v1::Activity* response) override {
    return endpoint_.Serve(context, *request, response,
                           [&](Call& call) { return store_.activities.Update(call, *request, response); });
  }
  grpc::Status GetContribution(grpc::ServerContext* context, const v1::GetContributionRequest* request,
                               v1::Contribution* response) override {
    return endpoint_.Serve(context, *request, response,
                           [&](Call& call) { return store_.contributions.Get(call, *request, response); });
  }
  grpc::Status ListContributions(grpc::ServerContext* context, const v1::ListContributionsRequest* request,
                                 v1::ListContributionsResponse* response) override {
    return endpoint_.Serve(context, *request, response,
                           [&](Call& call) { return store_.contributions.List(call, *request, response); });
  }
  grpc::Status BatchCreateContributions(grpc::ServerContext* context,
                                        const v1::BatchCreateContributionsRequest* request,
                                        v1::BatchCreateContributionsResponse* response) override {
    return endpoint_.Serve(context, *request, response,
                           [&](Call& call) { return store_.contributions.BatchCreate(call, *request, response); });
  }
  grpc::Status GetCatalogueSummary(grpc::ServerContext* context, const v1::GetCatalogueSummaryRequest* request,
                                   v1::CatalogueSummary* response) override {
    return endpoint_.Serve(context, *request, response,
                           [&](Call& call) { return store_.Summarise(call, *request, response); });
  }

 private:
  rpc::Endpoint& endpoint_;
  const CatalogueStore store_;
};

}  // namespace

absl::Status Register(rpc::Host& host) {
  ASSIGN_OR_RETURN(
      const rpc::Host::Room room,
      host.AddRoom("catalogue", v1::CreateFrameworkRequest::descriptor()->file()->service(0), Migrations()));
  RETURN_IF_ERROR(host.ReceiveShares("catalogue"));
  host.AddService(std::make_unique<CatalogueService>(room));
  return absl::OkStatus();
}

}  // namespace regiokompas::catalogue
