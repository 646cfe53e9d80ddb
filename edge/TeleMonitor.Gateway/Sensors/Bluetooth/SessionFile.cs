using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace TeleMonitor.Gateway.Sensors.Bluetooth;

/// <summary>One line of a recorded session: a characteristic's bytes as the device sent them.</summary>
/// <param name="Characteristic">Four upper-case hex digits.</param>
/// <param name="Hex">The bytes, two hex digits each.</param>
/// <param name="DeviceNow">What the device's clock showed then, <c>yyyy-MM-ddTHH:mm:ss</c>; absent when it was not known.</param>
internal sealed record SessionLine(string Characteristic, string Hex, string? DeviceNow = null)
{
    /// <summary>16-bit number of the characteristic.</summary>
    [JsonIgnore] public ushort Number => ushort.Parse(Characteristic, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    /// <summary>The bytes.</summary>
    [JsonIgnore] public byte[] Bytes => Convert.FromHexString(Hex);
}

/// <summary>
/// What a device sent in one connection, a JSON object a line: how a driver is tested without the device, and what somebody who has a new
/// model sends in.
/// </summary>
internal static class SessionFile
{
    /// <summary>Reads every line.</summary>
    /// <param name="file">Name, for the messages.</param>
    /// <param name="lines">The file's lines; empty ones and those that begin with # are left out.</param>
    /// <param name="problems">Every bad line with its number and what was expected; empty when all are good.</param>
    public static IReadOnlyList<SessionLine> Read(string file, IEnumerable<string> lines, out IReadOnlyList<string> problems)
    {
        var found = new List<string>();
        var session = new List<SessionLine>();
        int number = 0;
        foreach (string text in lines)
        {
            number++;
            if (text.Trim() is not { Length: > 0 } trimmed || trimmed.StartsWith('#'))
            {
                continue;
            }
            try
            {
                SessionLine? line = JsonSerializer.Deserialize(trimmed, SessionJson.Default.SessionLine);
                if (line is { Characteristic.Length: 4 } && ushort.TryParse(line.Characteristic, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out _)
                    && line.Hex.Length % 2 == 0 && line.Hex.All(char.IsAsciiHexDigit))
                {
                    session.Add(line);
                    continue;
                }
                found.Add($"{file} line {number}: characteristic must be four hex digits and hex an even number of them");
            }
            catch (JsonException bad)
            {
                found.Add($"{file} line {number}: {bad.Message}");
            }
        }
        problems = found;
        return session;
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true, AllowDuplicateProperties = false)]
[JsonSerializable(typeof(SessionLine))]
internal sealed partial class SessionJson : JsonSerializerContext;
