#include "common/obs/log.h"

#include <cerrno>
#include <nlohmann/json.hpp>

#include "absl/time/time.h"

namespace regiokompas::obs {
namespace {

const char* NameOf(Severity severity) {
  switch (severity) {
    case Severity::kDebug:
      return "DEBUG";
    case Severity::kInfo:
      return "INFO";
    case Severity::kWarning:
      return "WARNING";
    case Severity::kError:
      return "ERROR";
  }
  return "ERROR";
}

nlohmann::ordered_json ToJson(const Field::Value& value) {
  if (const auto* text = std::get_if<absl::string_view>(&value)) return std::string(*text);
  if (const auto* integer = std::get_if<int64_t>(&value)) return *integer;
  if (const auto* number = std::get_if<double>(&value)) return *number;
  return std::get<bool>(value);
}

}  // namespace

void Logger::Write(Severity severity, absl::string_view event, std::initializer_list<Field> fields) {
  nlohmann::ordered_json line;
  line.emplace("time", absl::FormatTime("%Y-%m-%dT%H:%M:%E6SZ", clock_.Now(), absl::UTCTimeZone()));
  line.emplace("severity", NameOf(severity));
  line.emplace("event", std::string(event));
  for (const Field& field : fields) line.emplace(std::string(field.name()), ToJson(field.value()));
  std::string text = line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
  text += '\n';

  const absl::MutexLock lock(&mutex_);
  for (absl::string_view rest = text; !rest.empty();) {
    const ssize_t written = ::write(fd_, rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;
    rest.remove_prefix(static_cast<size_t>(written));
  }
}

}  // namespace regiokompas::obs
