using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Vitals.Wire;

/// <summary>What the JSON of an item may say and its types cannot forbid: lists with null in them, words nobody knows, numbers out of range.</summary>
internal static class ItemCheck
{
    private const int MostCodeLength = 64, MostPoints = 3;
    private const long MostAgeSeconds = 200L * 366 * 86400;
    private const double MostOffsetSeconds = 200 * 365.25 * 86400; // a clock without a battery begins in 1970; more than twice that is no clock

    /// <summary>One sentence that names the field; empty when nothing is wrong.</summary>
    public static string Problem(Item item)
    {
        if (item.Tick < 0 || item.Assignment < 0 || item.Code.Length is 0 or > MostCodeLength)
        {
            return $"tick and asg must not be negative, code must have 1 to {MostCodeLength} characters";
        }
        return item switch
        {
            ReadingItem reading => OfReading(reading),
            ScoreItem score => OfScore(score),
            AssessmentItem assessment => OfAssessment(assessment),
            AlertItem alert => OfAlert(alert),
            HelpItem help => OfHelp(help),
            StatusItem status => OfStatus(status),
            FindingItem finding => finding.Detail is not { } detail || detail.Any(pair => pair.Value is null) ? "detail must be texts" : "",
            ThinnedItem thinned => Range(thinned.From, thinned.To) is { Length: > 0 } range ? range : OfThinned(thinned),
            GoneItem gone => !WireWord.Lanes.Contains(gone.Lane) ? $"lane '{gone.Lane}' is none of alert, reading, status" : Range(gone.From, gone.To),
            TimeCorrectedItem time => time.FromTick < 0 || time.ToTick < time.FromTick || Math.Abs(time.OffsetSeconds) > MostOffsetSeconds || time.Boot is { Length: 0 }
                ? "from_tick must not be negative nor above to_tick, offset_seconds at most 200 years either way" : "",
            EndedItem { Assignment: 0 } => "asg must name the assignment that has ended",
            _ => "",
        };
    }

    private static string Range(long from, long to) => from >= 1 && from <= to && to <= Batch.MaxFirst ? "" : "from must be at least 1 and not above to";

    private static string OfThinned(ThinnedItem thinned) =>
        thinned.Vitals.Count > 0 && thinned.Vitals.All(vital => vital is { Code.Length: > 0 and <= MostCodeLength, Count: >= 1 }
            && vital.Min <= vital.Max && double.IsFinite(vital.Min) && double.IsFinite(vital.Max) && double.IsFinite(vital.Mean)
            && double.IsFinite(vital.First) && double.IsFinite(vital.Last))
            ? "" : "vitals must be at least one object with code, count from 1, and finite min (not above max), max, mean, first, last";

    private static string OfStatus(StatusItem status)
    {
        if (status.Lanes.Any(lane => lane is null or { Waiting: < 0 } or { Last: < 0 }) || status.UptimeSeconds < 0 || status.NoticeThrough < 0)
        {
            return "lanes must be objects, and no count negative";
        }
        if (status.Clock is { } clock && (clock.State is not ("synchronised" or "holdover" or "unset") || clock.OffsetSeconds is { } offset && !double.IsFinite(offset)))
        {
            return "clock.state must be synchronised, holdover or unset";
        }
        if (status.Urgent is not (null or "nothing" or "waiting" or "sent" or "not-sent"))
        {
            return "urgent must be nothing, waiting, sent or not-sent";
        }
        if (status.Profile is { } profile && !(profile.Version >= 1 && IsHash(profile.Hash)))
        {
            return "profile must have a version from 1 and a hash of 64 hex digits";
        }
        return status.Disk is { UsedBytes: < 0 } or { LimitBytes: < 0 } or { Thinned: < 0 } || (status.Findings?.Any(code => code is null) ?? false)
            ? "no count of disk may be negative, findings must be texts" : "";
    }

