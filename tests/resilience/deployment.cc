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
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/time/clock.h"

namespace regiokompas::test {
namespace {

namespace fs = std::filesystem;

constexpr char kPostgresScript[] = REGIOKOMPAS_SOURCE_DIR "/deploy/local/postgres";
// The name of the process that runs all services.
constexpr char kAll[] = "services";
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

Deployment::Deployment(Processes processes, std::string program) : program_(std::move(program)) {
  // Short, because a socket path holds 107 bytes; open for passing through, because as root the cluster is another
  // user's.
  std::string path = "/tmp/rk-resilience.XXXXXX";
  if (mkdtemp(path.data()) == nullptr) throw std::runtime_error("cannot make a directory in /tmp");
  directory_ = path;
  chmod(path.c_str(), 0711);
  if (processes == Processes::kOne) {
    processes_[kAll] = 0;
  } else {
    for (const char* service : kServices) processes_[service] = 0;
  }
  StartPostgres();
  Demand({REGIOKOMPAS_DEV, "keys", "--out", path});
  Demand({REGIOKOMPAS_DEV, "keys", "--out", path, "--name", "services"});
  token_ = Token({absl::StrCat(kOwner, "=policy_officer"), absl::StrCat(kOtherOwner, "=policy_officer")});
  std::ofstream(directory_ / "token") << token_;
  std::ofstream(directory_ / "page.key") << std::string(32, 'k');
  WriteConfig();
  Migrate(program_);
}

// One file for all processes: what a process does not run it does not look at.
void Deployment::WriteConfig() const {
  const std::string path = directory_;
  std::ofstream config(directory_ / "config.textproto");
  config << "page_token_key_file: \"" << path << "/page.key\"\ndrain_seconds: 10\n"
         << "issuer { name: \"dev\" jwks_file: \"" << path
         << "/dev.jwks.json\" audience: \"regiokompas\" development: true }\n"
         << "issuer { name: \"services\" jwks_file: \"" << path
         << "/services.jwks.json\" audience: \"regiokompas\" services: true }\n"
         << "service_identity { issuer: \"services\" audience: \"regiokompas\" key_file: \"" << path
         << "/services.key.pem\" }\n"
         << "reference_data_file: \"" << REGIOKOMPAS_SOURCE_DIR << "/deploy/demo/reference.textproto\"\n";
  for (const char* service : kServices) {
    const std::string database = absl::StrCat("host=", sockets_, " dbname=regiokompas user=", service);
    config << "database { service: \"" << service << "\" connection: \"" << database << "_app\" owner_connection: \""
           << database << "_owner\" feed_connection: \"" << database << "_feed\" }\n";
    if (processes_.count(kAll) == 0) {
      config << "peer { service: \"" << service << "\" address: \"unix:" << SocketOf(service) << "\" }\n";
    }
  }
}

Deployment::~Deployment() {
  KillServices();
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

std::string Deployment::Demand(const std::vector<std::string>& words) const {
  const Ended ended = Run(words);
  if (ended.exit_code != 0) throw std::runtime_error(absl::StrCat(absl::StrJoin(words, " "), ": ", ended.output));
  return std::string(absl::StripAsciiWhitespace(ended.output));
}

std::string Deployment::Migrate(const std::string& program) const {
  return Demand({program, "migrate", "--config", (directory_ / "config.textproto").string()});
}

std::string Deployment::Token(const std::vector<std::string>& owners, absl::Duration lifetime) const {
  std::vector<std::string> words = {REGIOKOMPAS_DEV, "token",  "--key",      (directory_ / "dev.key.pem").string(),
                                    "--subject",     "jansen", "--lifetime", absl::FormatDuration(lifetime)};
  for (const std::string& owner : owners) words.insert(words.end(), {"--owner", owner});
  return Demand(words);
}

int Deployment::Finish(pid_t child) {
  int status = 0;
  if (waitpid(child, &status, 0) != child) throw std::runtime_error("waitpid");
  return CodeOf(status);
}

void Deployment::AddConfig(const std::string& text) const {
  std::ofstream(directory_ / "config.textproto", std::ios::app) << text << "\n";
}

std::string Deployment::NetworkConfig(const std::string& name, const std::string& text) const {
  const fs::path file = directory_ / name;
  std::ofstream(file) << absl::StrReplaceAll(ReadFile(directory_ / "config.textproto"), {{"development: true", ""}})
                      << text << "\n";
  return file;
}

pid_t Deployment::Launch(const std::vector<std::string>& words, const std::string& log) const {
  return Spawn(words, directory_ / log, O_APPEND);
}

pid_t Deployment::StartImport(const std::string& file) const {
  return Launch({REGIOKOMPAS_CLI, "import", "--address", "unix:" + SocketOf("intake"), "--token-file",
                 (directory_ / "token").string(), file},
                "import.log");
}

Deployment::Ended Deployment::Health(const std::string& service) const {
  return Run({REGIOKOMPAS_CLI, "health", "--address", "unix:" + SocketOf(service), "--service", service});
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
  for (const auto& [process, pid] : processes_) Start(process);
  for (const auto& [process, pid] : processes_) AwaitStart(process);
  if (processes_.count(kAll) > 0) channel_ = ChannelTo(kAll);
}

void Deployment::KillServices() {
  for (const auto& [process, pid] : processes_) Kill(process);
}

void Deployment::TerminateServices() { kill(processes_.at(kAll), SIGTERM); }

int Deployment::WaitForServices(absl::Duration timeout) { return Wait(kAll, timeout); }

void Deployment::StartService(const std::string& service) {
  Start(service);
  AwaitStart(service);
}

void Deployment::KillService(const std::string& service) { Kill(service); }

void Deployment::PauseService(const std::string& service) { kill(processes_.at(service), SIGSTOP); }

void Deployment::ResumeService(const std::string& service) { kill(processes_.at(service), SIGCONT); }

fs::path Deployment::ProgramOf(const std::string& service) const { return ProgramOf(processes_.at(service)); }

fs::path Deployment::ProgramOf(pid_t process) {
  return fs::read_symlink(fs::path("/proc") / std::to_string(process) / "exe");
}

long Deployment::ResidentKilobytes(const std::string& service) const {
  std::ifstream pages(absl::StrCat("/proc/", processes_.at(service), "/statm"));
  long all = 0;
  long resident = 0;
  pages >> all >> resident;
  return resident * (sysconf(_SC_PAGESIZE) / 1024);
}

std::string Deployment::ProcessOf(const std::string& service) const {
  return processes_.count(service) > 0 ? service : kAll;
}

std::string Deployment::SocketOf(const std::string& service) const { return directory_ / ProcessOf(service); }

std::shared_ptr<grpc::Channel> Deployment::ChannelTo(const std::string& service) const {
  return Connect(SocketOf(service));
}

void Deployment::Start(const std::string& process) {
  std::vector<std::string> words = {program_,   "serve",
                                    "--config", (directory_ / "config.textproto").string(),
                                    "--listen", "unix:" + SocketOf(process)};
  if (process != kAll) words.push_back("--services=" + process);
  processes_.at(process) = Spawn(words, directory_ / (process + ".log"), O_APPEND);
}

void Deployment::AwaitStart(const std::string& process) {
  const absl::Time give_up = absl::Now() + kStartTime;
  while (!Accepts(SocketOf(process))) {
    if (Wait(process, absl::ZeroDuration()) != -1 || absl::Now() > give_up) {
      throw std::runtime_error(process + " does not start: " + ReadFile(directory_ / (process + ".log")));
    }
    absl::SleepFor(absl::Milliseconds(5));
  }
}

void Deployment::Kill(const std::string& process) {
  pid_t& pid = processes_.at(process);
  if (pid == 0) return;
  kill(pid, SIGKILL);
  Finish(pid);
  pid = 0;
}

int Deployment::Wait(const std::string& process, absl::Duration timeout) {
  pid_t& pid = processes_.at(process);
  const absl::Time give_up = absl::Now() + timeout;
  for (;;) {
    int status = 0;
    if (waitpid(pid, &status, WNOHANG) == pid) {
      pid = 0;
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
