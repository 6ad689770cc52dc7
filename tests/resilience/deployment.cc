#include "tests/resilience/deployment.h"

#include <fcntl.h>
#include <grpcpp/grpcpp.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>
#include <sstream>
#include <stdexcept>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"

namespace regiokompas::test {
namespace {

namespace fs = std::filesystem;

constexpr char kPostgresScript[] = REGIOKOMPAS_SOURCE_DIR "/deploy/local/postgres";
constexpr const char* kServices[] = {"catalogue", "progress", "intake"};
constexpr absl::Duration kStartTime = absl::Seconds(60);

std::string ReadFile(const fs::path& path) {
  std::stringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

// Output and errors go to `output`.
pid_t Spawn(const std::vector<std::string>& words, const fs::path& output, int flags) {
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, output.c_str(), O_CREAT | O_WRONLY | flags, 0600);
  posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
  pid_t child = 0;
  const int error = posix_spawnp(&child, arguments[0], &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) throw std::runtime_error(absl::StrCat("cannot start ", words[0], ": ", std::strerror(error)));
  return child;
}

int CodeOf(int status) { return WIFEXITED(status) ? WEXITSTATUS(status) : -2; }

// The parent of a process, or 0 when the process is gone. The name in /proc/*/stat may hold spaces, so read from its
// end.
pid_t ParentOf(const fs::path& process) {
  const std::string stat = ReadFile(process / "stat");
  const size_t end = stat.rfind(')');
  pid_t parent = 0;
  char state = 0;
  if (end != std::string::npos) std::istringstream(stat.substr(end + 1)) >> state >> parent;
  return parent;
}

std::vector<pid_t> ChildrenOf(pid_t parent) {
  std::vector<pid_t> children;
  for (const auto& entry : fs::directory_iterator("/proc")) {
    int pid = 0;
    if (absl::SimpleAtoi(entry.path().filename().string(), &pid) && ParentOf(entry.path()) == parent) {
      children.push_back(pid);
    }
  }
  return children;
}

// A connection of its own, which knows nothing of servers that were.
std::shared_ptr<grpc::Channel> Connect(const std::string& socket_path) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  // The servers come back within moments; the default would have a client wait for seconds.
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 50);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 50);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 200);
  return grpc::CreateCustomChannel("unix:" + socket_path, grpc::InsecureChannelCredentials(), arguments);
}

bool Accepts(const std::string& socket_path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  socket_path.copy(address.sun_path, sizeof(address.sun_path) - 1);
  const int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const bool answered = connect(probe, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
  close(probe);
  return answered;
}

}  // namespace

long NumberFrom(const char* variable, long otherwise) {
  const char* text = std::getenv(variable);
  long number = 0;
  return text != nullptr && absl::SimpleAtoi(text, &number) ? number : otherwise;
}

Deployment::Deployment() {
  // Short, because a socket path holds 107 bytes; open for passing through, because as root the cluster is another
  // user's.
  std::string path = "/tmp/rk-resilience.XXXXXX";
  if (mkdtemp(path.data()) == nullptr) throw std::runtime_error("cannot make a directory in /tmp");
  directory_ = path;
  chmod(path.c_str(), 0711);
  StartPostgres();

  const auto demand = [&](const std::vector<std::string>& words) {
    const Ended ended = Run(words);
    if (ended.exit_code != 0) throw std::runtime_error(absl::StrCat(absl::StrJoin(words, " "), ": ", ended.output));
    return ended.output;
  };
  demand({REGIOKOMPAS_DEV, "keys", "--out", path});
  token_ = std::string(absl::StripAsciiWhitespace(
      demand({REGIOKOMPAS_DEV, "token", "--key", path + "/dev.key.pem", "--subject", "jansen", "--owner",
              absl::StrCat(kOwner, "=policy_officer"), "--owner", absl::StrCat(kOtherOwner, "=policy_officer")})));
  std::ofstream(directory_ / "token") << token_;
  std::ofstream(directory_ / "page.key") << std::string(32, 'k');
  std::ofstream config(directory_ / "config.textproto");
  config << "listen: \"unix:" << path << "/s\"\npage_token_key_file: \"" << path << "/page.key\"\ndrain_seconds: 10\n"
         << "issuer { name: \"dev\" jwks_file: \"" << path
         << "/dev.jwks.json\" audience: \"regiokompas\" development: true }\n";
  for (const char* service : kServices) {
    const std::string database = absl::StrCat("host=", sockets_, " dbname=regiokompas user=", service);
    config << "database { service: \"" << service << "\" connection: \"" << database << "_app\" owner_connection: \""
           << database << "_owner\" }\n";
  }
  config.close();
  demand({REGIOKOMPAS_CLI, "migrate", "--config", path + "/config.textproto"});
}

