using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Vitals.Plans;

/// <summary>
/// One citizen's limits for one vital, as a doctor or nurse signed them (clinical.md 3.2). No figure has a default: none is published for
/// homes. A value at the edge counts as the worse side.
/// </summary>
/// <param name="Vital">Name of a measured vital (<see cref="VitalCode.Name"/>).</param>
/// <param name="Unit">UCUM unit of the figures. Another than the vital's own is never converted: values of it ask for a person.</param>
/// <param name="LowRed">At or below: Red. At most two decimals, as all four.</param>
/// <param name="LowYellow">At or below: Yellow.</param>
/// <param name="HighYellow">At or above: Yellow.</param>
/// <param name="HighRed">At or above: Red.</param>
/// <param name="Relative">True: the figures are differences from the citizen's own baseline, so that low ones are below zero.</param>
/// <param name="Margin">How far a value must be back inside before a limit that was crossed counts as kept again; 0 or more, in the same unit.</param>
/// <param name="Review">Last day before a doctor looks at them again; from the day after they hold on, and new ones are asked for.</param>
public sealed record Limit(
    string Vital, string Unit, decimal? LowRed = null, decimal? LowYellow = null, decimal? HighYellow = null, decimal? HighRed = null, bool Relative = false,
    decimal Margin = 0, DateOnly? Review = null)
{
    /// <summary>What is wrong with it, each with the field and what was expected.</summary>
    /// <param name="place">Stands before each sentence.</param>
    /// <param name="problems">Takes them.</param>
    public void Check(string place, List<string> problems)
    {
        VitalCode? code = VitalCode.FromName(Vital);
        if (code is null || code.IsAnswer)
        {
            problems.Add($"{place}.vital: '{Vital}' is not measured as a number; expected one of {string.Join(", ", VitalCode.All.Where(one => !one.IsAnswer).Select(one => one.Name))}");
        }
        if (LowRed is null && LowYellow is null && HighYellow is null && HighRed is null)
        {
            problems.Add($"{place}: names no limit; expected low_red, low_yellow, high_yellow or high_red");
        }
        CheckFigure(place, "low_red", LowRed, problems);
        CheckFigure(place, "low_yellow", LowYellow, problems);
        CheckFigure(place, "high_yellow", HighYellow, problems);
        CheckFigure(place, "high_red", HighRed, problems);
        CheckFigure(place, "margin", Margin, problems);
        if (Margin < 0)
        {
            problems.Add($"{place}.margin: {Margin} is below 0");
        }
        CheckOrder(place, problems);
    }

    private void CheckOrder(string place, List<string> problems)
    {
        (string Name, decimal? Figure)[] rising = [("low_red", LowRed), ("low_yellow", LowYellow), ("high_yellow", HighYellow), ("high_red", HighRed)];
        (string Name, decimal? Figure)? before = null;
        foreach ((string Name, decimal? Figure) one in rising.Where(one => one.Figure is not null))
        {
            bool isAcross = before is { } last && last.Name[0] != one.Name[0];
            if (before is { } lower && (isAcross ? one.Figure <= lower.Figure : one.Figure < lower.Figure))
            {
                problems.Add($"{place}.{one.Name}: {one.Figure} is not above {lower.Name} {lower.Figure}");
            }
            before = one;
        }
    }

    private static void CheckFigure(string place, string name, decimal? figure, List<string> problems)
    {
        if (figure is { } number && (Math.Abs(number) > Hundredths.Limit || decimal.Truncate(number * 100m) != number * 100m))
        {
            problems.Add($"{place}.{name}: {number} has more than two decimals or is beyond {Hundredths.Limit}");
        }
    }
}
