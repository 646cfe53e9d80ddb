using System.Globalization;
using TeleMonitor.Gateway.Outbox;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Simulation;

/// <summary>One value that a sensor gave.</summary>
/// <param name="Row">Unique in the run; travels as the item's label.</param>
/// <param name="Assignment">Under which the gateway ran then.</param>
/// <param name="Citizen">On whom it was measured.</param>
/// <param name="Code">Code of the vital.</param>
/// <param name="Said">The number or word.</param>
internal sealed record Measurement(int Row, int Assignment, string Citizen, string Code, string Said);

/// <summary>What really happened, beside the system: every value measured, every item made, every reading accepted.</summary>
internal sealed class Ledger
{
    private readonly List<Measurement> measured = [];
    private readonly HashSet<(string Gateway, string Boot, long Tick, string Code)> made = [];
    private readonly HashSet<int> accepted = [];
    private readonly HashSet<int> lostWithCard = [];

    /// <summary>Accepted readings of which it is not yet known that the hub has them.</summary>
    public SortedSet<int> Owed { get; } = [];

    public IReadOnlyList<Measurement> Measured => measured;
    public IReadOnlySet<int> Accepted => accepted;
    /// <summary>Readings whose only copy was on a card that somebody replaced: no system could keep them.</summary>
    public IReadOnlySet<int> LostWithCard => lostWithCard;

    public Measurement Measure(int assignment, string citizen, Vital vital, double? value, string? answer)
    {
        var one = new Measurement(measured.Count + 1, assignment, citizen, VitalCode.Of(vital).Code, answer ?? (value is double.NaN ? "nan" : value!.Value.ToString("R", CultureInfo.InvariantCulture)));
        measured.Add(one);
        return one;
    }

    /// <summary>A gateway has made items; they may exist from now on.</summary>
    public void Make(string gateway, OutboxCommit commit)
    {
        foreach (OutboxItem item in commit.Items)
        {
            made.Add((gateway, commit.Context.Boot, item.Tick, item.Code));
        }
        foreach (OutboxItem item in commit.Items.Where(item => item.Code.StartsWith(WireWord.ScorePrefix, StringComparison.Ordinal)))
        {
            if (WireItems.TryRead(item.Bytes, out Item? read, out _) && read is ScoreItem { Alert: { } tick } score
                && !IsMade(gateway, score.AlertBoot ?? commit.Context.Boot, tick, WireWord.ClinicalAlert))
            {
                throw new BrokenException("S1", $"a score of {gateway} names the alert at tick {tick}, which is stored neither with it nor before");
            }
        }
    }

    /// <summary>An item that takes the numbers of others.</summary>
    public void Make(string gateway, OutboxRange range) => made.Add((gateway, range.Context.Boot, range.Item.Tick, range.Item.Code));

    public bool IsMade(string gateway, string boot, long tick, string code) => made.Contains((gateway, boot, tick, code));

    public void Accept(IEnumerable<int> rows)
    {
        foreach (int row in rows)
        {
            accepted.Add(row);
            Owed.Add(row);
        }
    }

    public void LoseWithCard(int row)
    {
        Owed.Remove(row);
        lostWithCard.Add(row);
    }

    /// <summary>The row of the reading or answer in these bytes; 0 when they are none.</summary>
    public static int RowOf(ReadOnlySpan<byte> bytes)
    {
        int at = bytes.IndexOf("\"row\":"u8);
        if (at < 0 || bytes.IndexOf("\"kind\":\"reading\""u8) < 0 && bytes.IndexOf("\"kind\":\"answer\""u8) < 0)
        {
            return 0;
        }
        return System.Buffers.Text.Utf8Parser.TryParse(bytes[(at + 6)..], out int row, out _) ? row : 0;
    }

    public static IEnumerable<int> RowsOf(OutboxCommit commit) =>
        commit.Items.Where(item => string.Equals(item.Lane, WireWord.ReadingLane, StringComparison.Ordinal)).Select(item => RowOf(item.Bytes)).Where(row => row > 0);
}
