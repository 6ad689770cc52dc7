#include "common/rpc/health_port.h"

#include <grpcpp/grpcpp.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/impl/server_builder_option.h>

#include <chrono>
#include <utility>
#include <vector>

namespace regiokompas::rpc {
namespace {

// Linking the reflection library gives every server of the process reflection.
class WithoutPlugins final : public grpc::ServerBuilderOption {
 public:
  void UpdateArguments(grpc::ChannelArguments*) override {}
  void UpdatePlugins(std::vector<std::unique_ptr<grpc::ServerBuilderPlugin>>* plugins) override { plugins->clear(); }
};

}  // namespace

std::unique_ptr<HealthPort> HealthPort::Listen(const std::string& address) {
  grpc::EnableDefaultHealthCheckService(true);
  grpc::ServerBuilder builder;
  builder.SetOption(std::make_unique<WithoutPlugins>());
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  // gRPC builds no server of health alone; this one answers everything else with UNIMPLEMENTED.
  auto others = std::make_unique<grpc::CallbackGenericService>();
  builder.RegisterCallbackGenericService(others.get());
  int port = 0;
  builder.AddListeningPort(address, grpc::InsecureServerCredentials(), &port);
  std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (server == nullptr) return nullptr;
  return std::unique_ptr<HealthPort>(new HealthPort(std::move(others), std::move(server), port));
}

HealthPort::HealthPort(std::unique_ptr<grpc::CallbackGenericService> others, std::unique_ptr<grpc::Server> server,
                       int port)
    : others_(std::move(others)), server_(std::move(server)), port_(port) {}

HealthPort::~HealthPort() {
  server_->Shutdown(std::chrono::system_clock::now());
  server_->Wait();
}

void HealthPort::Set(const std::string& service, bool serving) {
  server_->GetHealthCheckService()->SetServingStatus(service, serving);
}

}  // namespace regiokompas::rpc
