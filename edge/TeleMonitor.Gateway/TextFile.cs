using System.Globalization;
using System.Resources;

namespace TeleMonitor.Gateway;

/// <summary>Sentences for people from a pair of resource files: NAME.resx is Danish, NAME.en.resx English.</summary>
/// <param name="name">NAME.</param>
internal sealed class TextFile(string name)
{
    private static readonly CultureInfo English = CultureInfo.GetCultureInfo("en");
    private readonly ResourceManager texts = new("TeleMonitor.Gateway." + name, typeof(TextFile).Assembly);

    /// <summary>One sentence with its values; a value that is itself a text stands in each language's own words.</summary>
    /// <param name="key">Of the sentence.</param>
    /// <param name="values">For {0}, {1}, ….</param>
    public TextLine Line(string key, params object[] values) => new(
        Format(CultureInfo.InvariantCulture, key, values, text => text.Danish), Format(English, key, values, text => text.English));

    private string Format(CultureInfo language, string key, object[] values, Func<TextLine, string> own) => string.Format(
        CultureInfo.InvariantCulture, texts.GetString(key, language)!, [.. values.Select(value => value is TextLine text ? own(text) : value)]);
}

/// <summary>One or more sentences for people in both languages.</summary>
/// <param name="Danish">Shown first.</param>
/// <param name="English">Shown second.</param>
internal sealed record TextLine(string Danish, string English)
{
    /// <summary>One after the other.</summary>
    public static TextLine Join(params IEnumerable<TextLine> parts) =>
        new(string.Join(' ', parts.Select(part => part.Danish)), string.Join(' ', parts.Select(part => part.English)));
}
