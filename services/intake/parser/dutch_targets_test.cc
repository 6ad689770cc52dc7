#include "services/intake/parser/dutch_targets.h"

#include <random>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace regiokompas::intake {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr int kFirstYear = 2022;

TargetReading Read(absl::string_view sentence, TargetPlace place) {
  return ReadTargets(sentence, {.place = place, .first_year = kFirstYear});
}

// A target in one line: comparator, value, unit and basis, and what else is there.
std::string Described(const v1::ParsedTarget& target) {
  const auto when = [](bool there, absl::string_view text) { return there ? std::string(text) : std::string(); };
  return absl::StrCat(
      v1::Comparator_Name(target.comparator()).substr(sizeof("COMPARATOR")), " ",
      target.value().empty() ? "-" : target.value(), " ", v1::Unit_Name(target.unit()).substr(sizeof("UNIT")), " ",
      v1::TargetBasis_Name(target.basis()).substr(sizeof("TARGET_BASIS")),
      when(!target.baseline_value().empty(), absl::StrCat(" from ", target.baseline_value())),
      when(target.baseline_year() != 0, absl::StrCat(" since ", target.baseline_year())),
      when(!target.benchmark().empty(), absl::StrCat(" of ", target.benchmark())),
      when(target.deadline_year() != 0, absl::StrCat(" by ", target.deadline_year())),
      when(!target.period_from().empty(), absl::StrCat(" in ", target.period_from(), "/", target.period_to())),
      when(target.recurrence() == v1::RECURRENCE_YEARLY, " yearly"),
      when(!target.ambiguity().empty(), absl::StrCat(" or ", target.ambiguity())));
}

std::string Described(const TargetReading& reading) {
  std::vector<std::string> described;
  for (const v1::ParsedTarget& target : reading.targets) described.push_back(Described(target));
  return absl::StrJoin(described, "; ");
}

struct Phrase {
  const char* sentence;
  const char* targets;
};

