using System.Text;

namespace TeleMonitor.Mqtt.Packets;

/// <summary>The rules of MQTT 5.0 sections 1.5.4 and 4.7 for strings, topic names and topic filters.</summary>
internal static class PacketText
{
    /// <summary>Throws on a lone surrogate instead of writing a replacement character: a changed name must not leave us.</summary>
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Bytes of the text in UTF-8; false for a lone surrogate or a NUL, which MQTT forbids.</summary>
    public static bool TryByteCount(string text, out int count)
    {
        count = 0;
        if (text.Contains('\0', StringComparison.Ordinal) || !IsWellFormed(text))
        {
            return false;
        }

        count = Strict.GetByteCount(text);
        return true;
    }

    /// <summary>Writes the text as UTF-8; the caller has checked it and made room.</summary>
    public static int Write(string text, Span<byte> target) => Strict.GetBytes(text, target);

    /// <summary>A topic that can be published to: not empty, no wildcard, at most 65,535 bytes.</summary>
    public static bool IsTopicName(string topic) =>
        topic.Length > 0 && topic.AsSpan().IndexOfAny('+', '#') < 0 && TryByteCount(topic, out int count) && count <= ushort.MaxValue;

    /// <summary>A filter that can be subscribed to: wildcards stand alone in a level, <c>#</c> only in the last one.</summary>
    public static bool IsTopicFilter(string filter)
    {
        if (filter.Length == 0 || !TryByteCount(filter, out int count) || count > ushort.MaxValue)
        {
            return false;
        }

        string[] levels = filter.Split('/');
        for (int i = 0; i < levels.Length; i++)
        {
            bool last = i == levels.Length - 1;
            bool wild = levels[i].AsSpan().IndexOfAny('+', '#') >= 0;
            if (wild && levels[i] != "+" && !(last && levels[i] == "#"))
            {
                return false;
            }
        }

        // section 4.8.2: $share/NAME/FILTER, where NAME has no wildcard and FILTER is not empty
        return levels[0] != "$share" || (levels.Length >= 3 && levels[1].Length > 0 && levels[1] != "+"
            && levels[1] != "#" && filter.Length > "$share/".Length + levels[1].Length + 1);
    }

    private static bool IsWellFormed(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i]))
            {
                continue;
            }

            if (i + 1 >= text.Length || !char.IsSurrogatePair(text[i], text[i + 1]))
            {
                return false;
            }

            i++;
        }

        return true;
    }
}
