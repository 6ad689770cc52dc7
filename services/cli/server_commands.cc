// serve, migrate and health: what operators and the local scripts call.
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/impl/codegen/proto_utils.h>
#include <pthread.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <thread>

#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "common/base/status_macros.h"
#include "common/db/migrate.h"
#include "common/rpc/client.h"
#include "common/rpc/convert.h"
#include "common/rpc/host.h"
#include "regiokompas/internal/v1/health.pb.h"
#include "services/catalogue/catalogue_service.h"
#include "services/cli/arguments.h"
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

absl::Status RunServer(const Arguments& arguments, const sigset_t& signals) {
  ASSIGN_OR_RETURN(const internal::v1::Config config, ReadConfig(arguments));
  std::vector<std::string> names(config.services().begin(), config.services().end());
  if (arguments.Flag("services")) names = NamedServices(arguments);
  if (names.empty()) {
    for (const Service& service : kServices) names.emplace_back(service.name);
  }
  const SystemClock clock;
  obs::Logger log(clock);
  ASSIGN_OR_RETURN(const std::unique_ptr<rpc::Host> host, rpc::Host::Create(config, clock, log));
  for (const std::string& name : names) {
    const Service* service = FindService(name);
    if (service == nullptr) return Unknown(name);
    RETURN_IF_ERROR(service->register_in(*host));
  }
  RETURN_IF_ERROR(host->Start());
  log.Write(obs::Severity::kInfo, "serving", {{"address", host->address()}, {"services", absl::StrJoin(names, ",")}});
  int signal = 0;
  sigwait(&signals, &signal);
  log.Write(obs::Severity::kInfo, "draining", {{"signal", signal}});
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
  // Before any thread starts: every thread inherits the mask, and only the sigwait below takes the signals.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  const absl::StatusOr<Arguments> arguments = Arguments::Read(words, {"config", "services", "listen", "set"}, {});
  if (!arguments.ok()) return PrintUsageError("serve", arguments.status());
  if (const absl::Status usage = CheckUsage(*arguments); !usage.ok()) return PrintUsageError("serve", usage);
  const absl::Status status = RunServer(*arguments, signals);
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
  const absl::StatusOr<Arguments> arguments = Arguments::Read(words, {"address", "ca-file", "service"}, {});
  if (!arguments.ok()) return PrintUsageError("health", arguments.status());
  if (!arguments->Flag("address")) {
    return PrintUsageError("health",
                           absl::InvalidArgumentError(InLanguage("--address ontbreekt", "--address is missing")));
  }
  grpc::TemplatedGenericStub<internal::v1::HealthRequest, internal::v1::HealthResponse> stub(
      rpc::Connect(arguments->Value("address"), arguments->Value("ca-file")));
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(absl::Now() + absl::Seconds(2)));
  grpc::CompletionQueue queue;
  internal::v1::HealthRequest request;
  std::string service = arguments->Value("service");
  // The short name of a service stands for its full one.
  if (FindService(service) != nullptr) {
    std::string type = service;
    type[0] = static_cast<char>(type[0] - 'a' + 'A');
    service = "regiokompas." + service + ".v1." + type + "Service";
  }
  request.set_service(service);
  const auto call = stub.PrepareUnaryCall(&context, "/grpc.health.v1.Health/Check", request, &queue);
  call->StartCall();
  internal::v1::HealthResponse response;
  grpc::Status status;
  call->Finish(&response, &status, &queue);
  void* tag = nullptr;
  bool ok = false;
  queue.Next(&tag, &ok);
  if (!status.ok()) return PrintError(rpc::FromGrpc(status), arguments->Value("address"));
  const bool serving = response.status() == internal::v1::HealthResponse::SERVING_SERVING;
  std::cout << (serving ? "SERVING" : "NOT_SERVING") << "\n";
  return serving ? kDone : kUnavailable;
}

}  // namespace regiokompas::cli