// What goals, results and indicators say.
constexpr Phrase kStatements[] = {
    {"In 2025 is minimaal 70% van de mantelzorgers bekend bij ons steunpunt", "AT_LEAST 70 PERCENT ABSOLUTE by 2025"},
    {"Minstens 65 procent van de vragen wordt in één gesprek opgelost", "AT_LEAST 65 PERCENT ABSOLUTE"},
    {"Ten minste 12 scholen doen mee", "AT_LEAST 12 COUNT ABSOLUTE"},
    {"Tenminste 3 wijken hebben een huiskamer", "AT_LEAST 3 COUNT ABSOLUTE"},
    {"Op zijn minst 25 statushouders vinden werk in 2026", "AT_LEAST 25 COUNT ABSOLUTE by 2026"},
    {"Niet minder dan 90% krijgt op tijd antwoord", "AT_LEAST 90 PERCENT ABSOLUTE"},
    {"Niet lager dan 82% tevreden inwoners", "AT_LEAST 82 PERCENT ABSOLUTE"},
    {"De score mag niet onder de 7 komen", "AT_LEAST 7 SCORE ABSOLUTE"},
    {"Maximaal 4% van de aanvragen wordt te laat afgehandeld", "AT_MOST 4 PERCENT ABSOLUTE"},
    {"Hooguit 30 huisuitzettingen in 2024", "AT_MOST 30 COUNT ABSOLUTE by 2024"},
    {"Hoogstens 8 procent verzuim", "AT_MOST 8 PERCENT ABSOLUTE"},
    {"Ten hoogste 150 jongeren zonder diploma", "AT_MOST 150 COUNT ABSOLUTE"},
    {"Niet meer dan 20 meldingen per jaar", "AT_MOST 20 COUNT ABSOLUTE yearly"},
    {"Niet hoger dan 6% in 2027", "AT_MOST 6 PERCENT ABSOLUTE by 2027"},
    {"Dat dit aandeel in 2026 niet hoger is dan 4%", "AT_MOST 4 PERCENT ABSOLUTE by 2026"},
    {"Het verzuim dat lager ligt dan 5% in 2026", "LESS_THAN 5 PERCENT ABSOLUTE by 2026"},
    {"Het aandeel is gestegen van 41% in 2020 naar minimaal 60% in 2024",
     "AT_LEAST 60 PERCENT BASELINE from 41 since 2020 by 2024"},
    {"In 2025 is de besparing van 2 miljoen euro gehaald", "DECREASE 2000000 EURO ABSOLUTE by 2025"},
    {"Het aandeel is gedaald naar 5,9% in 2021", ""},
    {"Niet boven de 15% in 2025", "AT_MOST 15 PERCENT ABSOLUTE by 2025"},
    {"Het aandeel blijft onder de 12%", "LESS_THAN 12 PERCENT ABSOLUTE"},
    {"De opkomst ligt boven de 55%", "MORE_THAN 55 PERCENT ABSOLUTE"},
    {"Meer dan 400 ouders volgen een cursus in 2025", "MORE_THAN 400 COUNT ABSOLUTE by 2025"},
    {"Minder dan 3% van de kinderen groeit op in armoede", "LESS_THAN 3 PERCENT ABSOLUTE"},
    {"Lager dan 9% in 2030", "LESS_THAN 9 PERCENT ABSOLUTE by 2030"},
    {"Hoger dan 75% in 2026", "MORE_THAN 75 PERCENT ABSOLUTE by 2026"},
    {"Precies 10 buurthuizen zijn in 2025 rookvrij", "EQUAL_TO 10 COUNT ABSOLUTE by 2025"},
    {"De waardering is gelijk aan 7,4", "EQUAL_TO 7.4 SCORE ABSOLUTE"},
    {"80% of meer van de inwoners kent de regeling", "AT_LEAST 80 PERCENT ABSOLUTE"},
    {"Minimaal 83% tevreden in 2024 (2025: 85%, 2026: 90%)",
     "AT_LEAST 83 PERCENT ABSOLUTE by 2024; AT_LEAST 85 PERCENT ABSOLUTE by 2025; AT_LEAST 90 PERCENT ABSOLUTE by "
     "2026"},
    {"Minimaal 83% tevreden in 2024 (2021: 75%)", "AT_LEAST 83 PERCENT BASELINE from 75 since 2021 by 2024"},
    {"Norm half 2026: 80% van de vragen", "AT_LEAST 80 PERCENT ABSOLUTE by 2026"},
    {"Minimaal 0.125% van de gezinnen", "AT_LEAST 0.125 PERCENT ABSOLUTE"},
    {"Een 8 of hoger voor het loket", "AT_LEAST 8 SCORE ABSOLUTE"},
    {"5% of minder van de gezinnen valt terug", "AT_MOST 5 PERCENT ABSOLUTE"},
    {"Minimaal een 7,5 als rapportcijfer", "AT_LEAST 7.5 SCORE ABSOLUTE"},
    {"Rapportcijfer van minimaal 7,2 in 2026", "AT_LEAST 7.2 SCORE ABSOLUTE by 2026"},
    {"Cliënten geven gemiddeld een 8", "EQUAL_TO 8 SCORE ABSOLUTE"},
    {"Inwoners beoordelen de hulp met gemiddeld minimaal een 7", "AT_LEAST 7 SCORE ABSOLUTE"},
    {"De gemiddelde waardering stijgt van 6,9 naar 7,3 in 2025", "EQUAL_TO 7.3 SCORE BASELINE from 6.9 by 2025"},
    {"Het cijfer voor de wachttijd is minimaal 6,5", "AT_LEAST 6.5 SCORE ABSOLUTE"},
    {"De score op zelfredzaamheid is in 2025 ten minste 3,8", "AT_LEAST 3.8 SCORE ABSOLUTE by 2025"},
    {"Halvering van het aantal dakloze jongeren ten opzichte van 2021", "DECREASE 50 PERCENT BASELINE since 2021"},
    {"Het aantal crisisplaatsingen is in 2026 gehalveerd", "DECREASE 50 PERCENT BASELINE by 2026"},
    {"Verdubbeling van het aantal beweegmaatjes in 2025", "INCREASE 100 PERCENT BASELINE by 2025"},
    {"Een verdrievoudiging van het aantal deelnemers", "INCREASE 200 PERCENT BASELINE"},
    {"Driekwart van de jongeren sport wekelijks", "EQUAL_TO 75 PERCENT ABSOLUTE"},
    {"Minimaal driekwart van de ouderen woont zelfstandig", "AT_LEAST 75 PERCENT ABSOLUTE"},
    {"De helft van de bijstandsgerechtigden doet mee in 2025", "EQUAL_TO 50 PERCENT ABSOLUTE by 2025"},
    {"Minstens de helft van de cliënten stroomt uit", "AT_LEAST 50 PERCENT ABSOLUTE"},
    {"Een kwart van de vragen wordt digitaal gesteld", "EQUAL_TO 25 PERCENT ABSOLUTE"},
    {"Hooguit een kwart van de gezinnen komt terug", "AT_MOST 25 PERCENT ABSOLUTE"},
    {"Twee derde van de vrijwilligers blijft", "EQUAL_TO 66.7 PERCENT ABSOLUTE or 2 op 3"},
    {"Minimaal een derde van de deelnemers vindt werk", "AT_LEAST 33.3 PERCENT ABSOLUTE or 1 op 3"},
    {"Een op de drie inwoners doet vrijwilligerswerk", "EQUAL_TO 33.3 PERCENT ABSOLUTE or 1 op 3"},
    {"Minstens een op de vijf jongeren wordt bereikt", "AT_LEAST 20 PERCENT ABSOLUTE"},
    {"1 op de 4 ouderen heeft een hulpvraag minder", "EQUAL_TO 25 PERCENT ABSOLUTE"},
    {"Minimaal 9 op de 10 cliënten beveelt ons aan", "AT_LEAST 90 PERCENT ABSOLUTE"},
    {"Acht van de tien scholen zijn gezond", "EQUAL_TO 8 COUNT ABSOLUTE"},
    {"Minimaal 930 van de 1.000 inwoners voelt zich gezond", "AT_LEAST 930 PER_THOUSAND ABSOLUTE"},
    {"Maximaal 4 per 1.000 jongeren krijgt een maatregel", "AT_MOST 4 PER_THOUSAND ABSOLUTE"},
    {"Hooguit 12 per duizend inwoners", "AT_MOST 12 PER_THOUSAND ABSOLUTE"},
    {"Minimaal 95 van de 100 aanvragen is op tijd", "AT_LEAST 95 PERCENT ABSOLUTE"},
    {"Maximaal 5 promille van de huishoudens", "AT_MOST 5 PER_THOUSAND ABSOLUTE"},
    {"Het aantal meldingen daalt met 15%", "DECREASE 15 PERCENT BASELINE"},
    {"Het aantal deelnemers stijgt met 20 procent ten opzichte van 2022", "INCREASE 20 PERCENT BASELINE since 2022"},
    {"Het gebruik neemt toe met 8%", "INCREASE 8 PERCENT BASELINE"},
    {"Het aantal verwijzingen neemt af met 10% ten opzichte van 2019", "DECREASE 10 PERCENT BASELINE since 2019"},
    {"Het verzuim neemt jaarlijks met 2% af", "DECREASE 2 PERCENT PREVIOUS_YEAR yearly"},
    {"De deelname groeit jaarlijks met 50 inwoners", "INCREASE 50 COUNT PREVIOUS_YEAR yearly"},
    {"De uitstroom neemt in 2025 met 30 personen toe", "INCREASE 30 COUNT BASELINE by 2025"},
    {"Een afname van boetes van 40%", "DECREASE 40 PERCENT BASELINE"},
    {"Een toename van het bereik met 5 procentpunt", "INCREASE 5 PERCENTAGE_POINT BASELINE"},
    {"Stijging van 3 %-punt in 2026", "INCREASE 3 PERCENTAGE_POINT BASELINE by 2026"},
    {"Daling van 1,5 procentpunten ten opzichte van 2020", "DECREASE 1.5 PERCENTAGE_POINT BASELINE since 2020"},
    {"Vermindering van de wachtlijst met 25% in 2024", "DECREASE 25 PERCENT BASELINE by 2024"},
    {"Een reductie van 30% van het aantal klachten", "DECREASE 30 PERCENT BASELINE"},
    {"Groei van het aantal pleeggezinnen met 12", "INCREASE 12 COUNT BASELINE"},
    {"De kosten worden met 5% verlaagd", "DECREASE 5 PERCENT BASELINE"},
    {"Het percentage wordt met 2 procentpunt verhoogd", "INCREASE 2 PERCENTAGE_POINT BASELINE"},
    {"Om het verzuim met 10% te verlagen", "DECREASE 10 PERCENT BASELINE"},
    {"Het aantal meldingen met 20% terugbrengen", "DECREASE 20 PERCENT BASELINE"},
    {"10% minder uithuisplaatsingen dan in 2021", "DECREASE 10 PERCENT BASELINE since 2021"},
    {"15% meer deelnemers ten opzichte van 2023", "INCREASE 15 PERCENT BASELINE since 2023"},
    {"20 meer plekken in de opvang in 2025", "INCREASE 20 COUNT BASELINE by 2025"},
    {"5% lagere uitgaven aan maatwerk", "DECREASE 5 PERCENT BASELINE"},
    {"Minimaal 5% minder recidive", "AT_LEAST 5 PERCENT BASELINE"},
    {"Het aantal jongeren in jeugdzorg daalt met minimaal 10%", "AT_LEAST 10 PERCENT BASELINE"},
    {"De instroom neemt maximaal 3% toe", "AT_MOST 3 PERCENT BASELINE"},
    {"De instroom stijgt met hooguit 4% per jaar", "AT_MOST 4 PERCENT PREVIOUS_YEAR yearly"},
    {"Uitgaven groeien met niet meer dan 2% ten opzichte van vorig jaar", "AT_MOST 2 PERCENT PREVIOUS_YEAR"},
    {"Toename van deelname t.o.v. het vorige jaar met 6%", "INCREASE 6 PERCENT PREVIOUS_YEAR"},
    {"Het bereik stijgt van 40% naar 55%", "EQUAL_TO 55 PERCENT BASELINE from 40"},
    {"Het aandeel daalt van 18% in 2020 naar 14% in 2026", "EQUAL_TO 14 PERCENT BASELINE from 18 since 2020 by 2026"},
    {"Armoede gaat van 7,1% (2021) naar maximaal 6% (2025)", "AT_MOST 6 PERCENT BASELINE from 7.1 since 2021 by 2025"},
    {"Van 120 naar 160 deelnemers in 2024", "EQUAL_TO 160 COUNT BASELINE from 120 by 2024"},
    {"Van 41 naar 46 procent", "EQUAL_TO 46 PERCENT BASELINE from 41"},
    {"Het aantal plekken groeit van 30 in 2022 tot 45 in 2025",
     "EQUAL_TO 45 COUNT BASELINE from 30 since 2022 by 2025"},
    {"Bekendheid naar 65% in 2025", "EQUAL_TO 65 PERCENT ABSOLUTE by 2025"},
    {"Het aantal vrijwilligers groeit naar 300 in 2026", "EQUAL_TO 300 COUNT ABSOLUTE by 2026"},
    {"Terugbrengen tot 5% in 2027", "EQUAL_TO 5 PERCENT ABSOLUTE by 2027"},
    {"We brengen het aandeel terug naar 9%", "EQUAL_TO 9 PERCENT ABSOLUTE"},
    {"Het percentage daalt tot onder de 10% in 2025", "LESS_THAN 10 PERCENT ABSOLUTE by 2025"},
    {"De wachtlijst wordt verlaagd tot maximaal 20 personen", "AT_MOST 20 COUNT ABSOLUTE"},
    {"Streefwaarde 2024: 78%", "EQUAL_TO 78 PERCENT ABSOLUTE by 2024"},
    {"Streefwaarde: 7,5", "EQUAL_TO 7.5 SCORE ABSOLUTE"},
    {"Norm 105%", "AT_LEAST 105 PERCENT ABSOLUTE"},
    {"De norm is 90%", "AT_LEAST 90 PERCENT ABSOLUTE"},
    {"Het doel is 60% bereik in 2026", "EQUAL_TO 60 PERCENT ABSOLUTE by 2026"},
    {"Doelstelling is 40 nieuwe woningen in 2025", "EQUAL_TO 40 COUNT ABSOLUTE by 2025"},
    {"We streven naar 85% tevredenheid", "EQUAL_TO 85 PERCENT ABSOLUTE"},
    {"Taakstelling 2024: 46 statushouders", "EQUAL_TO 46 COUNT ABSOLUTE by 2024"},
    {"2024: 60%, 2025: 65%, 2026: 70%",
     "EQUAL_TO 60 PERCENT ABSOLUTE by 2024; EQUAL_TO 65 PERCENT ABSOLUTE by 2025; EQUAL_TO 70 PERCENT ABSOLUTE by "
     "2026"},
    {"60% in 2024, 65% in 2025 en 70% in 2026",
     "EQUAL_TO 60 PERCENT ABSOLUTE by 2024; EQUAL_TO 65 PERCENT ABSOLUTE by 2025; EQUAL_TO 70 PERCENT ABSOLUTE by "
     "2026"},
    {"Minimaal 5 in 2023, 10 cursussen in 2024",
     "AT_LEAST 5 COUNT ABSOLUTE by 2023; AT_LEAST 10 COUNT ABSOLUTE by 2024"},
    {"In 2024 minimaal 60% en in 2025 minimaal 65%",
     "AT_LEAST 60 PERCENT ABSOLUTE by 2024; AT_LEAST 65 PERCENT ABSOLUTE by 2025"},
    {"In 2025 zijn er minimaal 4 kamers, in 2026 6",
     "AT_LEAST 4 COUNT ABSOLUTE by 2025; AT_LEAST 6 COUNT ABSOLUTE by 2026"},
    {"Minimaal 80% tevreden ouders en maximaal 5% klachten",
     "AT_LEAST 80 PERCENT ABSOLUTE; AT_MOST 5 PERCENT ABSOLUTE"},
    {"Tussen 60% en 70% van de ouderen in 2025",
     "AT_LEAST 60 PERCENT ABSOLUTE by 2025; AT_MOST 70 PERCENT ABSOLUTE by 2025"},
    {"Tussen de 40 en 50 deelnemers in 2024", "AT_LEAST 40 COUNT ABSOLUTE by 2024; AT_MOST 50 COUNT ABSOLUTE by 2024"},
    {"Jaarlijks 6 à 8 gezinnen", "AT_LEAST 6 COUNT ABSOLUTE yearly or tot 8"},
    {"70-75% van de leerlingen", "AT_LEAST 70 PERCENT ABSOLUTE or tot 75"},
    {"Jaarlijks 10 tot 15 jongeren begeleiden", "AT_LEAST 10 COUNT ABSOLUTE yearly or tot 15"},
    {"Minimaal 10 tot 12 huisbezoeken in 2025", "AT_LEAST 10 COUNT ABSOLUTE by 2025 or tot 12"},
    {"Minimaal 75% (nulmeting 2021: 62%)", "AT_LEAST 75 PERCENT BASELINE from 62 since 2021"},
    {"Minimaal 75% in 2025 (2021: 62%)", "AT_LEAST 75 PERCENT BASELINE from 62 since 2021 by 2025"},
    {"Tevredenheid minimaal 80% (was 74% in 2022)", "AT_LEAST 80 PERCENT BASELINE from 74 since 2022"},
    {"80% in 2026 (nu 71%)", "EQUAL_TO 80 PERCENT BASELINE from 71 by 2026"},
    {"92% van de aanvragen is binnen de termijn afgehandeld", "EQUAL_TO 92 PERCENT ABSOLUTE"},
    {"In 2025 sport 60% van de jeugd", "EQUAL_TO 60 PERCENT ABSOLUTE by 2025"},
    {"100% van de scholen is rookvrij", "EQUAL_TO 100 PERCENT ABSOLUTE"},
    {"Twee dorpen hebben een eigen buurtbus", "EQUAL_TO 2 COUNT ABSOLUTE"},
    {"In 2024 starten 30 nieuwe vrijwilligers", "EQUAL_TO 30 COUNT ABSOLUTE by 2024"},
    {"Jaarlijks krijgen 25 gezinnen een coach", "EQUAL_TO 25 COUNT ABSOLUTE yearly"},
    {"Om in 2025 twintig woningen te realiseren", "EQUAL_TO 20 COUNT ABSOLUTE by 2025"},
    {"Voor 2025 is de opgave om 40 mensen te plaatsen", "EQUAL_TO 40 COUNT ABSOLUTE by 2025"},
    {"Geen enkele jongere slaapt buiten", "EQUAL_TO 0 COUNT ABSOLUTE"},
    {"Het keurmerk is in 2025 behaald", "ACHIEVE - NONE ABSOLUTE by 2025"},
    {"Behalen van het certificaat voor toegankelijkheid", "ACHIEVE - NONE ABSOLUTE"},
    {"Het percentage blijft gelijk", "MAINTAIN - PERCENT ABSOLUTE"},
    {"Het aantal cliënten blijft gelijk ten opzichte van 2022", "MAINTAIN - NONE ABSOLUTE"},
    {"We houden de tevredenheid op peil", "MAINTAIN - NONE ABSOLUTE"},
    {"De waardering blijft minimaal 7,8", "AT_LEAST 7.8 SCORE ABSOLUTE"},
    {"Het bereik blijft op 85%", "MAINTAIN 85 PERCENT ABSOLUTE"},
    {"In 2025 is samen drie miljoen euro bespaard", "ACHIEVE 3000000 EURO ABSOLUTE by 2025"},
    {"Een besparing van € 250.000 in 2026", "DECREASE 250000 EURO BASELINE by 2026"},
    {"De uitgaven blijven onder de € 1,5 miljoen in 2025", "LESS_THAN 1500000 EURO ABSOLUTE by 2025"},
    {"De uitgaven dalen met € 100.000 ten opzichte van 2022", "DECREASE 100000 EURO BASELINE since 2022"},
    {"Het verzuim is lager dan het landelijk gemiddelde", "LESS_THAN - NONE BENCHMARK of landelijk gemiddelde"},
    {"Vanaf 2025 is het gebruik niet hoger dan het gemiddelde in Zeeland",
     "AT_MOST - NONE BENCHMARK of Zeeland by 2025 in 2025-01-01/"},
    {"De uitgaven zijn vanaf 2026 niet hoger dan gemiddeld in Limburg",
     "AT_MOST - EURO BENCHMARK of Limburg by 2026 in 2026-01-01/"},
    {"Maximaal 2% hoger dan het gemiddelde in Brabant",
     "AT_MOST 2 PERCENT BENCHMARK of Brabant or procentpunt in plaats van procent"},
    {"De score ligt op of boven het landelijk gemiddelde", "AT_LEAST - NONE BENCHMARK of landelijk gemiddelde"},
    {"Minimaal gelijk aan het gemiddelde van vergelijkbare gemeenten",
     "AT_LEAST - NONE BENCHMARK of vergelijkbare gemeenten"},
    {"We scoren boven het gemiddelde van Nederland", "MORE_THAN - NONE BENCHMARK of Nederland"},
    {"De gemiddelde wachttijd is maximaal 6 weken", "AT_MOST 6 COUNT ABSOLUTE"},
    {"De doorlooptijd is korter dan 42 dagen", "LESS_THAN 42 COUNT ABSOLUTE"},
    {"In het tweede halfjaar van 2024 starten minimaal 20 deelnemers",
     "AT_LEAST 20 COUNT ABSOLUTE by 2024 in 2024-07-01/2025-01-01"},
    {"In Q3 2025 zijn minimaal 15 plekken beschikbaar", "AT_LEAST 15 COUNT ABSOLUTE by 2025 in 2025-07-01/2025-10-01"},
    {"In de periode 2024-2026 minimaal 40 jongeren per jaar",
     "AT_LEAST 40 COUNT ABSOLUTE by 2026 in 2024-01-01/2027-01-01 yearly"},
    {"Vanaf 2025 elk jaar minstens 6 bijeenkomsten", "AT_LEAST 6 COUNT ABSOLUTE by 2025 in 2025-01-01/ yearly"},
    {"Minimaal vijfentwintig gezinnen in 2024", "AT_LEAST 25 COUNT ABSOLUTE by 2024"},
    {"Minstens honderdvijftig kinderen krijgen zwemles", "AT_LEAST 150 COUNT ABSOLUTE"},
    {"Ten minste anderhalf procent van het budget", "AT_LEAST 1.5 PERCENT ABSOLUTE"},
    {"Minimaal 2000 inwoners doen mee", "AT_LEAST 2000 COUNT ABSOLUTE"},
    {"Minimaal 1.250 huishoudens worden bereikt", "AT_LEAST 1250 COUNT ABSOLUTE"},
    {"Ruim 80% van de ouders is tevreden in 2025", "EQUAL_TO 80 PERCENT ABSOLUTE by 2025"},
    {"Uiterlijk 31-12-2025 is minimaal 95% van de dossiers op orde", "AT_LEAST 95 PERCENT ABSOLUTE by 2025"},
    {"Voor 1 juli 2025 zijn minstens 12 begeleiders opgeleid", "AT_LEAST 12 COUNT ABSOLUTE by 2025"},
    {"Eind 2026 ontvangt hooguit 3% van de huishoudens bijstand", "AT_MOST 3 PERCENT ABSOLUTE by 2026"},
    {"De tevredenheid is minstens gelijk aan het Drents gemiddelde", "AT_LEAST - NONE BENCHMARK of Drents gemiddelde"},
    {"Het aantal ligt onder het gemiddelde van de regio", "LESS_THAN - NONE BENCHMARK of de regio"},
    {"Het aantal inwoners met schulden halveren", "DECREASE 50 PERCENT BASELINE"},
    {"We verdubbelen het aantal buurtgezinnen in 2026", "INCREASE 100 PERCENT BASELINE by 2026"},
    {"Het rapportcijfer voor de huishoudelijke hulp is niet lager dan 7,5", "AT_LEAST 7.5 SCORE ABSOLUTE"},
    {"Nul huisuitzettingen van gezinnen in 2025", "EQUAL_TO 0 COUNT ABSOLUTE by 2025"},
    {"In 2026 maximaal vijf klachten per 1.000 cliënten", "AT_MOST 5 PER_THOUSAND ABSOLUTE by 2026"},
    {"Gemiddeld geven inwoners een 7,8 of hoger", "AT_LEAST 7.8 SCORE ABSOLUTE"},
    {"Minimaal 85 procent van de cliënten is (zeer) tevreden", "AT_LEAST 85 PERCENT ABSOLUTE"},
    {"Het aandeel inwoners met overgewicht is in 2030 niet hoger dan 45%", "AT_MOST 45 PERCENT ABSOLUTE by 2030"},
    {"Het percentage laaggeletterden is in 2027 gedaald tot 9%", "EQUAL_TO 9 PERCENT ABSOLUTE by 2027"},
    {"De uitval is in 2025 met een kwart gedaald", "DECREASE 25 PERCENT BASELINE by 2025"},
    {"Het aantal bijstandsgerechtigden neemt in 2025 af met 40", "DECREASE 40 COUNT BASELINE by 2025"},
    {"Jaarlijks stromen minstens 60 mensen uit naar werk", "AT_LEAST 60 COUNT ABSOLUTE yearly"},
    {"Uiterlijk in 2026 heeft 80% van de verenigingen een vertrouwenspersoon", "EQUAL_TO 80 PERCENT ABSOLUTE by 2026"},
    {"Sinds 2022 is het gebruik gedaald met 12%, in 2027 moet dat minimaal 20% zijn",
     "AT_LEAST 20 PERCENT ABSOLUTE by 2027"},
    {"Inmiddels heeft 55% een baan en in 2027 heeft minimaal 70% een baan", "AT_LEAST 70 PERCENT ABSOLUTE by 2027"},
    {"Vorig jaar is 55% bereikt; in 2027 is dat minimaal 70%", "AT_LEAST 70 PERCENT ABSOLUTE by 2027"},
    {"Het bereik is inmiddels gestegen naar 60% en in 2027 is minimaal 80% nodig",
     "AT_LEAST 80 PERCENT ABSOLUTE by 2027"},
    {"Inmiddels is het verzuim gedaald naar 5% en in 2027 naar 4%", "EQUAL_TO 4 PERCENT ABSOLUTE by 2027"},
    {"In 2027 is het gebruik gedaald met 12% sinds 2022", "DECREASE 12 PERCENT BASELINE since 2022 by 2027"},
    {"In 2026 rookt minder dan 20% van de leerlingen in de laatste maand", "LESS_THAN 20 PERCENT ABSOLUTE by 2026"},
    {"Tevreden cliënten: > 80%", "MORE_THAN 80 PERCENT ABSOLUTE"},
    {"Aantal deelnemers > 40", "MORE_THAN 40 COUNT ABSOLUTE"},
    {"> 80% van de ouders is tevreden", "MORE_THAN 80 PERCENT ABSOLUTE"},
    {"Rapportcijfer van > 7,5", "MORE_THAN 7.5 SCORE ABSOLUTE"},
    {"Wachttijd < 6 weken", "LESS_THAN 6 COUNT ABSOLUTE"},
    {"Het doel is bereikt als in 2027 minimaal 80% van de ouders tevreden is", "AT_LEAST 80 PERCENT ABSOLUTE by 2027"},
    {"Wij verwachten dat in 2027 minimaal 80% van de ouderen tevreden is en dat het gebruik daalt",
     "AT_LEAST 80 PERCENT ABSOLUTE by 2027"},
    {"Wij verwachten dat het verzuim in 2027 daalt met 10%", "DECREASE 10 PERCENT BASELINE by 2027"},
    {"Naar verwachting daalt het verzuim in 2027 met minimaal 10%", "AT_LEAST 10 PERCENT BASELINE by 2027"},
    {"Bij meer dan 80% van de gezinnen is de situatie in 2027 verbeterd", "MORE_THAN 80 PERCENT ABSOLUTE by 2027"},
};

