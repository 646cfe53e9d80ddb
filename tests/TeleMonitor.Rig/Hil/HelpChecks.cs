using System.Text.Json.Nodes;

namespace TeleMonitor.Rig.Hil;

/// <summary>The help button, from an edge on a GPIO line to the lamp that says that the hub has it. The hub's case is looked for by the rig outside.</summary>
internal sealed class HelpChecks(HilBench bench, GuestGateway gateway, Cp2112 chip)
{
    /// <summary>Tells the rig outside that the button was pressed.</summary>
    public const string Pressed = "PRESSED";

    private const int ToneEdges = 2; // on and off; a slow guest may miss the second of two tones

    public async Task RunAsync()
    {
        await bench.CheckAsync("GPIO: a button edge is one help item, and the lamp says waiting while there is no network", PressOfflineAsync);
        await bench.CheckAsync("GPIO: when the hub has it the gateway says sent, the lamp is lit and the buzzer sounds", SentAsync);
    }

    private async Task<string> PressOfflineAsync()
    {
        HilBench.Run("ip", "link", "set", "eth0", "down");
        chip.ForgetDriven();
        long before = gateway.Last("alert");
        chip.SetInput(WiredChecks.ButtonLine, high: false);
        JsonNode help = await gateway.ItemAsync("a help item", "alert", before, item => (string?)item["kind"] is "help");
        chip.SetInput(WiredChecks.ButtonLine, high: true);
        await bench.UntilAsync("the lamp blinking", () => chip.Driven.Count(edge => edge == (WiredChecks.LampLine, true)) >= 2);
        bool sounded = chip.Driven.Any(edge => edge == (WiredChecks.BuzzerLine, true));
        bench.Say(Pressed);
        return !sounded ? $"{help["code"]}, {help["triage"]}; the lamp blinks, the buzzer is silent" : throw new RigException("the buzzer sounded before the hub had it");
    }

    private async Task<string> SentAsync()
    {
        HilBench.Run("ip", "link", "set", "eth0", "up");
        await bench.UntilAsync("a tone of the buzzer", () => chip.Driven.Count(edge => edge.Line == WiredChecks.BuzzerLine) >= ToneEdges);
        bool lit = chip.Driven.Any(edge => edge == (WiredChecks.LampLine, true));
        string said = GuestGateway.Urgent();
        return lit && said is "sent" ? "status says sent" : throw new RigException($"status says '{said}', lamp lit: {lit}");
    }
}
