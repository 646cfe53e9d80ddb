using System.Globalization;
using System.Text;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Scoring;

namespace TeleMonitor.Evaluation.Icu;

/// <summary>The part of the page about real data.</summary>
internal sealed class IcuPage(IReadOnlyDictionary<string, Chart> charts)
{
    private readonly StringBuilder page = new();

    /// <summary>Reads the file and works everything out.</summary>
    /// <param name="file">vitals_hourly.csv.gz.</param>
    /// <param name="last">True: the kept patients too.</param>
    public string Of(string file, bool last)
    {
        IcuPatient[] all = [.. IcuFile.Read(file)];
        List<(string Name, IcuPatient[] Patients)> parts = [("open", [.. all.Where(patient => !patient.IsKept)])];
        if (last)
        {
            parts.Add(("kept", [.. all.Where(patient => patient.IsKept)]));
        }
        page.Append(Introduction);
        page.Append("\n| patients | number | hours | all five numbers | fio2 recorded | fio2 that cannot be | septic | septic hours |\n|---|---|---|---|---|---|---|---|\n");
        foreach ((string name, IcuPatient[] patients) in parts)
        {
            IcuHour[] hours = [.. patients.SelectMany(patient => patient.Hours)];
            int complete = hours.Count(hour => IcuSets.IsComplete(hour.Numbers)), oxygen = hours.Count(hour => hour.Fio2 is not null), wrong = hours.Count(hour => hour.Fio2 is < 0 or > 100);
            page.Append($"| {name} | {patients.Length:#,0} | {hours.Length:#,0} | {Percent((double)complete / hours.Length)} | {Percent((double)oxygen / hours.Length)} | {wrong:#,0} | {patients.Count(patient => patient.Labelled is not null):#,0} | {hours.Count(hour => hour.Septic):#,0} |\n");
        }
        Counts(last ? [.. parts, ("all", all)] : parts);
        Areas(parts);
        Burdens(parts);
        Dropping(parts);
        Deciding(parts);
        Confirm(parts);
        page.Append(Limits);
        return page.ToString();
    }

