// The program `regiokompas`: one binary that serves any subset of the services and calls them.
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <map>

#include "services/cli/arguments.h"
#include "services/cli/commands.h"
#include "services/cli/version.h"

namespace regiokompas::cli {
namespace {

struct Command {
  int (*run)(const Words&);
  const char* dutch;
  const char* english;
};

const std::map<std::string, Command>& Commands() {
  static const auto* const kCommands = new std::map<std::string, Command>{
      {"serve",
       {Serve,
        "regiokompas serve --config BESTAND [--services catalogue,progress,indicator,collaboration,intake] [--listen "
        "ADRES] [--set "
        "naam=waarde]\n\n"
        "Draait de genoemde diensten in dit proces (zonder --services: die van de configuratie, of anders alle), tot "
        "SIGTERM\n"
        "of SIGINT. Aanvragen die dan lopen worden afgemaakt; nieuwe worden geweigerd. ADRES is unix:/pad/naar/socket "
        "of\n"
        "host:poort (met TLS).\n",
        "regiokompas serve --config FILE [--services catalogue,progress,indicator,collaboration,intake] [--listen "
        "ADDRESS] [--set "
        "name=value]\n\n"
        "Runs the named services in this process (without --services: those of the configuration, or else all) until\n"
        "SIGTERM or SIGINT. Calls that run then are finished; new ones are refused. ADDRESS is unix:/path/to/socket "
        "or\n"
        "host:port (with TLS).\n"}},
      {"migrate",
       {Migrate,
        "regiokompas migrate --config BESTAND [--set naam=waarde]\n\n"
        "Brengt het schema van elke dienst in de configuratie op de nieuwste stand, met de eigenaarsrol "
        "(owner_connection).\n"
        "Mag herhaald worden. Diensten starten alleen op een bijgewerkt schema.\n",
        "regiokompas migrate --config FILE [--set name=value]\n\n"
        "Brings the schema of every service in the configuration up to date, with the owner role (owner_connection).\n"
        "Safe to repeat. Services start only on a schema that is up to date.\n"}},
      {"import",
       {Import,
        "regiokompas import --address ADRES --token-file BESTAND [--ca-file BESTAND] [--output text|json]\n"
        "                   [--municipality GM0677] [--profile NAAM | --profile-file BESTAND] [--draft-only] "
        "[--again]\n"
        "                   [--parallel N] DOCUMENT|MAP…\n"
        "regiokompas import --dry-run | --explain [--output text|json] [--municipality GM0677]\n"
        "                   [--profile NAAM | --profile-file BESTAND] [--parallel N] DOCUMENT|MAP…\n\n"
        "Leest documenten (tekst, HTML, XML van een regeling, DOCX, ODT, PDF met tekst, XLSX; ten hoogste 16 MiB), "
        "bewaart van\n"
        "elk een concept en neemt dat over in beleid en rapportages; met --draft-only blijft het bij het concept. Wat "
        "er al staat,\n"
        "wordt overgeslagen (met --again niet; ook dan verandert nog eens inlezen niets). Waar een "
        "beleidsmedewerker iets\n"
        "over moet zeggen, zoals een nieuwe lezing van een bron, blijft wachten: zie regiokompas drafts.\n\n"
        "Een MAP wordt met alle mappen daarin gelezen; verborgen bestanden, koppelingen en andere soorten bestanden "
        "worden\n"
        "overgeslagen en geteld. Aan het eind staat wat ervan geworden is (met --output json als één object). Eén "
        "bestand dat\n"
        "niet lukt houdt de andere niet op. Ctrl-C stopt na het bestand dat onder handen is; dezelfde opdracht gaat "
        "daarna verder.\n"
        "--parallel N leest N bestanden tegelijk (2, ten hoogste 8); overnemen gaat een voor een, op volgorde. Het "
        "tokenbestand\n"
        "wordt bij elke aanvraag gelezen: wordt het op tijd vervangen (met mv, niet door erin te schrijven), dan mag "
        "inlezen\n"
        "langer duren dan een token geldt.\n\n"
        "--dry-run toont alleen wat er gelezen is, --explain elke regel van het document met de regel van het "
        "profiel die hem\n"
        "nam; daarvoor is geen dienst, token of database nodig. --profile-file leest met een eigen profiel "
        "(textproto).\n",
        "regiokompas import --address ADDRESS --token-file FILE [--ca-file FILE] [--output text|json]\n"
        "                   [--municipality GM0677] [--profile NAME | --profile-file FILE] [--draft-only] [--again]\n"
        "                   [--parallel N] DOCUMENT|FOLDER…\n"
        "regiokompas import --dry-run | --explain [--output text|json] [--municipality GM0677]\n"
        "                   [--profile NAME | --profile-file FILE] [--parallel N] DOCUMENT|FOLDER…\n\n"
        "Reads documents (text, HTML, XML of a regulation, DOCX, ODT, PDF with text, XLSX; at most 16 MiB), keeps a "
        "draft of each\n"
        "and takes it over into policy and reports; with --draft-only it ends with the draft. What is there already "
        "is skipped\n"
        "(not with --again; then too, reading one again changes nothing). What an officer must say something about, "
        "such as another\n"
        "reading of a source, waits: see regiokompas drafts.\n\n"
        "A FOLDER is read with all folders in it; hidden files, links and other types of files are left out and "
        "counted. At the\n"
        "end stands what became of them (with --output json as one object). One file that fails never stops the "
        "others. Ctrl-C\n"
        "stops after the file at hand; the same command then goes on. --parallel N reads N files at once (2, at most "
        "8);\n"
        "they are taken over one by one, in order. The token file is read at every call: where it is replaced in "
        "time\n"
        "(by mv, not by writing into it), an import may last longer than a token.\n\n"
        "--dry-run only shows what was read, --explain every line of the document with the rule of the profile that "
        "took it; that\n"
        "needs no service, token or database. --profile-file reads with a profile of your own (textproto).\n"}},
      {"drafts",
       {DraftCommands,
        "regiokompas drafts list [--state open|partly|accepted] [--output text|json]\n"
        "regiokompas drafts show CONCEPT [--output text|json]\n"
        "regiokompas drafts compare CONCEPT [--output text|json]\n"
        "regiokompas drafts correct CONCEPT [--file BESTAND] [--set ID.veld=TEKST]… [--drop ID]… [--same "
        "ID=ACTIVITEIT]…\n"
        "                  [--new ID]… [--note TEKST] [--etag ETAG]\n"
        "regiokompas drafts accept CONCEPT [--element ID]… [--remove ID]… [--etag ETAG] [--output text|json]\n"
        "regiokompas drafts example CONCEPT --out MAP\n"
        "                  alle met --address ADRES --token-file BESTAND [--ca-file BESTAND]\n\n"
        "list toont de concepten van de eigenaren in het token, show een concept naast de regels van het document: "
        "links de\n"
        "regels, rechts wat ze geworden zijn. compare toont wat er te beslissen is: de verschillen met een eerdere "
        "lezing van de\n"
        "bron, en welke activiteiten er al kunnen zijn, met de grond daarvoor. correct zegt wat een element wel is: "
        "uit een\n"
        "bestand (een lijst van correcties in JSON) of in het kort: --set zet een veld, --drop laat een element weg, "
        "--same zegt\n"
        "welke activiteit het is, --new dat het een nieuwe is. accept neemt het concept over, of alleen de genoemde "
        "elementen;\n"
        "--remove laat vervallen wat de bron niet meer heeft. example schrijft de tekst en wat hij betekent als "
        "voorbeeld voor\n"
        "tests. CONCEPT is owners/GM0677/drafts/ID, of ID alleen.\n",
        "regiokompas drafts list [--state open|partly|accepted] [--output text|json]\n"
        "regiokompas drafts show DRAFT [--output text|json]\n"
        "regiokompas drafts compare DRAFT [--output text|json]\n"
        "regiokompas drafts correct DRAFT [--file FILE] [--set ID.field=TEXT]… [--drop ID]… [--same ID=ACTIVITY]…\n"
        "                  [--new ID]… [--note TEXT] [--etag ETAG]\n"
        "regiokompas drafts accept DRAFT [--element ID]… [--remove ID]… [--etag ETAG] [--output text|json]\n"
        "regiokompas drafts example DRAFT --out FOLDER\n"
        "                  all with --address ADDRESS --token-file FILE [--ca-file FILE]\n\n"
        "list shows the drafts of the owners in the token, show a draft beside the lines of the document: on the left "
        "the lines,\n"
        "on the right what they became. compare shows what there is to decide: the differences from an earlier reading "
        "of the\n"
        "source, and which activities may be there already, with the evidence. correct says what an element is "
        "instead: from a\n"
        "file (a list of corrections in JSON) or in short: --set sets a field, --drop leaves an element out, --same "
        "says which\n"
        "activity it is, --new that it is a new one. accept takes the draft over, or the named elements only; "
        "--remove drops what\n"
        "the source does not have any more. example writes the text and what it means as an example for tests. DRAFT "
        "is\n"
        "owners/GM0677/drafts/ID, or ID alone.\n"}},
      {"overview",
       {Overview,
        "regiokompas overview [REGIO] --address ADRES --token-file BESTAND [--ca-file BESTAND] [--output text|json]\n"
        "                     [--date JJJJ-MM-DD]\n\n"
        "Toont per eigenaar in het token en per beleidskader hoeveel doelen, activiteiten en teksten er zijn, hoe de\n"
        "activiteiten ervoor staan en hoeveel er niet herkend is. Met REGIO (zoals RG-voorbeeld): hoe de gemeenten van "
        "die regio\n"
        "ervoor staan, voor zover zij dat met de regio delen, en wie er ontbreekt; --date kiest de leden en de "
        "rapportages van\n"
        "die dag (anders vandaag).\n",
        "regiokompas overview [REGION] --address ADDRESS --token-file FILE [--ca-file FILE] [--output text|json]\n"
        "                     [--date YYYY-MM-DD]\n\n"
        "Shows for each owner in the token and each framework how many goals, activities and sections there are, how "
        "the\n"
        "activities stand, and how much was not recognised. With REGION (such as RG-voorbeeld): how the municipalities "
        "of that\n"
        "region stand, as far as they share it with the region, and who is missing; --date picks the members and the "
        "reports\n"
        "of that day (else today).\n"}},
      {"framework",
       {FrameworkCommands,
        "regiokompas framework list\n"
        "regiokompas framework show KADER [--version V] [--date JJJJ-MM-DD]\n"
        "regiokompas framework versions KADER\n"
        "regiokompas framework adopt KADER [--date DAG] [--from DAG] [--until DAG] [--reason TEKST]\n"
        "regiokompas framework withdraw KADER --reason TEKST [--from DAG]\n"
        "                  alle met --address ADRES --token-file BESTAND [--ca-file BESTAND]\n\n"
        "list toont de kaders van de eigenaren in het token, show een heel kader met doelen, activiteiten en teksten: "
        "zoals het\n"
        "nu is, in een versie (zoals v1), of wat er op een dag gold. versions toont wat er over een kader besloten is. "
        "adopt legt\n"
        "vast dat het is vastgesteld zoals het nu is (--date: de dag van het besluit), withdraw dat het is "
        "ingetrokken; --from is\n"
        "de eerste dag waarop dat geldt. KADER is owners/GM0677/frameworks/ID, of ID alleen.\n",
        "regiokompas framework list\n"
        "regiokompas framework show FRAMEWORK [--version V] [--date YYYY-MM-DD]\n"
        "regiokompas framework versions FRAMEWORK\n"
        "regiokompas framework adopt FRAMEWORK [--date DAY] [--from DAY] [--until DAY] [--reason TEXT]\n"
        "regiokompas framework withdraw FRAMEWORK --reason TEXT [--from DAY]\n"
        "                  all with --address ADDRESS --token-file FILE [--ca-file FILE]\n\n"
        "list shows the frameworks of the owners in the token, show a whole framework with goals, activities and "
        "texts: as it is\n"
        "now, in a version (such as v1), or what held on a day. versions shows what was decided about a framework. "
        "adopt records\n"
        "that it was adopted as it is now (--date: the day of the decision), withdraw that it was withdrawn; --from is "
        "the first\n"
        "day on which that holds. FRAMEWORK is owners/GM0677/frameworks/ID, or ID alone.\n"}},
      {"share",
       {Share,
        "regiokompas share --owner EIGENAAR --with ONTVANGER --until JJJJ-MM-DD [--scope WAT]\n"
        "                  --address ADRES --token-file BESTAND [--ca-file BESTAND]\n\n"
        "Laat een andere eigenaar (een regio of gemeente) lezen wat EIGENAAR heeft, tot die dag. WAT is "
        "frameworks/ID,\n"
        "cycles/ID of indicators/ID, of met - alle, ook die er later bij komen; zonder --scope: alle drie. Binnen een "
        "seconde\n"
        "van kracht. Wat al gedeeld wordt blijft zoals het is.\n",
        "regiokompas share --owner OWNER --with RECEIVER --until YYYY-MM-DD [--scope WHAT]\n"
        "                  --address ADDRESS --token-file FILE [--ca-file FILE]\n\n"
        "Lets another owner (a region or municipality) read what OWNER has, until that day. WHAT is frameworks/ID, "
        "cycles/ID or\n"
        "indicators/ID, or with - all of them, also those made later; without --scope: all three. In force within a "
        "second.\n"
        "What is shared already stays as it is.\n"}},
      {"withdraw",
       {Withdraw,
        "regiokompas withdraw --owner EIGENAAR --from ONTVANGER --reason TEKST [--scope WAT]\n"
        "                     --address ADRES --token-file BESTAND [--ca-file BESTAND]\n\n"
        "Trekt in wat EIGENAAR met ONTVANGER deelt (met --scope: alleen dat). Binnen een seconde is het niet meer te "
        "lezen.\n",
        "regiokompas withdraw --owner OWNER --from RECEIVER --reason TEXT [--scope WHAT]\n"
        "                     --address ADDRESS --token-file FILE [--ca-file FILE]\n\n"
        "Takes back what OWNER shares with RECEIVER (with --scope: only that). Within a second it cannot be read any "
        "more.\n"}},
      {"grants",
       {Grants,
        "regiokompas grants --address ADRES --token-file BESTAND [--ca-file BESTAND]\n\n"
        "Toont wat de eigenaren in het token met wie delen, tot wanneer, en wat verlopen of ingetrokken is.\n",
        "regiokompas grants --address ADDRESS --token-file FILE [--ca-file FILE]\n\n"
        "Shows what the owners in the token share with whom, until when, and what has expired or was withdrawn.\n"}},
      {"activities",
       {Activities,
        "regiokompas activities export EIGENAAR --format csv|json [--date JJJJ-MM-DD] > BESTAND\n"
        "regiokompas activities import EIGENAAR BESTAND [--format csv|json] [--dry-run]\n"
        "                       --address ADRES --token-file BESTAND [--ca-file BESTAND]\n\n"
        "Export schrijft de activiteiten van EIGENAAR naar de uitvoer, met --date: die op die dag golden. Import maakt "
        "de\n"
        "activiteiten uit het bestand die er nog niet zijn en wijzigt die anders zijn, elke rij op zichzelf, en toont "
        "welke\n"
        "rijen zijn afgewezen en waarom (exitcode 1). Met --dry-run wordt niets opgeslagen. De vorm volgt uit de naam "
        "van het\n"
        "bestand (.csv, .json, .jsonl) of uit --format; json is één object per regel.\n",
        "regiokompas activities export OWNER --format csv|json [--date YYYY-MM-DD] > FILE\n"
        "regiokompas activities import OWNER FILE [--format csv|json] [--dry-run]\n"
        "                       --address ADDRESS --token-file FILE [--ca-file FILE]\n\n"
        "Export writes the activities of OWNER to the output, with --date: those that held on that day. Import makes "
        "the\n"
        "activities of the file that are not there yet and changes those that differ, each row on its own, and shows "
        "which\n"
        "rows were rejected and why (exit code 1). With --dry-run nothing is stored. The form follows from the name of "
        "the\n"
        "file (.csv, .json, .jsonl) or from --format; json is one object a line.\n"}},
      {"health",
       {Health,
        "regiokompas health --address ADRES [--ca-file BESTAND] [--certificate-file BESTAND --key-file BESTAND]\n"
        "                   [--service NAAM]\n\n"
        "Vraagt of een dienst aanvragen aanneemt en zijn database bereikt: SERVING (exitcode 0) of NOT_SERVING (3).\n"
        "Zonder --service: alleen of de server aanvragen aanneemt.\n",
        "regiokompas health --address ADDRESS [--ca-file FILE] [--certificate-file FILE --key-file FILE]\n"
        "                   [--service NAME]\n\n"
        "Asks whether a service takes calls and reaches its database: SERVING (exit code 0) or NOT_SERVING (3).\n"
        "Without --service: only whether the server takes calls.\n"}},
  };
  return *kCommands;
}

void PrintHelp() {
  std::cout << InLanguage(
      "regiokompas: gemeentelijk beleid in het sociaal domein, van belofte tot voortgang\n\n"
      "  import     lees beleidsdocumenten in\n"
      "  drafts     bekijk, corrigeer en neem over wat gelezen is\n"
      "  overview   toon hoe het beleid ervoor staat, van eigenaren of van een regio\n"
      "  framework  toon beleidskaders en hun versies, stel vast, trek in\n"
      "  activities schrijf activiteiten naar een bestand of lees ze eruit\n"
      "  share      laat een andere eigenaar lezen\n"
      "  withdraw   trek dat in\n"
      "  grants     toon wat met wie gedeeld wordt\n"
      "  serve      draai diensten\n"
      "  migrate    breng de database op de nieuwste stand\n"
      "  health     vraag of een server werkt\n"
      "  version    toon de versie\n\n"
      "Uitleg van één opdracht: regiokompas OPDRACHT --help\n"
      "Proberen op deze machine: deploy/local/up\n"
      "Vraagt de server om een certificaat: --certificate-file en --key-file, naast --ca-file.\n"
      "Exitcodes: 0 gelukt, 1 geweigerd of fout, 2 verkeerde opdracht, 3 niet bereikbaar, 4 geen toegang\n",
      "regiokompas: municipal social policy, from promise to progress\n\n"
      "  import     read policy documents\n"
      "  drafts     look at, correct and accept what was read\n"
      "  overview   show how the policy stands, of owners or of a region\n"
      "  framework  show frameworks and their versions, adopt, withdraw\n"
      "  activities write activities to a file or read them from it\n"
      "  share      let another owner read\n"
      "  withdraw   take that back\n"
      "  grants     show what is shared with whom\n"
      "  serve      run services\n"
      "  migrate    bring the database up to date\n"
      "  health     ask whether a server works\n"
      "  version    show the version\n\n"
      "Help on one command: regiokompas COMMAND --help\n"
      "Try it on this machine: deploy/local/up\n"
      "Where the server demands a certificate: --certificate-file and --key-file, beside --ca-file.\n"
      "Exit codes: 0 done, 1 refused or failed, 2 wrong command line, 3 not reachable, 4 no access\n");
}

int Main(const Words& words) {
  if (words.empty() || words[0] == "--help" || words[0] == "help") {
    PrintHelp();
    return words.empty() ? kUsage : kDone;
  }
  if (words[0] == "version" || words[0] == "--version") {
    std::cout << "regiokompas " << kVersion << "\n";
    return kDone;
  }
  const auto command = Commands().find(words[0]);
  if (command == Commands().end()) {
    std::cerr << InLanguage("fout: onbekende opdracht ", "error: unknown command ") << words[0] << "\n"
              << InLanguage("uitleg: regiokompas --help", "help: regiokompas --help") << "\n";
    return kUsage;
  }
  const Words rest(words.begin() + 1, words.end());
  for (const std::string& word : rest) {
    if (word == "--") break;
    if (word == "--help") {
      std::cout << InLanguage(command->second.dutch, command->second.english);
      return kDone;
    }
  }
  return command->second.run(rest);
}

}  // namespace
}  // namespace regiokompas::cli

int main(int argc, char** argv) {
  // The product never forks, and gRPC's fork handlers have deadlocked others.
  setenv("GRPC_ENABLE_FORK_SUPPORT", "0", 1);
  // What gRPC would print beside our own messages; whoever debugs may still set it.
  setenv("GRPC_VERBOSITY", "NONE", 0);
  // A closed pipe, such as `… | head`, ends in a write error and not in a signal.
  std::signal(SIGPIPE, SIG_IGN);
  return regiokompas::cli::Main(regiokompas::cli::Words(argv + 1, argv + argc));
}
