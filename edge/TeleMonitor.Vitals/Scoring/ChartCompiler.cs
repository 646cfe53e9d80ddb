using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Vitals.Scoring;

/// <summary>Checks a chart file and makes its tables. Collects every problem instead of stopping at the first.</summary>
internal sealed class ChartCompiler(string fileName)
{
    private const int Scales = 2;
    private readonly List<string> problems = [];

    public IReadOnlyList<string> Problems => problems;

    public Chart? Compile(ChartFile file)
    {
        Require(file.Id.Length is > 0 and <= 32 && file.Id.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c)), "id", "must be lower-case letters and digits");
        Require(file.Version.Length > 0, "version", "must not be empty");
        Require(file.Name.Length > 0, "name", "must not be empty");
        Require(file.Source.Length > 0, "source", "must name the publication");
        Require(file.Parts.Count > 0, "parts", "must not be empty");
        var parts = new List<ChartPart>();
        for (int index = 0; index < file.Parts.Count; index++)
        {
            if (Required(file.Parts[index], $"parts[{index}]") is { } given && CompilePart(given, $"parts[{index}]") is { } part)
            {
                Require(parts.TrueForAll(other => other.Vital != part.Vital), $"parts[{index}].vital", "stands twice in the chart");
                parts.Add(part);
            }
        }
        Threshold red = CompileThreshold(file.Red, parts, "red"), yellow = CompileThreshold(file.Yellow, parts, "yellow");
        if (problems.Count == 0)
        {
            int most = parts.Sum(part => part.MaxPoints);
            Require(red.Total <= most, "red.total", $"must be reachable: the parts give at most {most}");
        }
        Require(yellow.Total < red.Total, "yellow.total", "must be below red.total");
        var asks = new VitalMask(0);
        asks = parts.Aggregate(asks, (mask, part) => mask.With(part.Vital));
        return problems.Count > 0 ? null : new Chart
        {
            Id = file.Id, Version = file.Version, Name = file.Name, Source = file.Source, Approved = file.Approved,
            Parts = parts, PartArray = [.. parts], Red = red, Yellow = yellow, Asks = asks,
        };
    }

    private ChartPart? CompilePart(ChartFile.PartFile file, string place)
    {
        VitalCode? code = VitalCode.FromName(file.Vital);
        if (code is not { CanBeScored: true })
        {
            Require(false, place + ".vital", $"'{file.Vital}' is no vital that can be scored; those are {string.Join(", ", VitalCode.All.Where(row => row.CanBeScored).Select(row => row.Name))}");
            return null;
        }
        return code.IsAnswer ? CompileWords(code, file, place) : CompileBands(code, file, place);
    }

    private ChartPart? CompileWords(VitalCode code, ChartFile.PartFile file, string place)
    {
        Require(file.Bands is null && file.Variants is null && file.Resolution is null && file.Between is null && file.SiteCorrection is null && file.ConfirmRectally is null,
            place, "is answered with a word: give words and nothing else");
        int[] words = new int[code.Vital == Vital.Oxygen ? 3 : 8];
        Array.Fill(words, -1);
        words[0] = 0;
        foreach ((string word, int points) in file.Words ?? new Dictionary<string, int>())
        {
            int number = code.Vital == Vital.Oxygen
                ? AnswerWord.TryRead(word, out OxygenAnswer oxygen) ? (int)oxygen : 0
                : AnswerWord.TryRead(word, out Consciousness consciousness) ? (int)consciousness : 0;
            if (Require(number > 0, $"{place}.words.{word}", $"is not a word of {code.Name}")
                && Require(points is >= 0 and <= ChartFile.MostPoints, $"{place}.words.{word}", $"must be 0 to {ChartFile.MostPoints}"))
            {
                words[number] = points;
            }
        }
        // every word must have its points: a word without would have to be guessed when it comes
        Require(!words.Contains(-1), place + ".words", $"must give points for every word: {(code.Vital == Vital.Oxygen ? AnswerWord.OxygenChoices : AnswerWord.ConsciousnessChoices)}");
        return new ChartPart(code.Vital, words[1..].Min(), words[1..].Max()) { Words = words };
    }

    private ChartPart? CompileBands(VitalCode code, ChartFile.PartFile file, string place)
    {
        Require(file.Words is null, place, "is a number: give bands, not words");
        int step = InHundredths(file.Resolution ?? 0, place + ".resolution");
        if (!Require(step is > 0 and <= 1000, place + ".resolution", "must be the printed resolution, such as 1 or 0.1, at most 10"))
        {
            return null;
        }
        Between between = Between.BothNeighbours;
        Require(file.Between is "both-neighbours" or "floor-and-half-up", place + ".between", "must be both-neighbours or floor-and-half-up");
        if (file.Between is "floor-and-half-up")
        {
            between = Between.FloorAndHalfUp;
        }
        PointTable[,]? tables = CompileTables(file, step, between, place);
        if (tables is null)
        {
            return null;
        }
        PointTable[] all = [.. tables.Cast<PointTable>()];
        return new ChartPart(code.Vital, all.Min(table => table.Min), all.Max(table => table.Max))
        {
            Tables = all, // row by row: scale, then oxygen
            HasOneTable = Array.TrueForAll(all, table => ReferenceEquals(table, all[0])),
            SiteCorrection = CompileSites(code, file, place),
            ConfirmRectally = CompileConfirm(file, place),
        };
    }

    private (int Below, int Above)? CompileConfirm(ChartFile.PartFile file, string place)
    {
        if (file.ConfirmRectally is not { } confirm)
        {
            return null;
        }
        Require(file.SiteCorrection is not null, place + ".confirm_rectally", "needs a site_correction beside it: it looks at the corrected value");
        int below = InHundredths(confirm.Below, place + ".confirm_rectally.below"), above = InHundredths(confirm.Above, place + ".confirm_rectally.above");
        Require(below < above, place + ".confirm_rectally", "below must be lower than above");
        return (below, above);
    }

    private PointTable[,]? CompileTables(ChartFile.PartFile file, int step, Between between, string place)
    {
        var tables = new PointTable?[Scales, 2];
        if (!Require((file.Bands is null) != (file.Variants is null), place, "must have either bands or variants"))
        {
            return null;
        }
        if (file.Bands is { } bands)
        {
            PointTable? table = CompileTable(bands, step, between, place + ".bands");
            for (int scale = 0; scale < Scales; scale++)
            {
                (tables[scale, 0], tables[scale, 1]) = (table, table);
            }
        }
        for (int index = 0; index < (file.Variants?.Count ?? 0); index++)
        {
            if (Required(file.Variants![index], $"{place}.variants[{index}]") is { } variant)
            {
                FillVariant(variant, tables, step, between, $"{place}.variants[{index}]");
            }
        }
        Require(!tables.Cast<PointTable?>().Contains(null), place, "must say how to score every scale (1 and 2), on air and on oxygen");
        return tables.Cast<PointTable?>().Contains(null) ? null : (PointTable[,])tables!;
    }

    private void FillVariant(ChartFile.VariantFile variant, PointTable?[,] tables, int step, Between between, string place)
    {
        bool known = Require(variant.Scale is 1 or 2, place + ".scale", "must be 1 or 2")
            & Require(variant.Oxygen is null or "yes" or "no", place + ".oxygen", "must be yes or no, or absent for both");
        if (!known || CompileTable(variant.Bands, step, between, place + ".bands") is not { } table)
        {
            return;
        }
        for (int oxygen = 0; oxygen < 2; oxygen++)
        {
            if (variant.Oxygen is null || (variant.Oxygen is "yes") == (oxygen == 1))
            {
                Require(tables[variant.Scale - 1, oxygen] is null, place, "overlaps another variant");
                tables[variant.Scale - 1, oxygen] = table;
            }
        }
    }

    private PointTable? CompileTable(IReadOnlyList<ChartFile.BandFile> files, int step, Between between, string place)
    {
        int before = problems.Count;
        var bands = new List<Band>();
        for (int index = 0; index < files.Count; index++)
        {
            string at = $"{place}[{index}]";
            if (Required(files[index], at) is not { } file)
            {
                bands.Add(default); // the place is named; the bands after it are checked on
                continue;
            }
            int? from = file.From is { } low ? InHundredths(low, at + ".from") : null;
            int? to = file.To is { } high ? InHundredths(high, at + ".to") : null;
            Require(file.Points is >= 0 and <= ChartFile.MostPoints, at + ".points", $"must be 0 to {ChartFile.MostPoints}");
            Require((from is null) == (index == 0), at + ".from", "is absent in the first band and only there");
            Require((to is null) == (index == files.Count - 1), at + ".to", "is absent in the last band and only there");
            Require(from is null || to is null || from <= to, at, "from must not be above to");
            Require((from ?? 0) % step == 0 && (to ?? 0) % step == 0, at, "edges must stand on the resolution");
            Require(index == 0 || bands[^1].To is not { } last || from == last + step, at + ".from", "must follow the band before it without gap or overlap");
            Require(from is null or (>= 0 and <= 100_000), at + ".from", "must be between 0 and 1000");
            bands.Add(new Band(from, to, file.Points));
        }
        Require(bands.Count >= 2, place, "must have at least two bands");
        return problems.Count > before ? null : new PointTable(bands, step, between);
    }

    private int[] CompileSites(VitalCode code, ChartFile.PartFile file, string place)
    {
        if (file.SiteCorrection is null)
        {
            return [];
        }
        Require(code.Vital == Vital.Temperature, place + ".site_correction", "belongs to the temperature only");
        int[] corrections = new int[Enum.GetValues<Site>().Length];
        foreach ((string word, decimal correction) in file.SiteCorrection)
        {
            if (Require(AnswerWord.TryRead(word, out Site site) && site != Site.None, $"{place}.site_correction.{word}", $"is not one of {AnswerWord.SiteChoices}"))
            {
                corrections[(int)site] = InHundredths(correction, $"{place}.site_correction.{word}");
            }
        }
        return corrections;
    }

    private Threshold CompileThreshold(ChartFile.ThresholdFile file, IReadOnlyList<ChartPart> parts, string place)
    {
        Require(file.Total >= 1, place + ".total", "must be at least 1");
        Require(file.SinglePoints is null or (>= 1 and <= ChartFile.MostPoints), place + ".single_points", $"must be 1 to {ChartFile.MostPoints}");
        var above = new List<SingleAbove>();
        foreach (ChartFile.AboveFile? given in file.SingleAbove ?? [])
        {
            if (Required(given, place + ".single_above") is not { } rule)
            {
                continue;
            }
            VitalCode? code = VitalCode.FromName(rule.Vital);
            bool scored = code is { IsAnswer: false } && parts.Any(part => part.Vital == code.Vital);
            if (Require(scored, place + ".single_above.vital", $"'{rule.Vital}' is not a measured part of this chart"))
            {
                above.Add(new SingleAbove(code!.Vital, InHundredths(rule.Value, place + ".single_above.value")));
            }
        }
        return new Threshold(file.Total, file.SinglePoints, above.ToArray());
    }

    private int InHundredths(decimal value, string place)
    {
        bool whole = Require(Math.Abs(value) <= Hundredths.Limit && value * 100m == decimal.Truncate(value * 100m), place, "must have at most two decimals");
        return whole ? (int)(value * 100m) : 0;
    }

    /// <summary>JSON can put null into any list.</summary>
    private T? Required<T>(T? given, string place) where T : class
    {
        Require(given is not null, place, "must be an object");
        return given;
    }

    private bool Require(bool held, string place, string expected)
    {
        if (!held)
        {
            problems.Add($"{fileName}: {place} {expected}");
        }
        return held;
    }
}
