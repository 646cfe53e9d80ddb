using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using TeleMonitor.Hub.Store;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Hub;

/// <summary>
/// <c>profile</c>: <c>approve</c> and <c>roll</c> are for whoever holds a signing key, on a machine of their own without any hub; <c>take</c> hands the
/// result to a hub; <c>keys</c> shows what gateways pin.
/// </summary>
internal static class ProfileCommands
{
    private static readonly Option<string> KeyOption = new("--key") { Description = "PEM file of the private key (P-256) that signs", Required = true };
    private static readonly Option<string> OutOption = new("--out") { Description = "file that takes the signed text", Required = true };

    /// <summary>The command for the program's root.</summary>
    public static Command Create() => new("profile", "signed settings of gateways") { Approve(), Roll(), Take(), Keys() };

    private static Command Approve()
    {
        var by = new Option<string>("--by") { Description = "office or person who approves", Required = true };
        var at = new Option<string?>("--at") { Description = "when it was approved, e.g. 2026-11-22T08:30:00Z; now when absent. The latest counts" };
        var id = new Option<string>("--id") { Description = "what this collection is called", DefaultValueFactory = _ => "clinical" };
        var version = new Option<string?>("--version") { Description = "its version; the time of approval when absent" };
        var files = new Argument<string[]>("files") { Description = "files under charts, plans or questions, or folders that hold them", Arity = ArgumentArity.OneOrMore };
        var command = new Command("approve", "check charts, plans and questions and sign them as the approver") { KeyOption, OutOption, by, at, id, version, files };
        command.SetAction(parsed =>
        {
            if (!TryTime(parsed.GetValue(at), out DateTimeOffset time))
            {
                return HubCommands.Complain([$"--at '{parsed.GetValue(at)}' must be a time such as 2026-11-22T08:30:00Z"]);
            }
            ClinicalPart? part = ProfileFiles.Read(parsed.GetValue(files)!, parsed.GetValue(id)!, parsed.GetValue(version) ?? time.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture),
                new ContentApproval(parsed.GetValue(by)!, time), out IReadOnlyList<string> problems);
            return part is null ? HubCommands.Complain(problems) : Sign(parsed.GetValue(KeyOption)!, parsed.GetValue(OutOption)!, part.Write(),
                $"{part.Id} {part.Version}: {part.Charts.Count} charts, {part.Plans.Count} plans, {part.Questions.Count} questionnaires approved by {part.Approved.By}");
        });
        return command;
    }

    private static Command Roll()
    {
        var role = new Option<string>("--role") { Description = "whose key changes: approver or hub", Required = true };
        var next = new Option<string>("--new") { Description = "PEM file of the new public key", Required = true };
        var command = new Command("roll", "state, with the key so far, that another follows it") { role, KeyOption, next, OutOption };
        command.SetAction(parsed =>
        {
            string named = parsed.GetValue(role)!, file = parsed.GetValue(next)!;
            if (named is not (ProfileRole.Approver or ProfileRole.Hub) || Text(file, out string problem) is not { } pem || Jws.ReadPublicKey(pem) is not { } key)
            {
                return HubCommands.Complain([$"--role must be approver or hub, and {file} a public key on P-256 in PEM"]);
            }
            return Sign(parsed.GetValue(KeyOption)!, parsed.GetValue(OutOption)!, new ProfileKeys(named, Convert.ToBase64String(key)).Write(), $"another key follows for {named}{problem}");
        });
        return command;
    }

    private static Command Take()
    {
        var file = new Argument<string>("file") { Description = "what approve or roll has made" };
        Command command = HubCommands.WithConfig("take", "hand what was signed to the hub: it goes to every gateway", null);
        command.Add(file);
        command.SetAction(async parsed => HubCommands.Load(parsed.GetValue(HubCommands.ConfigOption)!) is { } config
            ? await HubCommands.OnStore(config, () => Task.FromResult(Take(config, parsed.GetValue(file)!))) : HubCommands.Refused);
        return command;
    }

    private static int Take(HubConfig config, string file)
    {
        if (Text(file, out string problem)?.Trim() is not { } jws)
        {
            return HubCommands.Complain([problem]);
        }
        if (Jws.PayloadOf(jws) is { } payload && ProfileKeys.TryRead(payload) is { } named)
        {
            using HubStore opened = HubStore.Open(config.Store, HubCommands.Machine.GetUtcNow());
            opened.Write(write => write.TakeProfileKey(named.Role, jws, HubCommands.Machine.GetUtcNow()));
            Console.WriteLine($"taken: another key follows for {named.Role}; gateways check that the key so far has signed it");
            return 0;
        }
        if (config.ApproverKey is not { } keyFile || Text(keyFile, out problem) is not { } pem || Jws.ReadPublicKey(pem) is not { } spki)
        {
            return HubCommands.Complain([$"approver_key of the configuration must name a public key on P-256 in PEM{(config.ApproverKey is null ? "" : $": {config.ApproverKey}")}"]);
        }
        using ECDsa approver = Jws.ToKey(spki)!;
        if (Jws.Read(jws, approver) is not { } signed)
        {
            return HubCommands.Complain([$"{file}: is not signed by the approver whose key is {keyFile}"]);
        }
        return TakeClinical(config, file, jws, signed);
    }

    private static int TakeClinical(HubConfig config, string file, string jws, byte[] payload)
    {
        if (HubData.Load(config.FirmwareConfig, out IReadOnlyList<string> wrong) is not { } data)
        {
            return HubCommands.Complain(wrong);
        }
        var problems = new List<string>();
        ProfileContent? content = ProfileContent.TryRead(payload, data.NewestCharts, problems);
        ClinicalPart? part = content is null ? null : ClinicalPart.TryRead(payload, file, problems);
        if (part is null)
        {
            return HubCommands.Complain(problems);
        }
        using HubStore store = HubStore.Open(config.Store, HubCommands.Machine.GetUtcNow());
        if (!store.Write(write => write.TakeClinical(new SignedClinical(part.Id, part.Version, part.Approved, jws), HubCommands.Machine.GetUtcNow())))
        {
            return HubCommands.Complain([$"{file}: was approved {part.Approved.At:u}; something approved then or later is in force, and gateways take nothing older"]);
        }
        Console.WriteLine($"taken: {part.Id} {part.Version}, approved by {part.Approved.By} {part.Approved.At:u}");
        return 0;
    }

    private static Command Keys() => HubCommands.WithConfig("keys", "the public key by which this hub signs settings; made when there is none", (config, _) =>
    {
        using ECDsa key = ProfileKeyFile.Open(config.Store);
        Console.WriteLine(key.ExportSubjectPublicKeyInfoPem());
        return Task.FromResult(0);
    });

    private static int Sign(string keyFile, string outFile, byte[] payload, string said)
    {
        using var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(File.ReadAllText(keyFile));
            string text = Jws.Write(payload, key);
            if (Jws.ReadPublicKey(key.ExportSubjectPublicKeyInfoPem()) is null)
            {
                return HubCommands.Complain([$"{keyFile}: is no key on P-256"]);
            }
            File.WriteAllText(outFile, text + "\n");
        }
        catch (Exception bad) when (bad is CryptographicException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            return HubCommands.Complain([$"--key {keyFile}, --out {outFile}: {bad.Message}"]);
        }
        Console.WriteLine($"{outFile}: {said}");
        return 0;
    }

    private static bool TryTime(string? text, out DateTimeOffset time)
    {
        time = HubCommands.Machine.GetUtcNow();
        time = time.AddTicks(-(time.Ticks % TimeSpan.TicksPerSecond));
        return text is null || DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out time);
    }

    private static string? Text(string file, out string problem)
    {
        problem = "";
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception bad) when (bad is IOException or UnauthorizedAccessException)
        {
            problem = $"{file}: cannot be read: {bad.Message}";
            return null;
        }
    }
}
