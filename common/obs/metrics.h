// The figures of a process, for Prometheus.
#pragma once

#include <memory>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace prometheus {
class Counter;
class Exposer;
class Gauge;
class Histogram;
class Registry;
template <typename T>
class Family;
}  // namespace prometheus

namespace regiokompas::obs {

// Counts calls and the state of pools. Label values must come from a small closed set (methods of the contract, names
// of codes and services), never from a caller: each new one is a series that stays. Owns its registry and the small
// HTTP server; thread-safe, except that Listen is called once, at the start.
class Metrics {
 public:
  Metrics();
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  // Serves /metrics on "address:port", where address is an IP address ([…] around IPv6) so that nothing is opened to
  // the network by leaving it out; port 0 takes a free one. The page needs no token and shows no owner's data.
  absl::Status Listen(absl::string_view address);
  // The port that Listen took, or 0.
  int port() const;

  // `method` is package.Service/Method, `code` the name of the status code, such as OK or NOT_FOUND. A call that did
  // not reach the database has no database time.
  void CallFinished(absl::string_view method, absl::string_view code, absl::Duration latency,
                    absl::Duration database_time);
  // A call that got no permit because the service was full.
  void Rejected(absl::string_view service);
  // How long ago the shares of a service were last known to be up to date.
  void SharesLag(absl::string_view service, absl::Duration lag);
  // The watches of a service that are open at this moment.
  void Watches(absl::string_view service, int open);
  // The connections of a service's pool at this moment.
  void Pool(absl::string_view service, int leased, int idle);

 private:
  const std::shared_ptr<prometheus::Registry> registry_;  // shared with the exposer, which holds it weakly
  // All live in the registry.
  prometheus::Family<prometheus::Counter>& calls_;
  prometheus::Family<prometheus::Histogram>& call_seconds_;
  prometheus::Family<prometheus::Histogram>& database_seconds_;
  prometheus::Family<prometheus::Gauge>& pool_connections_;
  prometheus::Family<prometheus::Counter>& rejected_;
  prometheus::Family<prometheus::Gauge>& shares_lag_;
  prometheus::Family<prometheus::Gauge>& watches_;
  std::unique_ptr<prometheus::Exposer> exposer_;
};

}  // namespace regiokompas::obs