// What plans say; figures without a word of a norm are facts there.
constexpr Phrase kPlans[] = {
    {"Ons streven is dat het aantal jongeren met een uitkering in 2026 met 5% is gedaald ten opzichte van 2021",
     "DECREASE 5 PERCENT BASELINE since 2021 by 2026"},
    {"De kosten van de maaltijden zijn in 2026 niet hoger dan € 2,5 miljoen", "AT_MOST 2500000 EURO ABSOLUTE by 2026"},
    {"In 2021 leest 27% van de leerlingen zwak", ""},
    {"In onze dorpen heeft 27% van de leerlingen moeite met lezen", ""},
    {"21% leest matig en 8% heel slecht", ""},
    {"Wachten hoeft niet, minimaal 81% van de cliënten wordt direct geholpen", "AT_LEAST 81 PERCENT ABSOLUTE"},
    {"We willen niet alleen minimaal 82% van de ouders bereiken", "AT_LEAST 82 PERCENT ABSOLUTE"},
    {"De uitval mag niet gemiddeld boven de 6% komen", "AT_MOST 6 PERCENT ABSOLUTE"},
    {"Het aantal klachten moet lager dan 2021 uitvallen", ""},
    {"Meer dan 200 vrijwilligers zetten zich in", ""},
    {"Het aandeel ligt boven het landelijk gemiddelde", ""},
    {"We gebruiken 70% van het budget", ""},
    {"De gemeente betaalt in 2022 de helft van de projectleider", ""},
    {"Vanaf 2024 krijgt iedere kern met meer dan 1.500 inwoners een plek", ""},
    {"We maken een lijst voor minima tot 130% van het minimuminkomen", ""},
    {"Er zijn 12 wijkteams", ""},
    {"Het gebruik is gestegen met 5% ten opzichte van 2019", ""},
    {"De 20 scholen krijgen bezoek", ""},
    {"De helft van de vragen komt van ouders", ""},
    {"Een verdubbeling van de kosten dreigt", ""},
    {"Het gaat om 45 woningen", ""},
    {"Tussen 40 en 50 mensen komen langs", ""},
    {"Met 80% van de ouders is gesproken", ""},
    {"Een indicatie voor maximaal 3 jaar", ""},
    {"We bezoeken minstens 20 gezinnen in 2022", "AT_LEAST 20 COUNT ABSOLUTE by 2022"},
    {"We willen dat 80% van de inwoners de regeling kent", "EQUAL_TO 80 PERCENT ABSOLUTE"},
    {"Het verzuim daalt met 5% ten opzichte van 2021", "DECREASE 5 PERCENT BASELINE since 2021"},
    {"Van 40% in 2021 naar 50% in 2025", "EQUAL_TO 50 PERCENT BASELINE from 40 since 2021 by 2025"},
    {"In 2026 is 55% van de inwoners lid van een club", "EQUAL_TO 55 PERCENT ABSOLUTE by 2026"},
    {"We streven naar minimaal 40 deelnemers", "AT_LEAST 40 COUNT ABSOLUTE"},
    {"De gemiddelde wachttijd is hooguit zes weken", "AT_MOST 6 COUNT ABSOLUTE"},
    {"Iedere wijk krijgt een coach voor minimaal 16 uur per week", "AT_LEAST 16 COUNT ABSOLUTE"},
    {"De uitgaven zijn niet hoger dan gemiddeld in Drenthe", "AT_MOST - EURO BENCHMARK of Drenthe"},
    {"Voor het eerste half jaar van 2024 zijn er 16 mensen te huisvesten",
     "EQUAL_TO 16 COUNT ABSOLUTE by 2024 in 2024-01-01/2024-07-01"},
    {"De bekendheid gaat naar 45% in 2025", "EQUAL_TO 45 PERCENT ABSOLUTE by 2025"},
    {"We gaan de wachtlijst halveren", "DECREASE 50 PERCENT BASELINE"},
    {"Groepen van maximaal 8 kinderen", "AT_MOST 8 COUNT ABSOLUTE"},
    {"Het aandeel moet onder de 10% blijven", "LESS_THAN 10 PERCENT ABSOLUTE"},
    {"We streven ernaar dat driekwart van de jongeren sport", "EQUAL_TO 75 PERCENT ABSOLUTE"},
    {"Het aantal plekken blijft gelijk", "MAINTAIN - NONE ABSOLUTE"},
    {"Het aantal meldingen moet met 20% omlaag", "DECREASE 20 PERCENT BASELINE"},
    {"De uitstroom moet hoger zijn dan het landelijk gemiddelde", "MORE_THAN - NONE BENCHMARK of landelijk gemiddelde"},
    {"Minimaal 60% van de ouders doet mee", "AT_LEAST 60 PERCENT ABSOLUTE"},
    {"We houden de wachttijd onder de 6 weken", "LESS_THAN 6 COUNT ABSOLUTE"},
    {"In de bibliotheek komen 3 spreekuren", ""},
    {"De gemeente telt 25.000 inwoners", ""},
    {"De samenwerking met de regio blijft ongewijzigd", ""},
    {"De gebruikelijke werkwijze blijft gelijk", ""},
    {"Het spreekuur blijft bereikbaar en de openingstijd blijft gelijk", ""},
    {"De wachtlijst blijft in 2025 gelijk", "MAINTAIN - NONE ABSOLUTE by 2025"},
    {"De bibliotheek > 90% tevreden in 2026", "MORE_THAN 90 PERCENT ABSOLUTE by 2026"},
    {"In 2026 is > 90% van de cliënten tevreden", "MORE_THAN 90 PERCENT ABSOLUTE by 2026"},
    {"In 2026 is ≤ 5% van de leerlingen afwezig", "AT_MOST 5 PERCENT ABSOLUTE by 2026"},
    {"In 2026 is het aandeel gestegen van 41% naar minimaal 60%", "AT_LEAST 60 PERCENT BASELINE from 41 by 2026"},
    {"In 2025 stroomt de helft van de cliënten uit, zodat zij zelf hun huur betalen",
     "EQUAL_TO 50 PERCENT ABSOLUTE by 2025"},
    {"We breiden in 2025 uit met meer dan 40 scholen", "MORE_THAN 40 COUNT BASELINE by 2025"},
    {"In 2025 krijgt elke kern met meer dan 1.500 inwoners een loket", ""},
    {"We willen dat de samenwerking gelijk blijft", "MAINTAIN - NONE ABSOLUTE"},
    {"55% heeft een baan en in 2027 heeft minimaal 70% een baan", "AT_LEAST 70 PERCENT ABSOLUTE by 2027"},
    {"Wij streven naar rust; bij > 5 klachten per jaar grijpen we in", ""},
    {"Wij streven naar rust; bij meer dan 5 klachten per jaar grijpen we in", ""},
    {"De contactpersoon en het cijfer blijven gelijk", ""},
    {"We willen dat het aantal uren of plekken gelijk blijft", "MAINTAIN - NONE ABSOLUTE"},
    {"We breiden het aantal plekken uit naar 30", "EQUAL_TO 30 COUNT ABSOLUTE"},
    {"Van de jongeren rookt 12%", ""},
    {"Zo'n 400 inwoners gebruiken de regeling", ""},
};

