using System.Text;

namespace TeleMonitor.Gateway;

/// <summary>Comma-separated rows with quotes (RFC 4180), read and written one at a time.</summary>
internal sealed class Csv(TextReader text)
{
    private readonly List<string> fields = [];
    private readonly StringBuilder quoted = new();

    /// <summary>Line number of the last row read; the first is 1.</summary>
    public int Line { get; private set; }

    /// <summary>Reads the next row; false at the end. The list is used again for the next row.</summary>
    public bool Read(out IReadOnlyList<string> row)
    {
        fields.Clear();
        row = fields;
        string? line = text.ReadLine();
        if (line is null)
        {
            return false;
        }
        Line++;
        int start = 0;
        while (true)
        {
            if (start < line.Length && line[start] == '"')
            {
                start = ReadQuoted(ref line, start + 1);
            }
            else
            {
                int comma = line.IndexOf(',', start);
                int end = comma < 0 ? line.Length : comma;
                fields.Add(line[start..end]);
                start = end;
            }
            if (start >= line.Length)
            {
                return true;
            }
            start++; // past the comma
        }
    }

    /// <summary>Reads to the closing quote, over line ends; returns the place after the field.</summary>
    private int ReadQuoted(ref string line, int at)
    {
        quoted.Clear();
        while (true)
        {
            int quote = line.IndexOf('"', at);
            if (quote < 0)
            {
                quoted.Append(line, at, line.Length - at);
                if (text.ReadLine() is not { } next)
                {
                    break; // an unclosed quote ends with the file
                }
                Line++;
                quoted.Append('\n');
                (line, at) = (next, 0);
            }
            else
            {
                quoted.Append(line, at, quote - at);
                at = quote + 1;
                if (at >= line.Length || line[at] != '"')
                {
                    fields.Add(quoted.ToString());
                    int comma = line.IndexOf(',', at);
                    return comma < 0 ? line.Length : comma;
                }
                quoted.Append('"');
                at++;
            }
        }
        fields.Add(quoted.ToString());
        return line.Length;
    }

    /// <summary>Writes one field, quoted where it must be.</summary>
    public static void Write(TextWriter output, string field)
    {
        if (field.AsSpan().IndexOfAny(",\"\n\r") < 0)
        {
            output.Write(field);
            return;
        }
        output.Write('"');
        output.Write(field.Replace("\"", "\"\"", StringComparison.Ordinal));
        output.Write('"');
    }
}
