using System.Globalization;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Gateway.Outbox;

/// <summary>
/// Puts a file that cannot be trusted aside, renamed and whole, and carries what it still gives into a new one under a new id: items not yet
/// receipted, rule state, notices, counters. What is missing among them is named by <c>gone</c> items.
/// </summary>
internal static class OutboxSalvage
{
    private const int ChunkItems = 256;

    /// <summary>A power cut between the two renamings left the new file under its working name.</summary>
    public static void FinishInterrupted(string path)
    {
        if (File.Exists(path + ".salvage") && !File.Exists(path))
        {
            File.Move(path + ".salvage", path);
        }
    }

    /// <summary>Replaces the file at this path.</summary>
    public static void Run(string path, string why, OutboxOptions options)
    {
        string made = path + ".salvage", aside = AsideName(path);
        Delete(made);
        (BatchContext context, DateTimeOffset at) = options.Now();
        var count = new Count();
        using (SqliteOutbox fresh = SqliteOutbox.Open(made, options))
        {
            using (SalvageSource? source = SalvageSource.TryOpen(path, options, out bool foreign))
            {
                source?.CopyFacts(fresh, context.Boot);
                Func<long> ticks = fresh.NewTicks(context.Boot);
                foreach (string lane in foreign ? [] : WireWord.Lanes)
                {
                    new LaneSalvage(source, fresh, lane, context, at, ticks, count).Copy();
                }
                Say(fresh, source, foreign, why, aside, context, at, ticks, count);
            }
        }
        Delete(made + ".lock");
        Delete(made + ".reserve");
        foreach (string part in (ReadOnlySpan<string>)["-wal", "-shm", ""])
        {
            if (File.Exists(path + part))
            {
                File.Move(path + part, aside + part); // the file itself last: as long as it is there, all this can begin again
            }
        }
        File.Move(made, path);
        Delete(path + ".check");
    }

    internal sealed class Count
    {
        public long Saved { get; set; }
        public long Gone { get; set; }
    }

    private static void Say(SqliteOutbox fresh, SalvageSource? source, bool foreign, string why, string aside, BatchContext context, DateTimeOffset at, Func<long> ticks, Count count)
    {
        var findings = new LocalFindings(fresh, ticks, () => context);
        string name = Path.GetFileName(aside);
        if (foreign)
        {
            findings.Open(SqliteOutbox.Foreign, $"{why}; it is kept as {name}, and nothing of it is sent from here", at);
            return;
        }
        findings.Open("outbox/salvaged", $"{why}; it is kept as {name}, {count.Saved} items not yet receipted were saved from it and {count.Gone} are gone", at,
            ("outbox", source?.Outbox ?? "unknown"), ("saved", count.Saved.ToString(CultureInfo.InvariantCulture)), ("gone", count.Gone.ToString(CultureInfo.InvariantCulture)));
        if (source is not { StateRead: true })
        {
            findings.Open("rules/state", "what the rules remembered could not be read; they began anew", at);
        }
    }

    private static string AsideName(string path)
    {
        int number = 1;
        while (File.Exists($"{path}.damaged-{number}"))
        {
            number++;
        }
        return $"{path}.damaged-{number}";
    }

    private static void Delete(string file)
    {
        foreach (string part in (ReadOnlySpan<string>)["", "-wal", "-shm"])
        {
            File.Delete(file + part);
        }
    }

    /// <summary>One lane: item after item from the first that was not receipted, and a gone item for each hole.</summary>
    private sealed class LaneSalvage(SalvageSource? source, SqliteOutbox fresh, string lane, BatchContext context, DateTimeOffset at, Func<long> ticks, Count count)
    {
        private readonly List<OutboxItem> waiting = [];
        private BatchContext? waitingContext;

        public void Copy()
        {
            if (source?.ReadLane(lane) is not { } standing)
            {
                Gone(1, 1); // how far the lane went is not known either
                Flush();
                return;
            }
            long next = standing.Through + 1;
            foreach (SalvagedItem item in source.ReadItems(lane, standing))
            {
                if (item.Number > next)
                {
                    Gone(next - standing.Base, item.Number - 1 - standing.Base);
                }
                Add(new OutboxItem(lane, item.Tick, item.Code, item.Bytes), item.Context);
                count.Saved++;
                next = item.End + 1;
            }
            if (next <= standing.Last)
            {
                Gone(next - standing.Base, standing.Last - standing.Base);
            }
            Flush();
        }

        private void Gone(long from, long to)
        {
            var item = new GoneItem
            {
                Kind = WireWord.Gone, Tick = ticks(), Code = WireWord.GonePrefix + lane, Assignment = 0, At = at,
                Outbox = source?.Outbox ?? "unknown", Lane = lane, From = from, To = to, Why = "damaged",
            };
            Add(new OutboxItem(lane, item.Tick, item.Code, WireItems.Write(item)), context);
            count.Gone += to - from + 1;
        }

        private void Add(in OutboxItem item, BatchContext its)
        {
            if (waiting.Count >= ChunkItems || !(waitingContext?.SameAs(its) ?? true))
            {
                Flush();
            }
            waitingContext = its;
            waiting.Add(item);
        }

        private void Flush()
        {
            if (waiting.Count > 0)
            {
                bool own = string.Equals(waitingContext!.Boot, context.Boot, StringComparison.Ordinal);
                fresh.Commit(new OutboxCommit { Context = waitingContext, Items = waiting, LastTick = own ? waiting.Max(item => item.Tick) : 0 });
                waiting.Clear();
            }
        }
    }
}