// What is no target anywhere.
constexpr const char* kNoTargets[] = {
    "Eerste helft van 2026",
    "De tweede helft van het jaar 2026",
    "In de helft van 2026 begint de bouw",
    "De bijdrage is in 2026 niet hoger dan € 250",
    "De kosten zijn in 2021 niet hoger dan € 2,5 miljoen",
    "Voor wie tot 120% van het sociaal minimum verdient",
    "Inwoners met een inkomen tot 110% van de bijstandsnorm",
    "Het inkomen is maximaal 130% van het minimumloon",
    "De lening bedraagt maximaal 80% van de kosten",
    "De subsidie is ten hoogste 50% van de kosten",
    "De activiteit wordt voor 100% gesubsidieerd",
    "De eigen bijdrage is maximaal € 19 per maand",
    "Het te lenen bedrag is minimaal € 2.500,-",
    "In 2021 was 60% van de ouders tevreden",
    "Vorig jaar werden minimaal 40 gezinnen geholpen",
    "Vorig jaar is het aandeel tevreden inwoners gestegen naar minstens 60%",
    "Sinds 2020 is het bereik gestegen van 40% naar minimaal 60%",
    "Inmiddels is het aandeel gedaald tot maximaal 8%",
    "In 2021 is het aandeel gestegen naar minimaal 60%",
    "Het aantal liep op van 30 naar 50 deelnemers",
    "Inmiddels is het verzuim gedaald naar 5% en in 2027 willen we rust",
    "In de afgelopen twee jaar is het aantal meldingen gestegen van 300 naar 420",
    "Inmiddels heeft, na jaren van groei, 55% een baan",
    "Minimaal 60% van de inwoners heeft het afgelopen jaar gesport",
    "Meldingen met een wachttijd > 6 weken gaan naar het wijkteam",
    "Meldingen met een wachttijd langer dan 6 weken gaan naar het wijkteam",
    "De regeling geldt voor kinderen < 12 en ouderen > 67",
    "Bij < 10 aanmeldingen gaat de cursus niet door",
    "Bij minder dan 10 aanmeldingen gaat de cursus niet door",
    "Bij meer dan 10% uitval grijpen we in",
    "Gezinnen waar > 3 hulpverleners komen krijgen een regisseur",
    "Inwoners met een score > 7 krijgen geen hulp",
    "Leeftijd van de doelgroep: > 65",
    "De cursus gaat door als minimaal 10 mensen zich aanmelden",
    "We onderzoeken of het aantal plekken gelijk blijft",
    "Het is onzeker of het gebruik gelijk blijft",
    "Mocht het aantal aanvragen gelijk blijven, dan stoppen we",
    "We weten dat als het gebruik gelijk blijft er een tekort ontstaat",
    "Als het gebruik gelijk blijft, is er een tekort van 5%",
    "De prognose is dat het aantal leerlingen in 2030 daalt met 12%",
    "Het CBS verwacht dat het aantal alleenstaanden in 2030 stijgt met 12%",
    "Naar verwachting daalt de rijksbijdrage in 2027 met 15%",
    "Naar verwachting verdubbelt het aantal alleenstaanden in 2040",
    "In 2027 daalt het aandeel eenzame ouderen naar verwachting van 40% naar 30%",
    "We breiden de pilot uit naar 3 wijken",
    "De pilot wordt uitgebreid naar 3 wijken",
    "In 2026 breidt het Rijk de regeling uit met 20%",
    "De gemeente vergoedt 80% van de kosten in 2027",
    "Inwoners met een inkomen tot 120% van de norm krijgen in 2027 hulp",
    "Naar verwachting groeit het aantal 75-plussers van 18% naar 24% in 2030",
    "In 2020 waren er 36 meldingen",
    "Het aantal steeg met 5% in 2021",
    "Er kwamen meer dan 200 bezoekers",
    "De wachttijd daalde van 12 naar 8 weken",
    "Dit is ruim 45% van de leerlingen",
    "Jongeren van 12 tot 18 jaar",
    "Jeugdigen tussen 12 en 23 jaar",
    "Ouderen vanaf 65 jaar",
    "Inwoners van 75+ en jeugdigen 18-",
    "Artikel 3 lid 2 van de verordening",
    "Zie hoofdstuk 5 en paragraaf 3.2",
    "Bel 14 0573 of 0573-250 250",
    "Hiermee werken we aan kader 1, 2 en 3",
    "Op 1 juli 2024 begint de proef",
    "In 2025 gaan we verder",
    "Begrotingsjaren 2022 t/m 2024",
    "Binnen minimaal 6 maanden",
    "Minimaal een voldoende",
    "Een afname van klachten",
    "Vermindering van de wachtlijsten",
    "De drukte neemt op drie plekken toe",
    "Het loket is 24/7 bereikbaar",
    "Groep 7 en 8 van de basisschool",
    "Percentage jongeren dat 5 of meer glazen drinkt",
    "Bijdrage van € 35.000 per jaar",
    "Kosten € 6.500 tot € 9.000",
    "Per 1.000 inwoners",
    "Aantal inwoners per duizend",
    "Zelfstandig en betaalbaar wonen",
    "Fase 2 start in het derde kwartaal 2023",
    "De 3 gemeenten werken samen",
    "Versie 2.0 van het plan",
    "Motie 14 is aangenomen",
    "We werken zoveel mogelijk samen",
    "Maximaal meedoen naar vermogen",
    "Postbus 200",
    "Het tarief is hoogstens 12 euro",
    "Wijkteam 3 en 4",
    "Programma 6 Sociaal domein",
    "1. Start van het project",
    "De regeling geldt tot een inkomen van 120% van de norm",
    "Wie minder dan 3 jaar in Nederland woont",
    "Kinderen jonger dan 4 jaar",
    "Een lening van ten hoogste € 5.000",
    "De raad heeft in 2022 besloten tot 3 extra plekken",
    "Telefoonnummer 088 123 45 67",
};