    private static string OfReading(ReadingItem reading)
    {
        bool answer = string.Equals(reading.Kind, WireWord.Answer, StringComparison.Ordinal);
        if (answer ? reading.Answer is null || reading.Value is not null || reading.Special is not null
            : reading.Answer is not null || (reading.Value is null) == (reading.Special is null))
        {
            return answer ? "an answer must have answer, and neither value nor special" : "a reading must have either value or special, and no answer";
        }
        if (reading.Value is { } value && !double.IsFinite(value))
        {
            return "value is too large for a number"; // 1e400 reads as infinity, which could never be written again
        }
        if (answer && IsQuestion(reading.Code) && !(AnswerCode.TryRead(reading.Code, out _, out _) && AnswerCode.IsWord(reading.Answer)))
        {
            // a code and a word of the questionnaire, never what a citizen wrote: free text may name somebody
            return $"an answer to a question must have a code {AnswerCode.Prefix}QUESTIONNAIRE/QUESTION and a word, both of a-z, 0-9 and hyphens";
        }
        return HasNull(reading.Reasons) ? "reasons must be texts" : Grade(reading.Grade);
    }

    /// <summary>True for what is neither a vital nor a code of an earlier version, which had none with two slashes.</summary>
    private static bool IsQuestion(string code) => code.StartsWith(AnswerCode.Prefix, StringComparison.Ordinal) && code.IndexOf('/', AnswerCode.Prefix.Length) >= 0;

    private static string OfScore(ScoreItem score)
    {
        if (!string.Equals(score.Code, WireWord.ScorePrefix + score.Chart, StringComparison.Ordinal))
        {
            return $"code must be {WireWord.ScorePrefix} and the chart, it is '{score.Code}' with chart '{score.Chart}'";
        }
        if (score.Inputs.Any(input => input is null || input.Code.Length == 0))
        {
            return "inputs must be objects with tick and code";
        }
        return Required(score.Required) is { Length: > 0 } problem ? problem
            : Result(score.Parts, score.Missing, score.Total, score.Lowest, score.Highest, score.Scale, score.Triage);
    }

    private static string OfAssessment(AssessmentItem assessment)
    {
        if (!string.Equals(assessment.Code, WireWord.PlanAssessment, StringComparison.Ordinal) || assessment is { Plan.Length: 0 } or { PlanVersion.Length: 0 })
        {
            return $"an assessment must have code {WireWord.PlanAssessment}, plan and plan_version";
        }
        return HasNull(assessment.Reasons) || HasNull(assessment.Missing) || HasNull(assessment.Stale) || HasNull(assessment.Cleared ?? [])
            ? "reasons, missing, stale and cleared must be texts" : Triage(assessment.Triage);
    }

    private static string Required(IReadOnlyList<string>? required) => required is null || (required.Count > 0 && required.All(name => name is not null && VitalCode.FromName(name) is not null))
        ? "" : "required must be names of vitals, at least one";

    private static string OfAlert(AlertItem alert)
    {
        if (!TriageWord.TryRead(alert.Triage, out _))
        {
            return Triage(alert.Triage);
        }
        if (alert.New is { } gained && HasNull(gained))
        {
            return "new must be texts";
        }
        return alert.Profile is < 1 ? "profile must be 1 or more" : OfEvidence(alert.Reasons, alert.Inputs, alert.Scores);
    }

    private static string OfHelp(HelpItem help)
    {
        if (!string.Equals(help.Code, WireWord.HelpPressed, StringComparison.Ordinal) || !string.Equals(help.Triage, TriageWord.Of(Readings.Triage.Red), StringComparison.Ordinal)
            || HasNull(help.Reasons) || !help.Reasons.Contains(Reason.Help, StringComparer.Ordinal) || help.Presses is < 1)
        {
            return $"a help press must have code {WireWord.HelpPressed}, triage red, the reason {Reason.Help}, and presses from 1";
        }
        return OfEvidence(help.Reasons, help.Inputs, help.Scores);
    }

