using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using TeleMonitor.Gateway.Profile;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Edge.Tests.Profile;

/// <summary>Approver and hub with keys of their own, who make bundles as they should be; a test spoils one thing.</summary>
internal sealed class Signer : IDisposable
{
    public const string Gateway = "gw-test-0001";
    public static readonly DateTimeOffset ApprovedAt = new(2026, 11, 1, 9, 0, 0, TimeSpan.Zero), IssuedAt = new(2026, 11, 22, 8, 0, 0, TimeSpan.Zero);

    public ECDsa Approver { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    public ECDsa Hub { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public ProfileTrust Trust => new(Approver.ExportSubjectPublicKeyInfo(), Hub.ExportSubjectPublicKeyInfo());

    /// <summary>What the approver signs; the charts are the shipped ones unless others are named.</summary>
    public ClinicalPart Clinical { get; set; } = new("clinical", "2026-11-1", new ContentApproval("Dr. A", ApprovedAt), [], [Chart("tobs"), Chart("news2")], []);

    /// <summary>What the hub signs.</summary>
    public IReadOnlyList<CitizenSettings> Citizens { get; set; } = [Settings];

    /// <summary>Loans that the hub says are over.</summary>
    public IReadOnlyList<int>? Ended { get; set; }

    public static CitizenSettings Settings => new(1, new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), "Europe/Copenhagen", Scale: 2, ScaleSigned: new ContentApproval("Dr. B", ApprovedAt),
        Limits: [new Limit("spo2", "%", LowRed: 85, LowYellow: 88, Review: new DateOnly(2027, 2, 1))]);

    public static JsonElement Json(string text) => JsonSerializer.Deserialize<JsonElement>(text);

    public static JsonElement Chart(string id) => Json(File.ReadAllText(Tree.At("firmware-config", "charts", id + ".json")));

    public static JsonElement Plan(string id) => Json(File.ReadAllText(Tree.At("firmware-config", "plans", id + ".json")));

    public static JsonElement Questions(string id) => Json(File.ReadAllText(Tree.At("firmware-config", "plans", "questions", id + ".json")));

    /// <summary>Lets the citizen follow the plan for COPD, whose questions are signed with it.</summary>
    public void FollowCopd(Action<JsonObject>? change = null)
    {
        JsonElement plan = Plan("copd-intensive");
        Clinical = Clinical with { Plans = [change is null ? plan : Changed(plan, change)], Questions = [Questions("copd-daily")] };
        Citizens = [Settings with { Plan = "copd-intensive", PlanVersion = plan.GetProperty("version").GetString() }];
    }

    public static JsonElement Changed(JsonElement file, Action<JsonObject> change)
    {
        JsonObject copy = JsonNode.Parse(file.GetRawText())!.AsObject();
        change(copy);
        return Json(copy.ToJsonString());
    }

    public ProfileBundle Bundle(int version) =>
        new(1, Gateway, version, IssuedAt, Jws.Write(Clinical.Write(), Approver), Jws.Write(new CitizensPart(Gateway, version, Citizens, Ended).Write(), Hub));

    public byte[] Bytes(int version) => Bundle(version).Write();

    /// <summary>The same claim, with one character of its signature another.</summary>
    public static string Forged(string jws)
    {
        int at = jws.LastIndexOf('.') + 5;
        return jws[..at] + (jws[at] == 'A' ? 'B' : 'A') + jws[(at + 1)..];
    }

    /// <summary>The same signature under other content.</summary>
    public static string Altered(string jws, string from, string to)
    {
        string[] parts = jws.Split('.');
        string text = Encoding.UTF8.GetString(System.Buffers.Text.Base64Url.DecodeFromChars(parts[1]));
        Assert.Contains(from, text, StringComparison.Ordinal);
        return $"{parts[0]}.{System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text.Replace(from, to, StringComparison.Ordinal)))}.{parts[2]}";
    }

    public static string Follow(string role, ECDsa next, ECDsa before) => Jws.Write(new ProfileKeys(role, Convert.ToBase64String(next.ExportSubjectPublicKeyInfo())).Write(), before);

    public void Dispose()
    {
        Approver.Dispose();
        Hub.Dispose();
    }
}
