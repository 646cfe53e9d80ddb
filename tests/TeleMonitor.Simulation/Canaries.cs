using TeleMonitor.Gateway.Outbox;
using TeleMonitor.Hub.Ingest;
using TeleMonitor.Hub.Notify;
using TeleMonitor.Hub.Store;
using TeleMonitor.Mqtt;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Simulation;

/// <summary>
/// Compositions that are wrong in one thing each. They show that the checks see what they are for; a canary that goes unseen means that
/// the simulation proves less than it says.
/// </summary>
internal static partial class Canaries
{
    public static IReadOnlyList<Composition> All { get; } =
        [new IdentityBySequence(), new ReceiptBeforeCommit(), new CursorWithoutLock(), new WorkListById(), new TwoCommits(), new MarkBeforeSend(), new ConfirmAtTheGateway(), new NeverAlerts(), new HelpWithoutCase(),
            new PlansNotLookedAt(), new AlertsWithoutCase(), new ClosesAtOnce(), new BelievesStrangers(), new NamesOtherSettings()];

    /// <summary>Long enough in bad weather for the wrong thing to happen.</summary>
    private abstract class Canary : Composition
    {
        public override (int Least, int Most) Weather => (95, 100);
    }

    /// <summary>An item is known by gateway, lane and number, whatever outbox it comes from.</summary>
    private sealed class IdentityBySequence : Canary
    {
        // soon seen, and two machines that throw each other off make many steps
        public override (int Least, int Most) Weather => (40, 45);

        public override string Name => "identity by sequence";

        public override IReadOnlyList<Fault> Needs => [Fault.CardCloned, Fault.CardRestored];

        public override void Serve(HubProcess hub, List<MqttMessage> messages)
        {
            foreach (MqttMessage message in messages)
            {
                string gateway = message.Topic.Split('/')[2];
                if (BatchProperties.TryRead(message.UserProperties, out BatchProperties? named)
                    && hub.Rows($"select coalesce(max(through), 0) from lane_cursor where gateway = '{gateway}' and lane = '{named!.Lane}'") is var highest
                    && named.First + named.Count - 1 <= highest)
                {
                    hub.Send(gateway, new Receipt
                    {
                        Hub = hub.Store.HubId, Outbox = named.Outbox, Lane = named.Lane, Through = named.First + named.Count - 1, Chain = named.After.ToString(), Refused = 0,
                        At = hub.Clock.GetUtcNow(),
                    });
                }
                else
                {
                    base.Serve(hub, [message]);
                }
            }
        }
    }

    /// <summary>The receipt goes out while the transaction still runs.</summary>
    private sealed class ReceiptBeforeCommit : Canary
    {
        public override string Name => "receipt before commit";

        public override IReadOnlyList<Fault> Needs => [Fault.HubCrashAtCommit];

        public override void Serve(HubProcess hub, List<MqttMessage> messages)
        {
            foreach (MqttMessage message in messages)
            {
                if (IncomingBatch.TryReadTopic(message.Topic, out string gateway, out string lane))
                {
                    hub.Store.Write(write =>
                    {
                        Ingested taken = hub.Ingest.Take(write, new IncomingBatch(gateway, lane, message.Payload, message.UserProperties), hub.Clock.GetUtcNow());
                        if (taken.Receipt is { } receipt)
                        {
                            hub.Send(gateway, receipt);
                        }
                    });
                }
            }
        }
    }

    /// <summary>
    /// Two workers read the cursor of a lane before either has written it; the one that ends last writes what it thought. As a database
    /// does that is asked without a lock.
    /// </summary>
    private sealed class CursorWithoutLock : Canary
    {
        public override string Name => "cursor without lock";

        public override IReadOnlyList<Fault> Needs => [Fault.TwoHubs, Fault.Copy];

        public override void Serve(HubProcess hub, List<MqttMessage> messages)
        {
            foreach (MqttMessage message in messages)
            {
                LaneCursor? read = null;
                string gateway = message.Topic.Split('/')[2];
                if (BatchProperties.TryRead(message.UserProperties, out BatchProperties? named))
                {
                    hub.Before.TryGetValue((gateway, named!.Outbox, named.Lane), out read); // as it stood when the batch came, not as it stands
                    hub.Before[(gateway, named.Outbox, named.Lane)] = hub.Store.Read(store => store.Cursor(gateway, named.Outbox, named.Lane));
                }
                foreach (TakenMessage taken in hub.Taking.Take([message]))
                {
                    if (read is not null && taken.Outcome is { Outcome: IngestOutcome.AlreadyStored })
                    {
                        hub.Store.Write(write => write.SetCursor(gateway, named!.Outbox, named.Lane, read));
                    }
                    if (taken.Outcome?.Receipt is { } receipt)
                    {
                        hub.Send(gateway, receipt);
                    }
                }
            }
        }
    }

    /// <summary>The case worker remembers up to which alert it has read, and reads on from there.</summary>
    private sealed class WorkListById : Canary
    {
        public override string Name => "work list by id";

