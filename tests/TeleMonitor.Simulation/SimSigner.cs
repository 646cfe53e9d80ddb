using System.Security.Cryptography;
using System.Text.Json;
using TeleMonitor.Gateway.Profile;
using TeleMonitor.Hub;
using TeleMonitor.Hub.Store;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Simulation;

/// <summary>Who signs settings: the approver, the hub, and somebody who would like to. The keys are the process's: what they sign differs between two runs, its length does not.</summary>
internal static class SimSigner
{
    /// <summary>Above every version that a hub issues in a run.</summary>
    public const int ForgedVersion = 1000;

    private static readonly ECDsa Approver = ECDsa.Create(ECCurve.NamedCurves.nistP256), Stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private static readonly ClinicalPart Content = new("simulated", "1", new ContentApproval("approver", World.Start.AddDays(-1)), [File("copd-intensive.json")], [], [File("questions", "copd-daily.json")]);

    public static ECDsa Hub { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    /// <summary>What every home was set up with.</summary>
    public static ProfileTrust Trust { get; } = new(Approver.ExportSubjectPublicKeyInfo(), Hub.ExportSubjectPublicKeyInfo());

    /// <summary>Of a home that believes the stranger.</summary>
    public static ProfileTrust Misled { get; } = Trust with { Hub = Stranger.ExportSubjectPublicKeyInfo() };

    /// <summary>Plan and questions, as they were approved.</summary>
    public static SignedClinical Clinical { get; } = new(Content.Id, Content.Version, Content.Approved, Jws.Write(Content.Write(), Approver));

    /// <summary>A bundle of a higher version whose limits nobody would notice, signed by the stranger.</summary>
    public static byte[] Forge(string gateway, int assignment, DateTimeOffset at)
    {
        var citizens = new CitizensPart(gateway, ForgedVersion, [new CitizenSettings(assignment, World.Start.AddDays(-1), "Europe/Copenhagen")]);
        return new ProfileBundle(WireWord.Version, gateway, ForgedVersion, at, Clinical.Jws, Jws.Write(citizens.Write(), Stranger)).Write();
    }

    private static JsonElement File(params string[] path) => JsonElement.Parse(System.IO.File.ReadAllBytes(Path.Combine([HubData.Find(null)!, PlanContent.Folder, .. path])));
}
