using System.Globalization;
using Microsoft.Data.Sqlite;
using TeleMonitor.Gateway.Outbox;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Simulation;

/// <summary>The safety properties S1, S2, S3, S6 and S8: about items and readings. <see cref="CaseChecks"/> has those about cases.</summary>
internal sealed class Checks(Ledger ledger, SimHub hub, IReadOnlyList<SimHome> homes)
{
    private readonly HashSet<int> stored = [];
    private readonly HashSet<(string Gateway, string Boot, long Tick)> help = [];
    private readonly HashSet<string> putAside = new(StringComparer.Ordinal);
    private readonly Dictionary<(SimHome, string), LaneStanding> standings = [];
    private readonly Dictionary<int, string> citizens = [];
    private long lastItem, lastQuarantine;

    private sealed record ItemRow(long Id, string Gateway, string Boot, long Tick, string Code, string Kind, int Assignment, byte[] Bytes);

    /// <summary>Assignments as the register has them.</summary>
    public void Register(int assignment, string citizen) => citizens[assignment] = citizen;

    /// <summary>True when the hub has, or had before it was put back, this press of the help button.</summary>
    public bool HasHelp(string gateway, string boot, long tick) => help.Contains((gateway, boot, tick));

    /// <summary>True when the hub has put aside, or had before it was put back, something of this gateway's alert lane: somebody was called because of it.</summary>
    public bool HasPutAside(string gateway) => putAside.Contains(gateway);

    /// <summary>After the store may have changed.</summary>
    public void Store()
    {
        foreach (ItemRow item in hub.Database.All("select id, gateway, boot, tick, code, kind, assignment, bytes from item where id > $1 order by id", Read, lastItem))
        {
            lastItem = item.Id;
            if (!ledger.IsMade(item.Gateway, item.Boot, item.Tick, item.Code))
            {
                throw new BrokenException("S2", $"{item.Gateway} {item.Boot} {item.Tick} {item.Code} is stored, and no gateway made it");
            }
            CheckReading(item);
            if (item.Kind is WireWord.Help)
            {
                help.Add((item.Gateway, item.Boot, item.Tick));
            }
            if (item.Kind is WireWord.Score && hub.Database.One<string>("select detail from score_check where item = $1 and outcome = 'difference'", item.Id) is { } difference)
            {
                throw new BrokenException("S3", $"{item.Gateway} score at {item.Tick}: {difference}");
            }
        }
        foreach ((long id, string gateway, string lane, byte[] bytes) in hub.Database.All("select id, gateway, lane, bytes from quarantine where id > $1 order by id",
            row => (row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetFieldValue<byte[]>(3)), lastQuarantine))
        {
            lastQuarantine = id;
            if (lane is WireWord.AlertLane)
            {
                putAside.Add(gateway);
            }
            foreach (int row in RowsIn(bytes))
            {
                ledger.Owed.Remove(row); // kept as bytes, with a reason and a finding
            }
        }
    }

    /// <summary>The store was put back: what it lost is owed again.</summary>
    public void PutBack()
    {
        (lastItem, lastQuarantine) = (0, 0);
        stored.Clear();
        standings.Clear();
        foreach (int row in ledger.Accepted.Where(row => !ledger.LostWithCard.Contains(row)))
        {
            ledger.Owed.Add(row);
        }
        Store();
        ForgiveReplacedCards();
    }

    /// <summary>True once a card was replaced by an older image of itself.</summary>
    public bool IsCardReplaced { get; private set; }

    /// <summary>A card was replaced by an older image of itself.</summary>
    public void CardReplaced()
    {
        IsCardReplaced = true;
        ForgiveReplacedCards();
    }

    /// <summary>What only a card had that somebody took away is lost with it; nothing else is forgiven.</summary>
    private void ForgiveReplacedCards()
    {
        HashSet<int> kept = IsCardReplaced ? Kept() : [];
        foreach (int row in IsCardReplaced ? ledger.Owed.Where(row => !kept.Contains(row)).ToArray() : [])
        {
            ledger.LoseWithCard(row);
        }
    }