        public override IReadOnlyList<Fault> Needs => [Fault.HubCrash, Fault.HubCrashAtCommit];

        public override bool Work(HubProcess hub)
        {
            // a process that starts begins behind what is there: what was stored and not yet stepped stays without a case
            hub.ReadFrom ??= hub.Rows("select coalesce(max(id), 0) from alert");
            hub.Store.Write(write =>
            {
                foreach (ToDoRow row in write.DueToDos(DateTimeOffset.MaxValue.AddYears(-1), 1000).Where(row => row.Kind is ToDo.Alert && row.Subject <= hub.ReadFrom))
                {
                    write.RemoveToDo(row.Id);
                }
            });
            bool more = base.Work(hub);
            hub.ReadFrom = hub.Rows("select coalesce(max(id), 0) from alert");
            return more;
        }
    }

    /// <summary>A gateway that stores the reading first and the alert after it.</summary>
    private sealed class TwoCommits : Canary
    {
        public override string Name => "reading and alert in two commits";

        public override IReadOnlyList<Fault> Needs => [Fault.PowerCut];

        public override SimOutbox Open(SimCard card, Func<string> newId) => new Split(card, newId);

        private sealed class Split(SimCard card, Func<string> newId) : SimOutbox(card, newId)
        {
            protected override void Store(OutboxCommit commit)
            {
                base.Store(Only(commit, alerts: false, []));
                base.Store(Only(commit, alerts: true, commit.States));
            }
        }
    }

    /// <summary>Pages are marked sent and then sent.</summary>
    private sealed class MarkBeforeSend : Canary
    {
        public override string Name => "mark before send";

        public override IReadOnlyList<Fault> Needs => [Fault.HubCrashAtCommit];

        public override bool Work(HubProcess hub)
        {
            DateTimeOffset now = hub.Clock.GetUtcNow();
            bool worked = hub.Worker.Work(now) > 0;
            PageRow[] pages = [.. hub.Store.Read(read => read.UnsentReceivers().Where(receiver => hub.Feed.IsOpen(Shipped.Hub.People.Find(receiver)?.Team ?? receiver))
                .SelectMany(receiver => read.UnsentPages(receiver, 100)).ToArray())];
            if (pages.Length > 0)
            {
                hub.Store.Write(write => Array.ForEach(pages, page => write.MarkSent(page.Id, BoardNotifier.Channel, now)));
                hub.Feed.Changed();
            }
            return base.Work(hub) || worked;
        }
    }

    /// <summary>A Red waits for a second measurement, and only the gateway would end the waiting.</summary>
    private sealed class ConfirmAtTheGateway : Canary
    {
        // a Red by its total alone is rare among the Reds
        public override (int Least, int Most) Weather => (120, 125);

        public override string Name => "confirm without the hub's due row";

        public override bool JustRed => true;

        public override IReadOnlyList<Fault> Needs => [Fault.PowerCut];

        public override void Serve(HubProcess hub, List<MqttMessage> messages)
        {
            base.Serve(hub, messages);
            hub.Store.Write(write =>
            {
                foreach (ToDoRow row in write.DueToDos(DateTimeOffset.MaxValue.AddYears(-1), 1000).Where(row => row.Kind is ToDo.Confirm))
                {
                    write.RemoveToDo(row.Id);
                }
            });
        }
    }

    /// <summary>A gateway whose rules raise no alert.</summary>
    private sealed class NeverAlerts : Canary
    {
        public override string Name => "gateway that never alerts";

        public override SimOutbox Open(SimCard card, Func<string> newId) => new Mute(card, newId);

        private sealed class Mute(SimCard card, Func<string> newId) : SimOutbox(card, newId)
        {
            public override void Commit(OutboxCommit commit) => base.Commit(Only(commit, alerts: false, commit.States));
        }
    }

    /// <summary>A hub that stores a press of the help button and opens no case for it.</summary>
    private sealed class HelpWithoutCase : Canary
    {
        public override (int Least, int Most) Weather => (40, 45); // soon seen

        public override string Name => "help press without a case";

        public override void Serve(HubProcess hub, List<MqttMessage> messages)
        {
            base.Serve(hub, messages);
            hub.Store.Write(write =>
            {
                foreach (ToDoRow row in write.DueToDos(DateTimeOffset.MaxValue.AddYears(-1), 1000).Where(row => row.Kind is ToDo.Alert && write.AlertOf(row.Subject) is { Kind: WireWord.Help }))
                {
                    write.RemoveToDo(row.Id);
                }
            });
        }
    }

    private static OutboxCommit Only(OutboxCommit commit, bool alerts, IReadOnlyList<(int Assignment, RuleState State)> states) => commit with
    {
        States = states, Items = [.. commit.Items.Where(item => string.Equals(item.Lane, WireWord.AlertLane, StringComparison.Ordinal) == alerts)],
    };
}
