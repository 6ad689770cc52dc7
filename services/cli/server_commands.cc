// serve, migrate and health: what operators and the local scripts call.
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/impl/codegen/proto_utils.h>
#include <pthread.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/synchronization/notification.h"
#include "common/base/status_macros.h"
#include "common/db/migrate.h"
#include "common/rpc/channel_credentials.h"
#include "common/rpc/convert.h"
#include "common/rpc/host.h"
#include "regiokompas/internal/v1/health.pb.h"
#include "services/catalogue/catalogue_service.h"
#include "services/cli/arguments.h"
#include "services/cli/client.h"
#include "services/cli/commands.h"
#include "services/collaboration/collaboration_service.h"
#include "services/indicator/indicator_service.h"
#include "services/intake/intake_service.h"
#include "services/progress/progress_service.h"

namespace regiokompas::cli {
namespace {

constexpr absl::Duration kDrainGrace = absl::Seconds(10);

// Every service of the suite: the one place where a new one is named.
struct Service {
  const char* name;
  absl::Status (*register_in)(rpc::Host&);
  std::vector<EmbeddedFile> (*migrations)();
};
constexpr Service kServices[] = {
    {"catalogue", catalogue::Register, catalogue::Migrations},
    {"progress", progress::Register, progress::Migrations},
    {"indicator", indicator::Register, indicator::Migrations},
    {"collaboration", collaboration::Register, collaboration::Migrations},
    {"intake", intake::Register, intake::Migrations},
};

const Service* FindService(const std::string& name) {
  for (const Service& service : kServices) {
    if (name == service.name) return &service;
  }
  return nullptr;
}

std::string ServiceNames() {
  return absl::StrJoin(kServices, ", ", [](std::string* out, const Service& service) { out->append(service.name); });
}

absl::Status Unknown(const std::string& name) {
  return absl::InvalidArgumentError(InLanguage("onbekende dienst ", "unknown service ") + name + " (" + ServiceNames() +
                                    ")");
}

// The name by which health knows a service: package.Service.
std::string FullName(const Service& service) {
  std::string type = service.name;
  type[0] = static_cast<char>(type[0] - 'a' + 'A');
  return absl::StrCat("regiokompas.", service.name, ".v1.", type, "Service");
}

std::vector<std::string> NamedServices(const Arguments& arguments) {
  return absl::StrSplit(arguments.Value("services"), ',', absl::SkipEmpty());
}

// What is wrong with the words themselves.
absl::Status CheckUsage(const Arguments& arguments) {
  if (!arguments.Flag("config"))
    return absl::InvalidArgumentError(InLanguage("--config ontbreekt", "--config is missing"));
  if (!arguments.positional().empty()) {
    return absl::InvalidArgumentError(InLanguage("onbekend woord: ", "unknown word: ") +
                                      arguments.positional().front());
  }
  for (const std::string& name : NamedServices(arguments)) {
    if (FindService(name) == nullptr) return Unknown(name);
  }
  return absl::OkStatus();
}

absl::StatusOr<internal::v1::Config> ReadConfig(const Arguments& arguments) {
  std::vector<std::string> overrides = arguments.Values("set");
  if (arguments.Flag("listen")) overrides.push_back("listen=" + arguments.Value("listen"));
  return rpc::LoadConfig(arguments.Value("config"), overrides);
}

// Ends the process at once on a signal that comes while it still starts: there is no call to finish, and what it waits
// for, such as a database, may take long. After Serving the signal is for whoever awaits it.
class Stopping {
 public:
  explicit Stopping(const sigset_t& signals) {
    std::thread([this, signals] {
      int signal = 0;
      sigwait(&signals, &signal);
      if (!serving_) std::_Exit(kDone);
      signal_ = signal;
      arrived_.Notify();
    }).detach();
  }

  void Serving() { serving_ = true; }
  int Await() {
    arrived_.WaitForNotification();
    return signal_;
  }