Deployment::~Deployment() {
  if (services_ != 0) KillServices();
  try {
    Run({kPostgresScript, "stop", "--dir", (directory_ / "postgres").string()});
  } catch (const std::exception& error) {
    std::cerr << error.what() << "\n";
  }
  // What the processes said is worth most when a test failed.
  if (testing::Test::HasFailure()) {
    std::cerr << "logs are kept in " << directory_.string() << "\n";
  } else {
    fs::remove_all(directory_);
  }
}

Deployment::Ended Deployment::Run(const std::vector<std::string>& words) const {
  const fs::path output = directory_ / "output";
  const int code = Finish(Spawn(words, output, O_TRUNC));
  return {code, ReadFile(output)};
}

int Deployment::Finish(pid_t child) {
  int status = 0;
  if (waitpid(child, &status, 0) != child) throw std::runtime_error("waitpid");
  return CodeOf(status);
}

pid_t Deployment::StartImport(const std::string& file) const {
  return Spawn({REGIOKOMPAS_CLI, "import", "--address", "unix:" + (directory_ / "s").string(), "--token-file",
                (directory_ / "token").string(), file},
               directory_ / "import.log", O_APPEND);
}

Deployment::Ended Deployment::Health(const std::string& service) const {
  return Run({REGIOKOMPAS_CLI, "health", "--address", "unix:" + (directory_ / "s").string(), "--service", service});
}

void Deployment::StartPostgres() {
  const Ended started = Run({kPostgresScript, "start", "--dir", (directory_ / "postgres").string()});
  if (started.exit_code != 0) throw std::runtime_error(started.output);
  sockets_ = std::string(absl::StripAsciiWhitespace(started.output));
}

void Deployment::KillPostgres() {
  pid_t postmaster = 0;
  std::ifstream(directory_ / "postgres/data/postmaster.pid") >> postmaster;
  if (postmaster == 0) throw std::runtime_error("no postmaster to kill");
  const std::vector<pid_t> children = ChildrenOf(postmaster);
  // The postmaster first: it would stop or replace what is killed beside it.
  if (kill(postmaster, SIGKILL) != 0) throw std::runtime_error("cannot kill the postmaster");
  for (const pid_t child : children) kill(child, SIGKILL);
}

void Deployment::StartServices() {
  services_ = Spawn({REGIOKOMPAS_CLI, "serve", "--config", (directory_ / "config.textproto").string()},
                    directory_ / "serve.log", O_APPEND);
  const absl::Time give_up = absl::Now() + kStartTime;
  while (!Accepts((directory_ / "s").string())) {
    if (WaitForServices(absl::ZeroDuration()) != -1 || absl::Now() > give_up) {
      throw std::runtime_error("the services do not start: " + ReadFile(directory_ / "serve.log"));
    }
    absl::SleepFor(absl::Milliseconds(5));
  }
  channel_ = Connect(directory_ / "s");
}

void Deployment::KillServices() {
  kill(services_, SIGKILL);
  Finish(services_);
  services_ = 0;
}

void Deployment::TerminateServices() { kill(services_, SIGTERM); }

int Deployment::WaitForServices(absl::Duration timeout) {
  const absl::Time give_up = absl::Now() + timeout;
  for (;;) {
    int status = 0;
    if (waitpid(services_, &status, WNOHANG) == services_) {
      services_ = 0;
      return CodeOf(status);
    }
    if (absl::Now() >= give_up) return -1;
    absl::SleepFor(absl::Milliseconds(5));
  }
}

std::string Deployment::Superuser() const {
  return absl::StrCat("host=", sockets_, " dbname=regiokompas user=postgres");
}

}  // namespace regiokompas::test
