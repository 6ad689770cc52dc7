// What gRPC alone costs: a server of the suite's style whose GetActivity answers with one activity of 1 KB and does
// nothing else.
//   floor_server ADDRESS     until SIGTERM
#include <grpcpp/grpcpp.h>
#include <pthread.h>

#include <csignal>
#include <iostream>
#include <memory>
#include <string>

#include "regiokompas/catalogue/v1/catalogue_service.grpc.pb.h"

namespace {

namespace v1 = regiokompas::catalogue::v1;

class FloorService final : public v1::CatalogueService::Service {
 public:
  FloorService() {
    activity_.set_display_name("Activiteit");
    activity_.add_aspects()->set_plan(std::string(980, 'x'));
  }

 private:
  grpc::Status GetActivity(grpc::ServerContext* /*context*/, const v1::GetActivityRequest* request,
                           v1::Activity* response) override {
    *response = activity_;
    response->set_name(request->name());
    return grpc::Status::OK;
  }

  v1::Activity activity_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: floor_server ADDRESS\n";
    return 2;
  }
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  FloorService service;
  grpc::ServerBuilder builder;
  builder.AddListeningPort(argv[1], grpc::InsecureServerCredentials());
  builder.RegisterService(&service);
  const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (server == nullptr) return 1;
  int signal = 0;
  sigwait(&signals, &signal);
  server->Shutdown();
  return 0;
}
