namespace TeleMonitor.Gateway.Sensors.Bluetooth;

/// <summary>What a person is asked while a device is being paired.</summary>
internal enum PairingQuestionKind
{
    /// <summary>Does the device show this number too?</summary>
    CompareNumber,

    /// <summary>The device shows nothing: is it the one in front of you?</summary>
    Allow,

    /// <summary>Which number does the device show? The answer needs it.</summary>
    TypeNumber,

    /// <summary>Type this number on the device. Told, not asked: the answer is not looked at.</summary>
    ShowNumber,
}

/// <summary>A question to the person who pairs.</summary>
/// <param name="Kind">What is asked.</param>
/// <param name="Address">The device's Bluetooth address.</param>
/// <param name="Number">0 to 999999, written with six digits; null where there is none.</param>
internal readonly record struct PairingQuestion(PairingQuestionKind Kind, string Address, uint? Number);

/// <summary>That person's answer.</summary>
/// <param name="Yes">False: pairing is refused.</param>
/// <param name="Number">For <see cref="PairingQuestionKind.TypeNumber"/>: 0 to 999999; anything else refuses.</param>
internal readonly record struct PairingAnswer(bool Yes, uint? Number = null);

/// <summary>Asks a person; the token ends the question when the device or BlueZ no longer waits for it.</summary>
internal delegate Task<PairingAnswer> AskAboutPairing(PairingQuestion question, CancellationToken stop);

/// <summary>
/// Our side of org.bluez.Agent1. It is open for one device at a time, while somebody pairs it; whatever else asks is refused, and
/// that is told. Source: BlueZ doc/agent-api.txt (org.bluez.Agent.5).
/// </summary>
/// <param name="addressAt">The address of the device at an object path.</param>
/// <param name="onRefused">Told the address of a device that asked when it had no business to. Must not wait.</param>
internal sealed class PairingAgent(Func<string, string> addressAt, Action<string> onRefused)
{
    public const string Interface = "org.bluez.Agent1", Path = "/telemonitor/agent";

    /// <summary>All ways of pairing: who talks to the person can show a number and take one. A device with less gets less.</summary>
    public const string Capability = "KeyboardDisplay";

    private const uint LargestNumber = 999_999; // source: Core Specification 5.4, Vol 3, Part H, 2.3.5.3: six decimal digits
    private static readonly BusAnswer Refusal = BusAnswer.Error("org.bluez.Error.Rejected", "pairing is not open for this device");

    private Opening? open;

    /// <summary>Opens pairing for one device. Null: it is open for another already.</summary>
    public IDisposable? Open(string devicePath, AskAboutPairing ask)
    {
        Opening opening = new(this, devicePath, ask);
        return Interlocked.CompareExchange(ref open, opening, null) is null ? opening : null;
    }

    /// <summary>Answers a call of BlueZ. Never throws but through what <see cref="AskAboutPairing"/> does; that is a refusal too.</summary>
    public Task<BusAnswer> HandleAsync(BusRequest request)
    {
        Opening? now = Volatile.Read(ref open);
        if (request.Member is "Release" or "Cancel")
        {
            now?.CancelQuestion();
            return Task.FromResult(BusAnswer.Done);
        }
        string path = request.Arguments is [var first, ..] ? first.Text ?? "" : "";
        if (now is null || !string.Equals(now.DevicePath, path, StringComparison.Ordinal))
        {
            onRefused(addressAt(path));
            return Task.FromResult(Refusal);
        }
        uint? number = request.Arguments is [_, { Number: >= 0 and <= LargestNumber and long told }, ..] ? (uint)told : null;
        return request.Member switch
        {
            "RequestConfirmation" when number is not null => AskAsync(now, PairingQuestionKind.CompareNumber, number),
            "RequestAuthorization" => AskAsync(now, PairingQuestionKind.Allow, null),
            "RequestPasskey" => AskAsync(now, PairingQuestionKind.TypeNumber, null),
            "DisplayPasskey" when number is not null => TellAsync(now, number),
            "AuthorizeService" => Task.FromResult(BusAnswer.Done),
            // PIN codes belong to Bluetooth before low energy
            _ => Task.FromResult(Refusal),
        };
    }

    private async Task<BusAnswer> AskAsync(Opening now, PairingQuestionKind kind, uint? number)
    {
        await Task.Yield(); // who asks a person may take long to begin; the bus goes on
        PairingAnswer answer;
        try
        {
            answer = await now.AskAsync(new PairingQuestion(kind, addressAt(now.DevicePath), number));
        }
        catch (OperationCanceledException)
        {
            return BusAnswer.Error("org.bluez.Error.Canceled", "nobody answered in time");
        }
        return !answer.Yes ? BusAnswer.Error("org.bluez.Error.Rejected", "refused by the person who pairs")
            : kind != PairingQuestionKind.TypeNumber ? BusAnswer.Done
            : answer.Number is <= LargestNumber and uint typed ? new BusAnswer([BusValue.Of(typed)])
            : BusAnswer.Error("org.bluez.Error.Rejected", "no number of six digits was given");
    }

    private async Task<BusAnswer> TellAsync(Opening now, uint? number)
    {
        await Task.Yield();
        _ = now.AskAsync(new PairingQuestion(PairingQuestionKind.ShowNumber, addressAt(now.DevicePath), number));
        return BusAnswer.Done;
    }

    private sealed class Opening(PairingAgent agent, string devicePath, AskAboutPairing ask) : IDisposable
    {
        private readonly Lock gate = new();
        private CancellationTokenSource asking = new();
        private bool over;

        public string DevicePath => devicePath;

        public Task<PairingAnswer> AskAsync(PairingQuestion question)
        {
            CancellationToken stop;
            lock (gate)
            {
                stop = over ? new CancellationToken(canceled: true) : asking.Token;
            }
            return ask(question, stop).WaitAsync(stop);
        }

        /// <summary>Ends the question that is open; a next one may follow.</summary>
        public void CancelQuestion()
        {
            CancellationTokenSource ending;
            lock (gate)
            {
                (ending, asking) = (asking, new CancellationTokenSource());
            }
            ending.Cancel();
            ending.Dispose();
        }

        public void Dispose()
        {
            Interlocked.CompareExchange(ref agent.open, null, this);
            lock (gate)
            {
                over = true; // a second time is harmless
            }
            CancelQuestion();
        }
    }
}