TEST(ReadTargets, ReadsStatements) {
  for (const Phrase& phrase : kStatements) {
    EXPECT_EQ(Described(Read(phrase.sentence, TargetPlace::kStatement)), phrase.targets) << phrase.sentence;
  }
}

TEST(ReadTargets, ReadsPlans) {
  for (const Phrase& phrase : kPlans) {
    EXPECT_EQ(Described(Read(phrase.sentence, TargetPlace::kPlan)), phrase.targets) << phrase.sentence;
  }
}

TEST(ReadTargets, LeavesAloneWhatIsNoTarget) {
  for (const char* sentence : kNoTargets) {
    for (const TargetPlace place : {TargetPlace::kStatement, TargetPlace::kPlan}) {
      EXPECT_EQ(Described(Read(sentence, place)), "") << sentence;
    }
  }
}

TEST(ReadTargets, QuotesThePhrase) {
  const auto text = [](absl::string_view sentence) {
    const TargetReading reading = Read(sentence, TargetPlace::kStatement);
    return reading.targets.size() == 1 ? reading.targets[0].text() : "";
  };
  EXPECT_EQ(text("In 2025 kent minimaal 70% van de ouders het loket"), "minimaal 70% van de ouders");
  EXPECT_EQ(text("Het verzuim daalt van 9% in 2021 naar 6% (2025)."), "van 9% in 2021 naar 6% (2025)");
  EXPECT_EQ(text("Het aantal neemt jaarlijks met 5% af."), "neemt jaarlijks met 5% af");
  EXPECT_EQ(text("Het keurmerk is behaald."), "Het keurmerk is behaald.");
}

