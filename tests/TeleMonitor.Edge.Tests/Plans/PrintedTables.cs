using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Edge.Tests.Plans;

/// <summary>A row of values as text would give them; null is missing. One decimal at most, so that no rule between printed values is needed.</summary>
internal sealed record Row(decimal? Pulse, decimal? Respiration, decimal? Spo2, decimal? Temperature, decimal? Systolic, string? Consciousness, bool? Oxygen);

/// <summary>
/// A second reading of clinical.md 1.2 and 2.1 that shares nothing with the product: the printed tables as if/else, and the triage of
/// design.md section 8 in words. Scale 1.
/// </summary>
internal static class PrintedTables
{
    public static (int Lowest, int Highest, Triage Triage) Tobs(Row row)
    {
        int?[] parts =
        [
            row.Pulse is not { } p ? null : p < 40 ? 2 : p < 50 ? 1 : p < 90 ? 0 : p < 110 ? 1 : p < 130 ? 2 : 3,
            row.Respiration is not { } r ? null : r < 9 ? 3 : r < 12 ? 1 : r < 21 ? 0 : r < 25 ? 2 : 3,
            row.Temperature is not { } t ? null : t < 34 ? 3 : t < 36 ? 2 : t < 38 ? 0 : t < 39 ? 1 : t < 40 ? 2 : 3,
            row.Systolic is not { } s ? null : s < 70 ? 3 : s < 80 ? 2 : s < 100 ? 1 : s < 200 ? 0 : 2,
            row.Consciousness switch { null => null, "habitual" or "alert" => 0, "agitated" or "confusion" or "voice" => 1, "pain" => 2, _ => 3 },
        ];
        int lowest = parts.Sum(part => part ?? 0), highest = parts.Sum(part => part ?? 3);
        bool red = lowest >= 5 || parts.Contains(3) || row.Respiration > 30;
        return (lowest, highest, red ? Triage.Red : lowest >= 2 ? Triage.Yellow : parts.Contains(null) ? Triage.Unknown : Triage.Green);
    }

    public static (int Lowest, int Highest, Triage Triage) News2(Row row)
    {
        int?[] parts =
        [
            row.Respiration is not { } r ? null : r <= 8 ? 3 : r <= 11 ? 1 : r <= 20 ? 0 : r <= 24 ? 2 : 3,
            row.Spo2 is not { } o ? null : o <= 91 ? 3 : o <= 93 ? 2 : o <= 95 ? 1 : 0,
            row.Systolic is not { } s ? null : s <= 90 ? 3 : s <= 100 ? 2 : s <= 110 ? 1 : s <= 219 ? 0 : 3,
            row.Pulse is not { } p ? null : p <= 40 ? 3 : p <= 50 ? 1 : p <= 90 ? 0 : p <= 110 ? 1 : p <= 130 ? 2 : 3,
            row.Consciousness switch { null => null, "habitual" or "alert" => 0, _ => 3 },
        ];
        int? temperature = row.Temperature is not { } t ? null : t <= 35.0m ? 3 : t <= 36.0m ? 1 : t <= 38.0m ? 0 : t <= 39.0m ? 1 : 2;
        int? oxygen = row.Oxygen is not { } given ? null : given ? 2 : 0;
        int lowest = parts.Sum(part => part ?? 0) + (temperature ?? 0) + (oxygen ?? 0), highest = parts.Sum(part => part ?? 3) + (temperature ?? 3) + (oxygen ?? 2);
        bool missing = parts.Contains(null) || temperature is null || oxygen is null;
        bool yellow = lowest >= 5 || parts.Contains(3) || temperature == 3;
        return (lowest, highest, lowest >= 7 ? Triage.Red : yellow ? Triage.Yellow : missing ? Triage.Unknown : Triage.Green);
    }

    /// <summary>Red before Yellow before Unknown before Green.</summary>
    public static Triage Both(Row row)
    {
        Triage[] said = [Tobs(row).Triage, News2(row).Triage];
        return said.Contains(Triage.Red) ? Triage.Red : said.Contains(Triage.Yellow) ? Triage.Yellow : said.Contains(Triage.Unknown) ? Triage.Unknown : Triage.Green;
    }
}
