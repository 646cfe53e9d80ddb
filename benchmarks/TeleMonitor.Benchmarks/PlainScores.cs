namespace TeleMonitor.Benchmarks;

/// <summary>Five whole values of TOBS in one word, as the peers of peers.md hold them. Temperature in tenths above 30.0.</summary>
public readonly record struct PackedSet(byte Pulse, byte Respiration, byte Temperature, byte Systolic, byte Consciousness);

/// <summary>What somebody who needs nothing but a total would write. No missing part, no bounds, no triage, no fraction of a unit.</summary>
public sealed class PlainScores
{
    public const int TemperatureFrom = 300;
    private readonly byte[] pulse, respiration, temperature, systolic;
    private readonly byte[] consciousness = [0, 0, 0, 1, 1, 1, 2, 3];

    public PlainScores()
    {
        pulse = Table(Pulse);
        respiration = Table(Respiration);
        temperature = Table(tenths => Temperature(tenths + TemperatureFrom));
        systolic = Table(Systolic);
    }

    public static int ByIfElse(in PackedSet set) =>
        Pulse(set.Pulse) + Respiration(set.Respiration) + Temperature(set.Temperature + TemperatureFrom) + Systolic(set.Systolic) + Consciousness(set.Consciousness);

    public int ByTable(in PackedSet set) =>
        pulse[set.Pulse] + respiration[set.Respiration] + temperature[set.Temperature] + systolic[set.Systolic] + consciousness[set.Consciousness & 7];

    private static byte[] Table(Func<int, int> points) => [.. Enumerable.Range(0, 256).Select(value => (byte)points(value))];

    private static int Pulse(int value)
    {
        if (value < 40) { return 2; }
        else if (value < 50) { return 1; }
        else if (value < 90) { return 0; }
        else if (value < 110) { return 1; }
        else if (value < 130) { return 2; }
        else { return 3; }
    }

    private static int Respiration(int value)
    {
        if (value < 9) { return 3; }
        else if (value < 12) { return 1; }
        else if (value < 21) { return 0; }
        else if (value < 25) { return 2; }
        else { return 3; }
    }

    private static int Temperature(int tenths)
    {
        if (tenths < 340) { return 3; }
        else if (tenths < 360) { return 2; }
        else if (tenths < 380) { return 0; }
        else if (tenths < 390) { return 1; }
        else if (tenths < 400) { return 2; }
        else { return 3; }
    }

    private static int Systolic(int value)
    {
        if (value < 70) { return 3; }
        else if (value < 80) { return 2; }
        else if (value < 100) { return 1; }
        else if (value < 200) { return 0; }
        else { return 2; }
    }

    private static int Consciousness(int word)
    {
        if (word < 3) { return 0; }
        else if (word < 6) { return 1; }
        else if (word < 7) { return 2; }
        else { return 3; }
    }
}