TEST(ReadTargets, SaysWhatItDidNotUnderstand) {
  EXPECT_THAT(Read("Dit is ruim 45% van de leerlingen", TargetPlace::kStatement).not_understood,
              ElementsAre("45% van de leerlingen"));
  EXPECT_THAT(Read("Minimaal 70% van de kinderen", TargetPlace::kStatement).not_understood, IsEmpty());
  EXPECT_THAT(Read("Van de jongeren rookt 12%", TargetPlace::kPlan).not_understood, IsEmpty());
  for (const char* sentence :
       {"De regeling is voor 100% gesubsidieerd", "De gemeente vergoedt 80% van de kosten in 2027",
        "Inwoners met een inkomen tot 120% van de norm krijgen in 2027 hulp",
        "Inmiddels is het verzuim gedaald naar 5% en in 2027 willen we rust"}) {
    EXPECT_THAT(Read(sentence, TargetPlace::kStatement).not_understood, IsEmpty()) << sentence;
  }
  for (const char* sentence :
       {"Naar verwachting daalt de rijksbijdrage in 2027 met 15%", "Bij meer dan 10% uitval grijpen we in",
        "Minimaal 60% van de inwoners heeft het afgelopen jaar gesport",
        "De cursus gaat door als minimaal 10 mensen zich aanmelden"}) {
    EXPECT_THAT(Read(sentence, TargetPlace::kStatement).not_understood, testing::SizeIs(1)) << sentence;
  }
}

