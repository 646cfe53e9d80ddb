using TeleMonitor.Hub.Audit;

namespace TeleMonitor.Cloud.Tests.Audit;

public sealed class AuditChainTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 22, 10, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_chain_as_it_was_written_has_no_problem() => Assert.Empty(AuditChain.Problems(Lines(9), Anchors(Lines(9), 3, 9)));

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(9)]
    public void Every_field_that_is_changed_breaks_it(int number)
    {
        AuditLine line = Lines(9)[number - 1];
        AuditEntry entry = line.Entry;
        AuditEntry[] changed =
        [
            entry with { At = entry.At.AddMilliseconds(1) }, entry with { Person = "x" }, entry with { Role = "x" }, entry with { Unit = "x" }, entry with { Session = "x" },
            entry with { Act = "x" }, entry with { Kind = "x" }, entry with { Citizen = "x" }, entry with { Why = "x" }, entry with { Outcome = AuditOutcome.Denied },
            // the same text with a field's end elsewhere
            entry with { Person = entry.Person + entry.Role, Role = "" },
        ];
        Assert.All(changed, one => Assert.Contains(AuditChain.Problems(With(line with { Entry = one }), []), problem => problem.StartsWith($"line {number} of", StringComparison.Ordinal)));

        IEnumerable<AuditLine> With(AuditLine other) => Lines(9).Select(one => one.Number == number ? other : one);
    }

    [Fact]
    public void A_line_that_was_removed_is_named() =>
        Assert.Equal(["lines 4 to 5 are missing", "line 6 of 2026-11-22 10:06:00Z is not what was written, or another line stood before it"],
            AuditChain.Problems(Lines(9).Where(line => line.Number is not (4 or 5)), []));

    [Fact]
    public void Two_lines_that_changed_places_break_it() => Assert.NotEmpty(AuditChain.Problems(Lines(9).OrderBy(line => line.Number == 4 ? 6 : line.Number), []));

    [Fact]
    public void A_line_put_between_breaks_it_also_when_the_others_are_numbered_anew()
    {
        List<AuditLine> lines = Lines(9);
        lines.Insert(4, lines[4] with { Number = 5, Hash = AuditChain.Link(lines[3].Hash, 5, lines[4].Entry) });
        Assert.NotEmpty(AuditChain.Problems(lines.Select((line, index) => line with { Number = index + 1 }), []));
    }

    [Fact]
    public void A_chain_that_somebody_made_anew_is_told_by_what_was_written_down_outside()
    {
        List<AuditLine> lines = Lines(9), anew = Chain(Lines(9).Select(line => line.Entry).Where((_, index) => index != 2));
        Assert.Empty(AuditChain.Problems(anew, []));
        Assert.Contains(AuditChain.Problems(anew, Anchors(lines, 6)), problem => problem.StartsWith("line 6 is not the one that was written down outside", StringComparison.Ordinal));
    }

    [Fact]
    public void A_database_of_yesterday_is_told_by_what_was_written_down_outside() =>
        Assert.Equal("line 9, written down outside at 2026-11-22 11:00:00Z, is not in the database: it ends at line 5", Assert.Single(AuditChain.Problems(Lines(5), Anchors(Lines(9), 4, 9))));

    [Fact]
    public void A_chain_whose_oldest_lines_had_their_time_stands_on_the_cut_that_was_written_down_outside() =>
        Assert.Empty(AuditChain.Problems(Lines(9).Skip(4), [CutAt(4), .. Anchors(Lines(9), 2, 4, 9)], Cut(4)));

    [Fact]
    public void A_cut_that_nothing_outside_tells_of_is_found()
    {
        const string found = "the lines up to 4 were removed at 2026-11-22 12:00:00Z, and nothing outside says that they were to be";
        Assert.Contains(found, AuditChain.Problems(Lines(9).Skip(4), [], Cut(4)));
        Assert.Contains(found, AuditChain.Problems(Lines(9).Skip(4), Anchors(Lines(9), 4, 9), Cut(4))); // an ordinary anchor is no leave to cut
        Assert.Contains(found, AuditChain.Problems(Lines(9).Skip(4), [CutAt(3)], Cut(4)));
        Assert.Contains(found, AuditChain.Problems(Lines(9).Skip(4), [CutAt(4) with { Hash = new string('a', 64) }], Cut(4)));
        Assert.NotEmpty(AuditChain.Problems(Lines(9).Skip(4), [CutAt(4)])); // lines that are away without any cut
    }

    [Fact]
    public void Behind_a_cut_everything_is_found_as_before_it()
    {
        List<AuditLine> lines = [.. Lines(9).Skip(4)];
        AuditAnchor[] anchors = [CutAt(4), .. Anchors(Lines(9), 9)];
        AuditLine[][] spoilt =
        [
            [.. lines.Skip(1)], // the first behind it removed
            [.. lines.SkipLast(1)], // restored from yesterday
            [.. lines.Select(line => line.Number == 6 ? line with { Entry = line.Entry with { Why = "x" } } : line)],
            [.. lines.OrderBy(line => line.Number == 6 ? 7.5 : line.Number)],
            [.. lines.Take(2), lines[1] with { Number = 7 }, .. lines.Skip(2)],
            [.. Lines(9)[..1], .. lines], // one that was removed put back
        ];
        Assert.All(spoilt, one => Assert.NotEmpty(AuditChain.Problems(one, anchors, Cut(4))));
    }

    private static AuditCut Cut(int number) => new(number, Lines(9)[number - 1].Hash, At.AddHours(2));

    private static AuditAnchor CutAt(int number) => new(number, Lines(9)[number - 1].Hash, At.AddHours(1), Cut: true);

    private static List<AuditLine> Lines(int count) =>
        Chain(Enumerable.Range(1, count).Select(at => new AuditEntry(At.AddMinutes(at), "mlk", "acute-nurse", "akut-aabenraa", "s1", "view", "case", $"c-{at}", $"case {at}", AuditOutcome.Done)));

    private static List<AuditLine> Chain(IEnumerable<AuditEntry> entries)
    {
        List<AuditLine> lines = [];
        foreach (AuditEntry entry in entries)
        {
            lines.Add(new AuditLine(lines.Count + 1, entry, AuditChain.Link(lines is [.., var last] ? last.Hash : AuditChain.Start, lines.Count + 1, entry)));
        }
        return lines;
    }

    private static AuditAnchor[] Anchors(List<AuditLine> lines, params int[] numbers) => [.. numbers.Select(number => new AuditAnchor(number, lines[number - 1].Hash, At.AddHours(1)))];
}