 private:
  std::atomic<bool> serving_ = false;
  int signal_ = 0;
  absl::Notification arrived_;
};

absl::StatusOr<std::vector<const Service*>> ServicesOf(const Arguments& arguments, const internal::v1::Config& config) {
  std::vector<std::string> names(config.services().begin(), config.services().end());
  if (arguments.Flag("services")) names = NamedServices(arguments);
  std::vector<const Service*> services;
  for (const std::string& name : names) {
    services.push_back(FindService(name));
    if (services.back() == nullptr) return Unknown(name);
  }
  if (!services.empty()) return services;
  for (const Service& service : kServices) services.push_back(&service);
  return services;
}

absl::Status RunServer(const Arguments& arguments, Stopping& stopping) {
  ASSIGN_OR_RETURN(const internal::v1::Config config, ReadConfig(arguments));
  ASSIGN_OR_RETURN(const std::vector<const Service*> services, ServicesOf(arguments, config));
  const SystemClock clock;
  obs::Logger log(clock);
  ASSIGN_OR_RETURN(const std::unique_ptr<rpc::Host> host, rpc::Host::Create(config, clock, log));
  for (const Service* service : services) host->Announce(FullName(*service));
  for (const Service* service : services) RETURN_IF_ERROR(service->register_in(*host));
  RETURN_IF_ERROR(host->Start());
  stopping.Serving();
  log.Write(obs::Severity::kInfo, "serving",
            {{"address", host->address()},
             {"services", absl::StrJoin(services, ",", [](std::string* out, const Service* service) {
                out->append(service->name);
              })}});
  log.Write(obs::Severity::kInfo, "draining", {{"signal", stopping.Await()}});
  // A call that waits for a database that neither answers nor ends must not keep the process for ever.
  std::thread([&log, limit = absl::Seconds(config.drain_wait_seconds() + std::max(config.drain_seconds(), 20)) +
                             kDrainGrace] {
    absl::SleepFor(limit);
    log.Write(obs::Severity::kError, "drain timed out");
    std::_Exit(kFailed);
  }).detach();
  host->Drain();
  log.Write(obs::Severity::kInfo, "stopped");
  return absl::OkStatus();
}

}  // namespace

int Serve(const Words& words) {
  // Before any thread starts: every thread inherits the mask, and only Stopping takes the signals.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  const absl::StatusOr<Arguments> arguments = Arguments::Read(words, {"config", "services", "listen", "set"}, {});
  if (!arguments.ok()) return PrintUsageError("serve", arguments.status());
  if (const absl::Status usage = CheckUsage(*arguments); !usage.ok()) return PrintUsageError("serve", usage);
  // Its thread may outlive this function.
  static auto* const kStopping = new Stopping(signals);
  const absl::Status status = RunServer(*arguments, *kStopping);
  return status.ok() ? kDone : PrintError(status, "");
}

int Migrate(const Words& words) {
  const absl::StatusOr<Arguments> arguments = Arguments::Read(words, {"config", "set"}, {});
  if (!arguments.ok()) return PrintUsageError("migrate", arguments.status());
  if (const absl::Status usage = CheckUsage(*arguments); !usage.ok()) return PrintUsageError("migrate", usage);
  const absl::StatusOr<internal::v1::Config> config = ReadConfig(*arguments);
  if (!config.ok()) return PrintError(config.status(), "");
  for (const auto& database : config->database()) {
    const Service* service = FindService(database.service());
    // A configuration may name services that a later release brings.
    if (service == nullptr) continue;
    const absl::Status status = db::Migrate(
        database.owner_connection(), service->name, service->migrations(),
        [](const std::string& applied) { std::cout << InLanguage("toegepast: ", "applied: ") << applied << "\n"; });
    if (!status.ok()) return PrintError(status, "");
  }
  std::cout << InLanguage("De database is bijgewerkt.", "The database is up to date.") << "\n";
  return kDone;
}

int Health(const Words& words) {
  const absl::StatusOr<Arguments> arguments =
      Arguments::Read(words, {"address", "ca-file", "certificate-file", "key-file", "service"}, {});
  if (!arguments.ok()) return PrintUsageError("health", arguments.status());
  if (!arguments->Flag("address")) {
    return PrintUsageError("health",
                           absl::InvalidArgumentError(InLanguage("--address ontbreekt", "--address is missing")));
  }
  const absl::StatusOr<rpc::TlsKeys> keys = ReadKeys(*arguments);
  if (!keys.ok()) return PrintError(keys.status(), "");
  // Not by the channels for calls, which leave a server alone that says that it does not serve.
  const std::string address = arguments->Value("address");
  grpc::TemplatedGenericStub<internal::v1::HealthRequest, internal::v1::HealthResponse> stub(
      grpc::CreateChannel(address, rpc::CredentialsFor(address, *keys)));
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(absl::Now() + absl::Seconds(2)));
  grpc::CompletionQueue queue;
  internal::v1::HealthRequest request;
  // The short name of a service stands for its full one.
  const Service* service = FindService(arguments->Value("service"));
  request.set_service(service == nullptr ? arguments->Value("service") : FullName(*service));
  const auto call = stub.PrepareUnaryCall(&context, "/grpc.health.v1.Health/Check", request, &queue);
  call->StartCall();
  internal::v1::HealthResponse response;
  grpc::Status status;
  call->Finish(&response, &status, &queue);
  void* tag = nullptr;
  bool ok = false;
  queue.Next(&tag, &ok);
  if (!status.ok()) return PrintError(rpc::FromGrpc(status), address);
  const bool serving = response.status() == internal::v1::HealthResponse::SERVING_SERVING;
  std::cout << (serving ? "SERVING" : "NOT_SERVING") << "\n";
  return serving ? kDone : kUnavailable;
}

}  // namespace regiokompas::cli
