// Health for probes that speak no TLS, on a port of its own.
#pragma once

#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/server.h>

#include <memory>
#include <string>

namespace regiokompas::rpc {

// A plain-text server of grpc.health.v1.Health and nothing else. "" is SERVING as long as it answers; a name that Set
// was not told of is not found. Thread-safe. Ends with the object.
class HealthPort {
 public:
  // `address` is "host:port", with port 0 for any that is free. Null when that cannot be listened on.
  static std::unique_ptr<HealthPort> Listen(const std::string& address);
  ~HealthPort();
  HealthPort(const HealthPort&) = delete;
  HealthPort& operator=(const HealthPort&) = delete;

  void Set(const std::string& service, bool serving);

  int port() const { return port_; }

 private:
  HealthPort(std::unique_ptr<grpc::CallbackGenericService> others, std::unique_ptr<grpc::Server> server, int port);

  const std::unique_ptr<grpc::CallbackGenericService> others_;
  const std::unique_ptr<grpc::Server> server_;
  const int port_;
};

}  // namespace regiokompas::rpc