    private HashSet<int> Kept() => [.. homes.SelectMany(home => home.Card.Live.Lanes[WireWord.ReadingLane].Items).Select(item => item.Row)];

    /// <summary>After a gateway's uplink has moved: what it counts as receipted is committed.</summary>
    public void Uplink(SimHome home)
    {
        if (home.Outbox is not { } outbox)
        {
            return;
        }
        foreach (string lane in WireWord.Lanes)
        {
            LaneStanding now = outbox.Standing(lane);
            if (standings.TryGetValue((home, lane), out LaneStanding? before) && before.Through == now.Through && string.Equals(before.Hub, now.Hub, StringComparison.Ordinal))
            {
                continue;
            }
            standings[(home, lane)] = now;
            if ((now.Hub is { } id && hub.Undeclared.Contains(id)) || !string.Equals(now.Hub, hub.Database.One<string>("select id from hub"), StringComparison.Ordinal))
            {
                continue;
            }
            long cursor = hub.Database.One<long?>("select through from lane_cursor where gateway = $1 and outbox = $2 and lane = $3", home.Gateway, outbox.Id, lane) ?? 0;
            if (cursor < now.Through)
            {
                throw new BrokenException("S1", $"{home.Name} released lane {lane} through {now.Through}, and the hub has it through {cursor}");
            }
        }
    }

    /// <summary>Every accepted reading that the hub does not have is on a card.</summary>
    public void Cards()
    {
        ledger.Owed.ExceptWith(stored); // accepted when a card was opened again, and by then delivered by a copy of that card
        if (ledger.Owed.Count == 0)
        {
            return;
        }
        HashSet<int> kept = Kept();
        foreach (int row in ledger.Owed)
        {
            if (!kept.Contains(row))
            {
                throw new BrokenException("S1", $"reading {ledger.Measured[row - 1]} was accepted and is nowhere");
            }
        }
    }

    /// <summary>Rows of every reading in bytes that nobody could read.</summary>
    public static IEnumerable<int> RowsIn(byte[] bytes)
    {
        var rows = new List<int>();
        ReadOnlySpan<byte> left = bytes;
        for (int at = left.IndexOf("\"row\":"u8); at >= 0; at = left.IndexOf("\"row\":"u8))
        {
            left = left[(at + 6)..];
            if (System.Buffers.Text.Utf8Parser.TryParse(left, out int row, out _))
            {
                rows.Add(row);
            }
        }
        return rows;
    }

    private void CheckReading(ItemRow item)
    {
        int row = Ledger.RowOf(item.Bytes);
        if (row == 0)
        {
            return;
        }
        if (row > ledger.Measured.Count || !WireItems.TryRead(item.Bytes, out Item? read, out string problem) || read is not ReadingItem reading)
        {
            throw new BrokenException("S2", $"{item.Gateway} {item.Boot} {item.Tick} {item.Code} is no reading that a sensor gave");
        }
        Measurement was = ledger.Measured[row - 1];
        string said = reading.Answer ?? reading.Value?.ToString("R", CultureInfo.InvariantCulture) ?? reading.Special ?? "";
        if (!string.Equals(was.Code, item.Code, StringComparison.Ordinal) || !string.Equals(was.Said, said, StringComparison.Ordinal))
        {
            throw new BrokenException("S2", $"stored {item.Code} {said}, measured {was}");
        }
        if (!stored.Add(row))
        {
            throw new BrokenException("S2", $"{was} is stored twice");
        }
        if (was.Assignment != item.Assignment || !citizens.TryGetValue(item.Assignment, out string? citizen) || !string.Equals(citizen, was.Citizen, StringComparison.Ordinal))
        {
            throw new BrokenException("S8", $"{was} is stored under assignment {item.Assignment}");
        }
        ledger.Owed.Remove(row);
    }

    private static ItemRow Read(SqliteDataReader row) =>
        new(row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetInt64(3), row.GetString(4), row.GetString(5), row.GetInt32(6), row.GetFieldValue<byte[]>(7));
}
