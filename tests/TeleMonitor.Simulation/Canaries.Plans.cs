using System.Text;
using TeleMonitor.Care.Cases;
using TeleMonitor.Gateway.Outbox;
using TeleMonitor.Gateway.Profile;
using TeleMonitor.Hub.Ingest;
using TeleMonitor.Hub.Store;
using TeleMonitor.Mqtt;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Simulation;

// of plans and signed settings
internal static partial class Canaries
{
    /// <summary>A hub that never looks at a plan: who sends nothing stays as they were.</summary>
    private sealed class PlansNotLookedAt : Canary
    {
        public override (int Least, int Most) Weather => (66, 70); // past the minute at which the citizen is Unknown

        public override string Name => "plans are not looked at";

        public override bool MayBeAway => false;

        public override bool Work(HubProcess hub)
        {
            DateTimeOffset never = DateTimeOffset.MaxValue.AddYears(-1);
            hub.Store.Write(write =>
            {
                foreach (int assignment in write.PlanLooksDue(never.AddDays(-1), 100))
                {
                    write.PostponePlanLook(assignment, never);
                }
            });
            return base.Work(hub);
        }
    }

    /// <summary>A hub that opens no case for what charts, limits or answers say.</summary>
    private sealed class AlertsWithoutCase : Canary
    {
        public override (int Least, int Most) Weather => (45, 50);

        public override string Name => "alerts without a case";

        public override void Serve(HubProcess hub, List<MqttMessage> messages)
        {
            base.Serve(hub, messages);
            hub.Store.Write(write =>
            {
                foreach (ToDoRow row in write.DueToDos(DateTimeOffset.MaxValue.AddYears(-1), 1000)
                    .Where(row => row.Kind is ToDo.Alert && write.AlertOf(row.Subject) is { Kind: WireWord.Alert }))
                {
                    write.RemoveToDo(row.Id);
                }
            });
        }
    }

    /// <summary>A case that closes by itself without any normal set.</summary>
    private sealed class ClosesAtOnce : Canary
    {
        public override (int Least, int Most) Weather => (45, 50);

        public override string Name => "a case closes without normal sets";

        public override bool Work(HubProcess hub)
        {
            bool more = base.Work(hub);
            DateTimeOffset now = hub.Clock.GetUtcNow();
            foreach (CareCase one in hub.Store.Read(read => read.OpenCases(null)).Where(one => one is { Kind: CaseKind.Clinical }).ToArray())
            {
                CareCase closed = one with { State = CaseState.Closed, ClosedAt = now, CloseReason = CaseRules.ThreeNormalSets, NextRungAt = null, Version = one.Version + 1 };
                hub.Store.Write(write => hub.Worker.Save(write, new CaseStep(closed, CaseChange.ClosedNormal, [CaseEffect.WithdrawUnsentPages]), write.AssignmentOfCase(long.Parse(one.Id)), null, "", now));
            }
            return more;
        }
    }

    /// <summary>A home that takes settings signed by whoever comes.</summary>
    private sealed class BelievesStrangers : Canary
    {
        public override (int Least, int Most) Weather => (45, 50); // everybody was offered some by then

        public override string Name => "settings of a stranger are taken";

        public override ProfileTrust Trust => SimSigner.Misled;
    }

    /// <summary>A gateway that writes another version of the settings into what it judges than it judged by.</summary>
    private sealed class NamesOtherSettings : Canary
    {
        public override (int Least, int Most) Weather => (45, 50);

        public override string Name => "items name other settings than those in force";

        public override SimOutbox Open(SimCard card, Func<string> newId) => new Renaming(card, newId);

        private sealed class Renaming(SimCard card, Func<string> newId) : SimOutbox(card, newId)
        {
            public override void Commit(OutboxCommit commit) => base.Commit(commit with
            {
                Items = [.. commit.Items.Select(item => item with { Bytes = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(item.Bytes).Replace("\"profile\":1", "\"profile\":9", StringComparison.Ordinal)) })],
            });
        }
    }
}