TEST(ReadTargets, AFigureOfAComingYearIsNoFact) {
  EXPECT_EQ(Described(Read("In 2023 sport 40% van de jeugd", TargetPlace::kPlan)),
            "EQUAL_TO 40 PERCENT ABSOLUTE by 2023");
  EXPECT_EQ(Described(Read("In 2021 sport 40% van de jeugd", TargetPlace::kPlan)), "");
  EXPECT_EQ(Described(Read("Waar nu een op de vijf ouder is dan 65 jaar, is dat in 2035 bijna een op de drie",
                           TargetPlace::kPlan)),
            "");
  for (const char* fact : {"Er zijn minimaal 40 wachtenden", "Wij zien dat minimaal 30% van de ouders schulden heeft",
                           "Uit onderzoek blijkt dat minimaal 1 op de 10 kinderen arm is"}) {
    const TargetReading reading = Read(fact, TargetPlace::kPlan);
    EXPECT_EQ(Described(reading), "") << fact;
    EXPECT_EQ(reading.not_understood.size(), 1) << fact;
  }
  EXPECT_EQ(Described(ReadTargets("In 2023 sport 40% van de jeugd", {})), "");
}

// Sentences of random words. A value that is read must be one that some word of the sentence states.
TEST(ReadTargets, NeverInventsAValue) {
  struct Word {
    const char* text;
    const char* value;  // the value that it states; empty when it states none
  };
  constexpr Word kWords[] = {{"minimaal", ""},
                             {"maximaal", ""},
                             {"niet", ""},
                             {"meer dan", ""},
                             {"onder de", ""},
                             {"7,2", "7.2"},
                             {"45%", "45"},
                             {"1.250", "1250"},
                             {"van", ""},
                             {"naar", ""},
                             {"tussen", ""},
                             {"en", ""},
                             {"tot", ""},
                             {"met", ""},
                             {"daalt", ""},
                             {"toename", ""},
                             {"neemt", ""},
                             {"af", ""},
                             {"in 2025", ""},
                             {"jaarlijks", ""},
                             {"een", "1"},
                             {"ouders", ""},
                             {"halvering", "50"},
                             {"(", ""},
                             {")", ""},
                             {",", ""},
                             {";", ""},
                             {"verdubbeling", "100"},
                             {"norm", ""},
                             {"blijft", ""},
                             {"rapportcijfer", ""},
                             {"het gemiddelde in Zeeland", ""},
                             {"ten opzichte van 2020", ""},
                             {"geen enkele", "0"},
                             {"vijfentwintig", "25"},
                             {"procentpunt", ""},
                             {"streven naar", ""},
                             {"nulmeting", ""},
                             {"12", "12"},
                             {"à", ""},
                             {"keurmerk", ""},
                             {"behaald", ""},
                             {"te", ""},
                             {"realiseren", ""},
                             {"€ 1,5 miljoen", "1500000"},
                             {"lager", ""},
                             {"hoger dan", ""},
                             {"driekwart", "75"},
                             {"1 op de 4 gezinnen", "25"},
                             {"of meer", ""},
                             {"weken", ""},
                             {"inkomen", ""},
                             {"was", ""},
                             {"percentage", ""},
                             {"aantal", ""},
                             {"%", ""}};
  std::mt19937 random(20250101);
  std::uniform_int_distribution<size_t> pick(0, std::size(kWords) - 1);
  std::uniform_int_distribution<int> length(1, 14);
  int targets = 0;
  for (int round = 0; round < 20000; ++round) {
    std::string sentence;
    std::vector<std::string> stated;
    for (int n = length(random); n > 0; --n) {
      const Word& word = kWords[pick(random)];
      absl::StrAppend(&sentence, word.text, " ");
      if (*word.value != 0) stated.push_back(word.value);
    }
    for (const TargetPlace place : {TargetPlace::kStatement, TargetPlace::kPlan}) {
      for (const v1::ParsedTarget& target : Read(sentence, place).targets) {
        ++targets;
        if (!target.value().empty()) {
          EXPECT_THAT(stated, testing::Contains(target.value())) << sentence;
        }
        if (!target.baseline_value().empty()) {
          EXPECT_THAT(stated, testing::Contains(target.baseline_value())) << sentence;
        }
        EXPECT_TRUE(target.deadline_year() == 0 || target.deadline_year() == 2025) << sentence;
        EXPECT_TRUE(target.baseline_year() == 0 || absl::StrContains(sentence, absl::StrCat(target.baseline_year())))
            << sentence;
        EXPECT_TRUE(absl::StrContains(sentence, target.text())) << sentence;
      }
    }
  }
  EXPECT_GT(targets, 1000);
}