    private void Counts(List<(string Name, IcuPatient[] Patients)> parts)
    {
        page.Append(CountsText);
        foreach ((string id, Chart chart) in charts.OrderByDescending(pair => pair.Key, StringComparer.Ordinal))
        {
            var columns = parts.SelectMany(part => new[] { CountedSets.All, CountedSets.AsPrinted, CountedSets.AllWhole }
                .Select(which => (part.Name, which, Counts: ScoreCounts.Of(part.Patients, chart, which)))).ToList();
            page.Append($"\n**{chart.Name}**, by total\n\n| |{string.Concat(columns.Select(column => $" {column.Name}, {Word(column.which)} |"))}\n|---|{string.Concat(columns.Select(_ => "---|"))}\n");
            page.Append($"| sets |{string.Concat(columns.Select(column => $" {column.Counts.Sets:#,0} |"))}\n");
            for (int total = 0; total < columns[0].Counts.Totals.Count; total++)
            {
                page.Append($"| {total} |{string.Concat(columns.Select(column => $" {column.Counts.Totals[total]:#,0} |"))}\n");
            }
            foreach (Triage triage in new[] { Triage.Green, Triage.Yellow, Triage.Red })
            {
                page.Append($"| {TriageWord.Of(triage)} |{string.Concat(columns.Select(column => $" {column.Counts[triage]:#,0} |"))}\n");
            }
        }
    }

    private static string Word(CountedSets which) => which switch { CountedSets.All => "all", CountedSets.AsPrinted => "integer-valued", _ => "temperature whole too" };

    private void Areas(List<(string Name, IcuPatient[] Patients)> parts)
    {
        page.Append("\n### Does a total tell septic hours from others?\n\nAUROC over complete sets; interval from 1,000 draws of whole patients.\n\n| patients | chart | values at most | complete sets | AUROC (95 %) |\n|---|---|---|---|---|\n");
        foreach ((string name, Chart chart, int age, ScoredPatient[] scored) in Each(parts))
        {
            (long sets, Statistics.Interval area) = IcuStudy.Area(scored, chart.Parts.Sum(part => part.MaxPoints));
            page.Append($"| {name} | {chart.Name} | {age} h old | {sets:#,0} | {area.Number()} |\n");
        }
    }

    private void Burdens(List<(string Name, IcuPatient[] Patients)> parts)
    {
        page.Append(BurdenText);
        foreach ((string name, Chart chart, int age, ScoredPatient[] scored) in Each(parts))
        {
            foreach (IcuRule rule in IcuRule.All.Where(rule => string.Equals(rule.Chart, chart.Id, StringComparison.Ordinal)))
            {
                RuleFigures figures = RuleFigures.Of(scored, rule.IsMet);
                page.Append($"| {name} | {rule.Name} | {age} h | {figures.Septic} | {figures.Sensitivity.Percent()} | {figures.PerDay.Number("0.00")} | {figures.Quiet.Percent()} |\n");
            }
        }
    }

    private void Dropping(List<(string Name, IcuPatient[] Patients)> parts)
    {
        page.Append(DroppingText);
        foreach ((string name, Chart chart, int age, ScoredPatient[] scored) in Each(parts))
        {
            foreach (double chance in age == 0 ? [0, 0.1, 0.2, 0.3, 0.5] : Array.Empty<double>())
            {
                DroppedFigures left = IcuStudy.Dropped(scored, chart, chance);
                page.Append($"| {name} | {chart.Name} | {Percent(chance)} | {left.Area.Number()} | {Percent(left.Decided)} | {Percent(left.StillRaised)} | {Percent(left.StillRed)} | {left.Contradicted} |\n");
            }
        }
    }

    private void Deciding(List<(string Name, IcuPatient[] Patients)> parts)
    {
        page.Append(DecidingText);
        (string, Func<Vital, bool>)[] views =
        [
            ("all, answers by the convention", _ => true),
            ("nobody asked: no consciousness, no oxygen answer", vital => vital is not (Vital.Consciousness or Vital.Oxygen)),
            ("home kit with cuff and thermometer: pulse, SpO2, temperature, systolic", vital => vital is Vital.Pulse or Vital.Spo2 or Vital.Temperature or Vital.Systolic),
            ("home oximeter: pulse, SpO2", vital => vital is Vital.Pulse or Vital.Spo2),
        ];
        foreach ((string name, Chart chart, int age, ScoredPatient[] scored) in Each(parts))
        {
            foreach ((string view, Func<Vital, bool> keep) in views)
            {
                (long[] triages, Vital? next) = IcuStudy.Decided(scored, chart, keep);
                double all = triages.Sum();
                page.Append($"| {name} | {chart.Name} | {age} h | {view} | {Percent(triages[(int)Triage.Red] / all)} | {Percent(triages[(int)Triage.Yellow] / all)} | {Percent(triages[(int)Triage.Green] / all)} | {Percent(triages[(int)Triage.Unknown] / all)} | {(next is { } vital ? VitalCode.Of(vital).Name : "–")} |\n");
            }
        }
    }

    private void Confirm(List<(string Name, IcuPatient[] Patients)> parts)
    {
        page.Append(ConfirmText);
        foreach ((string name, Chart chart, int age, ScoredPatient[] scored) in Each(parts).Where(each => each.Age == 4))
        {
            RuleFigures atOnce = RuleFigures.Of(scored, (patient, at) => patient.Scores[at].Lowest >= chart.Red.Total);
            page.Append($"| {name} | {chart.Name} ≥ {chart.Red.Total} | at once | {atOnce.PerDay.Value.ToString("0.000", CultureInfo.InvariantCulture)} | {Percent(atOnce.Sensitivity.Value)} | | |\n");
            foreach (Confirming arm in Confirming.Of(scored, chart))
            {
                page.Append($"| {name} | {chart.Name} ≥ {chart.Red.Total} | {arm.Name} | {arm.PerDay.ToString("0.000", CultureInfo.InvariantCulture)} | {Percent(arm.Sensitivity)} | {Percent(arm.Higher)} | {arm.Gain.Percent("+0.0;-0.0;0.0")} |\n");
            }
        }
    }

    private IEnumerable<(string Name, Chart Chart, int Age, ScoredPatient[] Scored)> Each(List<(string Name, IcuPatient[] Patients)> parts) =>
        from part in parts
        from chart in charts.Values.OrderByDescending(chart => chart.Id, StringComparer.Ordinal)
        from age in IcuStudy.Ages
        select (part.Name, chart, age, part.Patients.Select(patient => ScoredPatient.Of(patient, chart, age)).ToArray());

    private static string Percent(double share) => double.IsNaN(share) ? "–" : (share * 100).ToString("0.0", CultureInfo.InvariantCulture) + " %";

    private const string Introduction = """

        ## Real data: intensive care, hour by hour

        `../shared/data/icu-vitals/vitals_hourly.csv.gz`: PhysioNet/CinC Challenge 2019, set B (CC BY 4.0; Reyna 2019, doi 10.1097/CCM.0000000000004145). Scored by the
        product's own `Scorer` with the shipped charts. Convention: consciousness alert, on oxygen where fio2 is above 0.21, else on air; SpO2 scale 1; recorded numbers as
        they are, dirt included. Patients whose number is divisible by four (*kept*; half of them, since the file has even numbers only) are scored by the last run only (`--last icu`).

        """;

    private const string CountsText = """

        ### Exact score counts

        Sets with pulse, SpO2, temperature, systolic and respiration in the same hour. *Integer-valued*: the first four are whole numbers and the temperature has one decimal at
        most, so that nothing lies between two printed bands. The other sets are scored by the chart's rule for values between bands (the higher points).

        """;

    private const string BurdenText = """

        ### Found in time, against alerts per patient-day

        An alert begins where the lowest possible total (or the triage) reaches the rule and did not in the hour before. A septic patient is found where the rule is met within
        six hours of the first positive label, that is from twelve hours before the onset to the onset. *Quiet*: patients without sepsis who never raise an alert.

        | patients | rule | values at most | septic | found, % (95 %) | alerts per patient-day (95 %) | quiet, % (95 %) |
        |---|---|---|---|---|---|---|

        """;

    private const string DroppingText = """

        ### When values are lost

        Complete sets, each of the five numbers lost with a chance of its own. The AUROC is that of the lowest possible total, which is also what counting a missing value as 0
        would give. *Still raised*: of the sets that are Yellow or Red when whole. A system that fills in zeros would call the rest of them Green; here they are Unknown.
        *Contradicted*: sets that were decided otherwise than the whole set decides, a Yellow that would have been Red left out.

        | patients | chart | lost | AUROC of the lowest total | decided | still raised | still Red | contradicted |
        |---|---|---|---|---|---|---|---|

        """;

    private const string DecidingText = """

        ### How often the bounds decide

        Every recorded hour, complete or not. Green needs everything that the chart asks for, so a kit that lacks a part can only ever say Yellow, Red or Unknown.

        | patients | chart | values at most | known | Red | Yellow | Green | Unknown | to measure next, mostly |
        |---|---|---|---|---|---|---|---|---|

        """;

    private const string ConfirmText = """

        ### Confirm, or simply a higher threshold?

        Red by its total waits for the next recorded hour (at most two hours on) to be Red too. Beside it the sensitivity of a higher threshold that gives as many alerts, between
        two whole thresholds in proportion. Values up to 4 h old. In the product the alert goes at once and only the Red counts later; here the waiting counts fully against it.

        | patients | Red at | arm | alerts per patient-day | found | a higher threshold, as many alerts | gain of confirming, points (95 %) |
        |---|---|---|---|---|---|---|

        """;

    private const string Limits = """

        ### What this cannot say about homes

        These are patients of an intensive care unit: a nurse is at the bed, values are charted by people and monitors, every hour has some vital and a third has all five, many
        are ventilated or on drugs that hold pulse and pressure, and one in seventeen becomes septic. At home a citizen measures two vitals twice a day, alone, mostly well, with COPD and not
        sepsis; nobody counts respiration or judges consciousness. Alerts per patient-day here are therefore no forecast of a nurse's day, the label (sepsis by the challenge's
        definition, six hours ahead) is no COPD attack, and an AUROC over ICU hours ranks ICU hours. Sicker patients are also measured more often, which makes complete sets a
        choice of their own. The fio2 field is mostly empty, so "on air" is often only not recorded, which lowers NEWS2. Hours, not minutes, lie between two values, so that
        confirming is judged on real change as much as on measurement error. What carries over: that the scoring is exact on real numbers and real dirt, what missing and old values
        do to the certainty of a triage, and that bounds never decide against the whole set.

        """;
}
