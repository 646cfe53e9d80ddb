using TeleMonitor.Vitals.Wire;
using TeleMonitor.Gateway.Outbox;

namespace TeleMonitor.Simulation;

/// <summary>Compositions that are wrong in one thing each. They show that the checks see what they are for.</summary>
internal static class Canaries
{
    public static IReadOnlyList<Composition> All { get; } = [new NeverAlerts(), new TwoCommits()];

    /// <summary>A gateway whose rules raise no alert.</summary>
    private sealed class NeverAlerts : Composition
    {
        public override string Name => "gateway that never alerts";

        public override SimOutbox Open(SimCard card) => new Dumb(card);

        private sealed class Dumb(SimCard card) : SimOutbox(card)
        {
            public override void Commit(OutboxCommit commit) => base.Commit(new OutboxCommit
            {
                Context = commit.Context, LastTick = commit.LastTick, Assignment = commit.Assignment, State = commit.State,
                Items = [.. commit.Items.Where(item => !string.Equals(item.Lane, WireWord.AlertLane, StringComparison.Ordinal))],
            });
        }
    }

    /// <summary>A gateway that stores the reading first and the alert after it.</summary>
    private sealed class TwoCommits : Composition
    {
        public override string Name => "reading and alert in two commits";

        public override IReadOnlyList<Fault> Needs => [Fault.PowerCut];

        public override SimOutbox Open(SimCard card) => new Split(card);

        private sealed class Split(SimCard card) : SimOutbox(card)
        {
            protected override void Store(OutboxCommit commit)
            {
                base.Store(new OutboxCommit
                {
                    Context = commit.Context,
                    Items = [.. commit.Items.Where(item => !string.Equals(item.Lane, WireWord.AlertLane, StringComparison.Ordinal))],
                });
                base.Store(new OutboxCommit
                {
                    Context = commit.Context, LastTick = commit.LastTick, Assignment = commit.Assignment, State = commit.State,
                    Items = [.. commit.Items.Where(item => string.Equals(item.Lane, WireWord.AlertLane, StringComparison.Ordinal))],
                });
            }
        }
    }
}
