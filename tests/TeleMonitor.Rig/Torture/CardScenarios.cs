using System.Text.Json.Nodes;

namespace TeleMonitor.Rig.Torture;

/// <summary>
/// What happens to the card that a gateway runs from. An image is the outbox's files, copied while the gateway is off. What only an
/// exchanged card held is gone with it, and no program can bring it back: such a card vouches for nothing, so the recording goes on after
/// the last row that the hub has.
/// </summary>
internal static class CardScenarios
{
    /// <summary>An image is taken, the gateway runs on, its card dies, and the image is put into the machine.</summary>
    public static async Task RestoredAsync(TortureRun run)
    {
        string image = await TakeImageAsync(run);
        run.StartGateway();
        await run.MomentAsync(0.2, 0.5);
        await run.KillGatewayAsync();
        await Task.Delay(TimeSpan.FromSeconds(1), run.Time, run.Stop); // what is on its way arrives
        int row = run.Watch.LastRow();
        run.AcceptedOnly(row);
        string outboxes = Path.GetDirectoryName(run.Outbox)!;
        Directory.Delete(outboxes, recursive: true);
        Copy(image, outboxes);
        run.Say($"card of row {TortureRun.LastRowOf(run.Outbox)} put back; the hub has row {row}");
        run.NewBoot();
        run.StartGateway();
    }

    /// <summary>Two machines from one image with the same certificate: the first, then the second, then the first again.</summary>
    public static async Task ClonedInTurnAsync(TortureRun run)
    {
        string clone = Clone(run, await TakeImageAsync(run));
        run.StartGateway();
        await run.MomentAsync(0.1, 0.3);
        await run.KillGatewayAsync();
        int row = run.NoteAccepted();
        int through = row + ((run.Recording.LastRow - row) / 2);
        run.Say($"the clone goes on with rows {row + 1} to {through}");
        run.NewBoot();
        await JudgeAsync(run, run.StartGateway(after: row, through: through, config: clone), "the clone");
        run.StartGateway(after: through);
    }

    /// <summary>Two machines from one image with the same certificate, both on: each throws the other off the broker.</summary>
    public static async Task ClonedAtOnceAsync(TortureRun run)
    {
        string clone = Clone(run, await TakeImageAsync(run));
        int row = run.NoteAccepted();
        int through = row + ((run.Recording.LastRow - row) / 2);
        Child first = run.StartGateway(through: through);
        run.NewBoot();
        Child second = run.StartGateway(after: through, config: clone);
        run.Say($"both run: one has rows {row + 1} to {through}, the other those up to {run.Recording.LastRow}");
        await JudgeAsync(run, second, "the clone");
        await JudgeAsync(run, first, "the original");
        run.AcceptedOnly(run.Recording.LastRow);
    }

    private static async Task JudgeAsync(TortureRun run, Child gateway, string which)
    {
        int code = await gateway.WaitAsync(run.Stop);
        if (code != 0)
        {
            run.Fault($"{which} ended with exit code {code}");
        }
    }

    private static async Task<string> TakeImageAsync(TortureRun run)
    {
        await run.MomentAsync(0.1, 0.3);
        await run.KillGatewayAsync();
        string image = run.Installation.Outboxes + "-image";
        Copy(Path.GetDirectoryName(run.Outbox)!, image);
        return image;
    }

    /// <summary>A second machine: its own copy of the image, the same certificate.</summary>
    private static string Clone(TortureRun run, string image)
    {
        string outboxes = run.Installation.Outboxes + "-clone";
        Copy(image, Path.Combine(outboxes, TortureRun.Gateway));
        JsonNode config = JsonNode.Parse(File.ReadAllText(run.Installation.GatewayConfig))!;
        config["data"] = outboxes;
        string file = Path.ChangeExtension(run.Installation.GatewayConfig, ".clone.json");
        File.WriteAllText(file, config.ToJsonString());
        return file;
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (string file in Directory.EnumerateFiles(from))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)), overwrite: true);
        }
    }
}