TEST(ReadTargets, TakesAnyBytes) {
  std::mt19937 random(7);
  std::uniform_int_distribution<int> byte(0, 255);
  for (int round = 0; round < 5000; ++round) {
    std::string bytes(40, ' ');
    for (char& c : bytes) c = static_cast<char>(byte(random));
    Read(bytes, TargetPlace::kStatement);
    Read(absl::StrCat("minimaal 5% ", bytes, " € 3 ", bytes), TargetPlace::kPlan);
  }
}

// A reader whose work grows with the square of the length would need hours for these.
TEST(ReadTargets, IsLinear) {
  for (absl::string_view part : {"minimaal ",
                                 "van 1% naar ",
                                 "tussen 1 en ",
                                 "neemt ",
                                 "2024 ",
                                 "daling ",
                                 "niet meer dan gemiddeld ",
                                 "(",
                                 "1 ",
                                 "keurmerk behaald ",
                                 "halvering ",
                                 "minimaal 5 in 2024, ",
                                 "blijft gelijk ",
                                 "€ 5 ",
                                 "een op de ",
                                 "te ",
                                 "5-",
                                 "ten opzichte van 2020 ",
                                 "een kwart ",
                                 "inmiddels is 5% en in 2025 6% ",
                                 "als het < 5 ",
                                 "aaaaaaaa",
                                 "é",
                                 "geven 5 uit kosten hoger dan gemiddelde in Zeeland "}) {
    std::string text;
    while (text.size() < 250000) absl::StrAppend(&text, part);
    const absl::Time start = absl::Now();
    Read(text, TargetPlace::kStatement);
    EXPECT_LT(absl::Now() - start, absl::Seconds(30)) << part;
  }
}

}  // namespace
}  // namespace regiokompas::intake
