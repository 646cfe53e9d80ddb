namespace TeleMonitor.Gateway.Sensors;

/// <summary>How a sensor is, as far as its driver can tell. What is not <see cref="Well"/> is a finding until it is.</summary>
public enum SensorHealth : byte
{
    /// <summary>It answers and what it says can be used.</summary>
    Well,
    /// <summary>It is not there: never found, unplugged, out of reach.</summary>
    Away,
    /// <summary>It is there and gives nothing usable.</summary>
    Failing,
    /// <summary>It works and needs a person soon, such as for a new battery.</summary>
    NeedsCare,
}

/// <summary>Health is a state (design.md rule 13): a driver says what has changed and goes on.</summary>
/// <param name="Sensor">Model, or model and place where a home has two; lower-case letters, digits, <c>-</c> and <c>.</c>; part of the finding's code.</param>
/// <param name="Health">How it is now.</param>
/// <param name="Word">Why, as one stable word that travels to the hub (<c>not-found</c>, <c>eio</c>); empty when well.</param>
/// <param name="Why">One sentence for the home's own log: no measured value, no name.</param>
/// <param name="DaysLeft">Days until its battery is empty; null where that is not known.</param>
public sealed record SensorState(string Sensor, SensorHealth Health, string Word = "", string Why = "", int? DaysLeft = null)
{
    /// <summary>Code of the finding that is open while the sensor is not well.</summary>
    public string Code => "sensor/" + Sensor;
}
