using TeleMonitor.Gateway.Profile;
using TeleMonitor.Hub.Ingest;
using TeleMonitor.Mqtt;

namespace TeleMonitor.Simulation;

/// <summary>
/// What the parts are made of. This is the product; each canary is another composition in which one thing is put together wrongly, and
/// which the checks must catch.
/// </summary>
internal class Composition
{
    public static Composition Product { get; } = new();

    public virtual string Name => "product";

    /// <summary>Faults without which the wrong thing cannot show: on in every run of this composition.</summary>
    public virtual IReadOnlyList<Fault> Needs => [];

    /// <summary>How long the bad weather lasts, in minutes.</summary>
    public virtual (int Least, int Most) Weather => (20, 60);

    /// <summary>True when citizens are just Red by their total, which may wait for a second measurement.</summary>
    public virtual bool JustRed => false;

    /// <summary>True when the citizen who never measures may be away, and is then no concern of anybody's.</summary>
    public virtual bool MayBeAway => true;

    /// <summary>Whom homes believe about settings.</summary>
    public virtual ProfileTrust Trust => SimSigner.Trust;

    public virtual SimOutbox Open(SimCard card, Func<string> newId) => new(card, newId);

    /// <summary>Takes messages and sends the receipts.</summary>
    public virtual void Serve(HubProcess hub, List<MqttMessage> messages)
    {
        foreach (TakenMessage taken in hub.Taking.Take(messages))
        {
            if (taken.Outcome?.Receipt is { } receipt)
            {
                hub.Send(taken.Gateway, receipt);
            }
        }
    }

    /// <summary>One round of the case worker, the notifiers and the rest; true when there may be more at once.</summary>
    public virtual bool Work(HubProcess hub) => hub.Round.Run(hub.Publish);
}