    private static string OfEvidence(IReadOnlyList<string> reasons, IReadOnlyList<AlertInput> inputs, IReadOnlyList<AlertScore> scores)
    {
        if (HasNull(reasons) || inputs.Any(input => input is null) || scores.Any(score => score is null))
        {
            return "reasons must be texts, inputs and scores objects";
        }
        return inputs.Select(OfInput).Concat(scores.Select(score =>
            Required(score.Required) is { Length: > 0 } problem ? problem
                : Result(score.Parts, score.Missing, score.Total, score.Lowest, score.Highest, score.Scale, score.Triage))).FirstOrDefault(found => found.Length > 0) ?? "";
    }

    private static string OfInput(AlertInput input)
    {
        if (HasNull(input.Reasons) || (input.Value is { } value && !double.IsFinite(value)) || (input.Value is null) == (input.Answer is null))
        {
            return "inputs: each must have either a finite value or an answer, and reasons must be texts";
        }
        if (input.AgeSeconds is < -MostAgeSeconds or > MostAgeSeconds)
        {
            return "inputs: age_seconds must be at most 200 years either way"; // no clock says more, and it must stay a time that can be shown
        }
        return Grade(input.Grade);
    }

    private static string Result(IReadOnlyDictionary<string, int> parts, IReadOnlyList<string> missing, int? total, int lowest, int highest, int scale, string triage)
    {
        if (parts.Any(part => part.Value is < 0 or > MostPoints) || HasNull(missing))
        {
            return $"parts must be 0 to {MostPoints}, missing must be texts";
        }
        if (lowest < 0 || highest < lowest || scale is not (1 or 2))
        {
            return "lowest must not be negative nor above highest, scale must be 1 or 2";
        }
        if ((total is null) != (missing.Count > 0) || (total is { } known && (known != lowest || known != highest)))
        {
            return "total must be null exactly while something is missing, and else be both bounds";
        }
        return Triage(triage);
    }

    // the list itself is null where the field is absent: generated readers do not run the initialiser of an init property
    private static bool HasNull(IReadOnlyList<string>? texts) => texts is null || texts.Any(text => text is null);

    private static bool IsHash(string text) => text.Length == 64 && text.All(char.IsAsciiHexDigitLower);

    private static string Triage(string word) => TriageWord.TryRead(word, out _) ? "" : $"triage '{word}' is none of green, yellow, red, unknown";

    private static string Grade(string word) => GradeWord.TryRead(word, out _) ? "" : $"grade '{word}' is none of good, doubtful, unusable";
}

/// <summary>The same for the messages that are no items.</summary>
internal static class MessageCheck
{
    /// <summary>One sentence that names the field; empty when nothing is wrong.</summary>
    public static string Problem(Receipt receipt)
    {
        if (receipt.Hub.Length == 0)
        {
            return "hub must not be empty";
        }
        if (receipt.Answer is { } answer)
        {
            return answer is not "unknown" ? $"answer '{answer}' is not known to this version"
                : receipt.Through is null ? "" : "an unknown gateway has nothing stored: through must be absent";
        }
        bool whole = receipt is { Outbox.Length: > 0, Lane: { } lane, Through: >= 0, Refused: null or >= 0 }
            && WireWord.Lanes.Contains(lane) && Chain.TryParse(receipt.Chain, out _);
        return whole ? "" : "a receipt must have outbox, lane (alert, reading, status), through from 0, chain (16 hex digits), and refused not negative";
    }

    /// <inheritdoc cref="Problem(Receipt)"/>
    public static string Problem(NoticeBatch notices)
    {
        bool whole = notices is { Hub.Length: > 0, First: >= 1 and <= Batch.MaxFirst } && notices.Items.Count > 0
            && notices.Items.All(notice => notice is { Code.Length: > 0, Case: >= 0 });
        return whole ? "" : "notices must have hub, first from 1, and items with code and case";
    }

    /// <inheritdoc cref="Problem(Receipt)"/>
    public static string Problem(Presence presence) =>
        presence is { State: "online" or "offline", Boot.Length: > 0, Connection: >= 0 } ? "" : "presence must have state online or offline, boot, and connection not negative";
}
