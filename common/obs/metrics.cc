#include "common/obs/metrics.h"

#include <arpa/inet.h>
#include <prometheus/counter.h>
#include <prometheus/exposer.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <exception>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace regiokompas::obs {
namespace {

// From a read that hits the cache to the longest deadline, in seconds.
const prometheus::Histogram::BucketBoundaries& Buckets() {
  static const auto* const kBuckets = new prometheus::Histogram::BucketBoundaries{
      0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30};
  return *kBuckets;
}

// The HTTP server below takes more than addresses (lists, TLS suffixes, a bare port), so only "IP:port" is let through.
bool IsAddress(absl::string_view text) {
  const size_t colon = text.rfind(':');
  if (colon == absl::string_view::npos) return false;
  const absl::string_view port_text = text.substr(colon + 1);
  int port = 0;
  if (port_text.empty() || port_text.find_first_not_of("0123456789") != absl::string_view::npos ||
      !absl::SimpleAtoi(port_text, &port) || port > 65535) {
    return false;
  }
  absl::string_view host = text.substr(0, colon);
  in6_addr buffer{};
  if (absl::ConsumePrefix(&host, "[") && absl::ConsumeSuffix(&host, "]")) {
    return ::inet_pton(AF_INET6, std::string(host).c_str(), &buffer) == 1;
  }
  return ::inet_pton(AF_INET, std::string(text.substr(0, colon)).c_str(), &buffer) == 1;
}

}  // namespace

Metrics::Metrics()
    : registry_(std::make_shared<prometheus::Registry>()),
      calls_(prometheus::BuildCounter()
                 .Name("regiokompas_calls_total")
                 .Help("Finished calls by method and status code")
                 .Register(*registry_)),
      call_seconds_(prometheus::BuildHistogram()
                        .Name("regiokompas_call_seconds")
                        .Help("Time from the arrival of a call to its answer")
                        .Register(*registry_)),
      database_seconds_(prometheus::BuildHistogram()
                            .Name("regiokompas_database_seconds")
                            .Help("Time of a call that was spent in transactions")
                            .Register(*registry_)),
      pool_connections_(prometheus::BuildGauge()
                            .Name("regiokompas_pool_connections")
                            .Help("Database connections by service and state")
                            .Register(*registry_)),
      rejected_(prometheus::BuildCounter()
                    .Name("regiokompas_admission_rejected_total")
                    .Help("Calls refused because the service was full")
                    .Register(*registry_)),
      shares_lag_(prometheus::BuildGauge()
                      .Name("regiokompas_shares_lag_seconds")
                      .Help("Time since the shares of other owners were up to date; above 1 they are closed")
                      .Register(*registry_)),
      watches_(prometheus::BuildGauge()
                   .Name("regiokompas_open_watches")
                   .Help("Calls that stay open and tell what changes")
                   .Register(*registry_)) {}

Metrics::~Metrics() = default;

absl::Status Metrics::Listen(absl::string_view address) {
  if (exposer_ != nullptr) return absl::FailedPreconditionError("the metrics page is served already");
  if (!IsAddress(address)) {
    return absl::InvalidArgumentError(
        absl::StrCat("metrics_listen must be an IP address and a port such as 127.0.0.1:9464, not \"", address, "\""));
  }
  try {
    exposer_ = std::make_unique<prometheus::Exposer>(std::string(address));
  } catch (const std::exception& error) {
    return absl::UnavailableError(absl::StrCat("cannot serve the metrics page on ", address, ": ", error.what()));
  }
  exposer_->RegisterCollectable(registry_);
  return absl::OkStatus();
}

int Metrics::port() const { return exposer_ == nullptr ? 0 : exposer_->GetListeningPorts().front(); }

void Metrics::CallFinished(absl::string_view method, absl::string_view code, absl::Duration latency,
                           absl::Duration database_time) {
  const std::string method_label(method);
  calls_.Add({{"method", method_label}, {"code", std::string(code)}}).Increment();
  call_seconds_.Add({{"method", method_label}}, Buckets()).Observe(absl::ToDoubleSeconds(latency));
  if (database_time > absl::ZeroDuration()) {
    database_seconds_.Add({{"method", method_label}}, Buckets()).Observe(absl::ToDoubleSeconds(database_time));
  }
}

void Metrics::Rejected(absl::string_view service) { rejected_.Add({{"service", std::string(service)}}).Increment(); }

void Metrics::SharesLag(absl::string_view service, absl::Duration lag) {
  shares_lag_.Add({{"service", std::string(service)}}).Set(absl::ToDoubleSeconds(lag));
}

void Metrics::Watches(absl::string_view service, int open) {
  watches_.Add({{"service", std::string(service)}}).Set(open);
}

void Metrics::Pool(absl::string_view service, int leased, int idle) {
  const std::string service_label(service);
  pool_connections_.Add({{"service", service_label}, {"state", "leased"}}).Set(leased);
  pool_connections_.Add({{"service", service_label}, {"state", "idle"}}).Set(idle);
}

}  // namespace regiokompas::obs
